internal import CommandSupport
internal import Foundation
internal import RobotControl
internal import Telemetry
internal import WireProtocol

/// The figures of a run, as `tarsus run` prints them.
///
/// In JSON the counts of the loop and of the line stand beside the others: one that is added to
/// `LoopStatistics` is printed by itself, one of `BusStatistics` is added to its keys below.
struct RunReport: Figures {
  let loop: LoopStatistics
  let bus: BusStatistics
  let figures: RunFigures

  func encode(to encoder: any Encoder) throws {
    try loop.encode(to: encoder)
    try bus.encode(to: encoder)
    try figures.encode(to: encoder)
  }

  var text: String {
    """
    ticks \(loop.ticks), of which walking \(loop.runningTicks); \
    \(figures.missedDeadlines) deadlines missed
    lateness \(figures.latenessMicroseconds.text)
    frames \(bus.frames), checksum errors \(bus.checksumErrors), \
    missed replies \(bus.missedReplies), frames the board found damaged \(bus.remoteBadFrames)
    from sensors to goals \(figures.sensorToGoal.text)
    \(figures.realtime?.text ?? "not paced: no real-time priority asked for")
    """ + (figures.log.map { "\n\($0.text)" } ?? "")
  }
}

/// The figures of a run that neither the loop nor the line counts.
struct RunFigures: Encodable {
  /// The outcome of the log.
  struct Log: Encodable {
    let ticks: UInt64
    let dropped: UInt64
    let byteCount: UInt64
    /// The error that ended it early; `nil` when none did.
    let failure: String?

    init(_ outcome: FlightRecorder.Outcome) {
      ticks = outcome.ticks
      dropped = outcome.dropped
      byteCount = outcome.byteCount
      failure =
        outcome.errorNumber == 0
        ? nil : unsafe String(cString: strerror(outcome.errorNumber))
    }

    var text: String {
      let end = failure.map { "; it ended early: \($0)" } ?? ""
      return "log: \(ticks) ticks, \(dropped) left out, \(byteCount) bytes\(end)"
    }
  }

  /// `nil` for a run that is not paced.
  let realtime: RealtimeMeans?
  let missedDeadlines: UInt64
  let latenessMicroseconds: Percentiles
  /// The phases of the ticks by their names, and `sensor_to_goal`.
  let phasesMicroseconds: [String: Percentiles]
  /// `nil` without a log.
  let log: Log?
  let heldTargets: UInt64
  /// Reads that a joint's servo did not answer, by the joint's name; joints without any are left
  /// out.
  let missedByJoint: [String: UInt32]
  let fault: String?

  /// From the last byte of the sensors to the last byte of the goals.
  var sensorToGoal: Percentiles {
    phasesMicroseconds[Self.sensorToGoalKey] ?? Percentiles([])
  }

  private static let sensorToGoalKey = "sensor_to_goal"

  /// The durations of the phases by their names.
  static func phases(_ statistics: PhaseStatistics) -> [String: Percentiles] {
    var phases = [sensorToGoalKey: Percentiles(statistics.sensorToGoal)]
    for phase in TickPhase.allCases { phases["\(phase)"] = Percentiles(statistics[phase]) }
    return phases
  }
}

extension BusStatistics {
  private enum Key: CodingKey {
    case frames, checksumErrors, missedReplies, partialReplies, discardedBytes, remoteBadFrames
  }

  /// Adds the counts of the whole line to a report.
  fileprivate func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(frames, forKey: .frames)
    try container.encode(checksumErrors, forKey: .checksumErrors)
    try container.encode(missedReplies, forKey: .missedReplies)
    try container.encode(partialReplies, forKey: .partialReplies)
    try container.encode(discardedBytes, forKey: .discardedBytes)
    try container.encode(remoteBadFrames, forKey: .remoteBadFrames)
  }
}
