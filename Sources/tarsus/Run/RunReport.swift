internal import Foundation
internal import RobotControl
internal import Telemetry

/// What a run has to tell.
struct RunReport: Codable {
  /// The parts of the ticks.
  struct Phases: Codable {
    let exchange: Percentiles
    let observe: Percentiles
    let infer: Percentiles
    let supervise: Percentiles
    let write: Percentiles
    /// From the last byte of the sensors to the last byte of the goals.
    let sensorToGoal: Percentiles

    init(_ phases: PhaseStatistics) {
      exchange = Percentiles(phases.exchange)
      observe = Percentiles(phases.observe)
      infer = Percentiles(phases.infer)
      supervise = Percentiles(phases.supervise)
      write = Percentiles(phases.write)
      sensorToGoal = Percentiles(phases.sensorToGoal)
    }
  }

  /// What became of the log.
  struct Log: Codable {
    let ticks: UInt64
    let dropped: UInt64
    let byteCount: UInt64
    /// Why it ended early; left out when it did not.
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
  let ticks: UInt64
  let runningTicks: UInt64
  let missedDeadlines: UInt64
  let latenessMicroseconds: Percentiles
  let phasesMicroseconds: Phases
  /// `nil` without a log.
  let log: Log?
  let coastedTicks: UInt64
  /// Ticks in which the policy was asked for less than commanded.
  let slowedTicks: UInt64
  let heldTargets: UInt64
  let frames: UInt32
  let checksumErrors: UInt32
  let missedReplies: UInt32
  /// Reads that some servos answered and others did not.
  let partialReplies: UInt32
  /// Bytes that came too late.
  let discardedBytes: UInt32
  /// Reads that a joint's servo did not answer, by its name; joints without any are left out.
  let missedByJoint: [String: UInt32]
  let remoteBadFrames: UInt32
  let fault: String?

  var text: String {
    """
    ticks \(ticks), of which walking \(runningTicks); \(missedDeadlines) deadlines missed
    lateness \(latenessMicroseconds.text)
    frames \(frames), checksum errors \(checksumErrors), missed replies \(missedReplies), \
    frames the board found damaged \(remoteBadFrames)
    from sensors to goals \(phasesMicroseconds.sensorToGoal.text)
    \(realtime?.text ?? "not paced: no real-time priority asked for")
    """ + (log.map { "\n\($0.text)" } ?? "")
  }
}
