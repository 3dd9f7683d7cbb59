internal import CRealtime
internal import Foundation
internal import RobotControl
internal import RobotDescription
internal import ServoDrivers
internal import Telemetry

/// One run from standing up to torque off, on the clock of the machine.
struct RunSession<Bus: ServoBus & ~Copyable>: ~Copyable {
  private var loop: ControlLoop<Bus>
  private var realtime: RealtimeMeans?
  private let cpu: Int32?
  private var schedule: TickSchedule
  private let isPaced: Bool
  private let recorder: FlightRecorder?
  private let robot: Robot
  private let showsStatus = isatty(STDERR_FILENO) == 1

  init(
    loop: consuming ControlLoop<Bus>, robot: Robot, isPaced: Bool, cpu: Int32?,
    recorder: FlightRecorder?
  ) {
    self.recorder = recorder
    self.cpu = cpu
    self.loop = loop
    self.isPaced = isPaced
    self.robot = robot
    schedule = TickSchedule(
      periodNanoseconds: UInt64(robot.controlPeriodMicroseconds) * 1000,
      startNanoseconds: realtimeMonotonicNanoseconds())
  }

  /// Walks for a while and sits down; a signal or a fault makes it sooner.
  mutating func run(commands: inout CommandFeed, durationSeconds: Double?) -> RunReport {
    if isPaced {
      realtime = .take(cpu: cpu)
    }
    let tickMax = durationSeconds.map {
      UInt64(($0 * 1e9 / Double(schedule.periodNanoseconds)).rounded(.up))
    }
    do {
      try loop.arm(deadlineNanoseconds: realtimeMonotonicNanoseconds() + armingNanosecondsMax)
    } catch {
      return report(failure: error.description)
    }
    schedule = TickSchedule(
      periodNanoseconds: schedule.periodNanoseconds,
      startNanoseconds: realtimeMonotonicNanoseconds() + schedule.periodNanoseconds)
    var missedDeadlines: UInt64 = 0
    while !isOver {
      wait()
      let stops = realtimeStopSignalCount()
      if stops > 1 {
        for _ in 0..<letGoAttemptsMax {
          loop.letGo(at: realtimeMonotonicNanoseconds())
          if loop.hasLetGo { break }
        }
        break
      }
      let isTimeUp = tickMax.map { loop.controller.statistics.runningTicks >= $0 } ?? false
      let tick = commands.next(walkedSeconds: walkedSeconds)
      if stops == 1 || isTimeUp || tick.wantsToSit { loop.sitDown() }
      loop.follow(tick.command, isNew: tick.isNew)
      let now = realtimeMonotonicNanoseconds()
      // A loop that waits for no clock waits for its log instead.
      while !isPaced, let recorder, recorder.isFull { _ = realtimeSleep(now + 1_000_000) }
      schedule.begin(at: isPaced ? now : schedule.deadlineNanoseconds)
      loop.step(
        at: now, latenessNanoseconds: isPaced ? now - min(now, schedule.deadlineNanoseconds) : 0,
        missedDeadlines: missedDeadlines)
      missedDeadlines = schedule.end(
        at: isPaced ? realtimeMonotonicNanoseconds() : schedule.deadlineNanoseconds)
      showStatus()
    }
    if showsStatus { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
    return report(failure: loop.controller.fault?.description)
  }

  /// Whether it ended because the port is gone.
  var hasLostItsLine: Bool { loop.controller.fault == .lineGone }

  /// Time for which the policy has moved the robot.
  private var walkedSeconds: Double {
    Double(loop.controller.statistics.runningTicks * schedule.periodNanoseconds) * 1e-9
  }

  /// Whether there is nothing left to do: the robot lies without torque, or cannot be reached.
  private var isOver: Bool {
    if loop.controller.state == .disarmed { return true }
    guard loop.controller.state == .faulted else { return false }
    return loop.controller.fault == .lineGone || loop.hasLetGo
      || loop.failedLetGos >= letGoAttemptsMax
  }

  private func wait() {
    guard isPaced else { return }
    // A signal ends the sleep early; the tick still waits for its time.
    while realtimeSleep(schedule.deadlineNanoseconds) != 0 {
      if realtimeStopSignalCount() > 1 { return }
    }
  }

  /// One line a second, between two ticks, for whoever looks at the terminal.
  private func showStatus() {
    let statistics = loop.controller.statistics
    let perSecond = max(1, 1_000_000_000 / schedule.periodNanoseconds)
    guard showsStatus, statistics.ticks % perSecond == 0 else { return }
    let line =
      "\r\u{1B}[K\(loop.controller.state) · \(statistics.ticks) ticks · "
      + "\(schedule.missedDeadlines) missed · late p99 "
      + "\(schedule.lateness.percentileNanoseconds(0.99) / 1000) µs"
    FileHandle.standardError.write(Data(line.utf8))
  }

  private func missedByJoint(_ bus: BusStatistics) -> [String: UInt32] {
    var missed: [String: UInt32] = [:]
    for joint in 0..<robot.jointCount where bus.missedByJoint[joint] > 0 {
      missed[robot[joint: joint].name.description] = bus.missedByJoint[joint]
    }
    return missed
  }

  private func report(failure: String?) -> RunReport {
    let bus = loop.busStatistics
    let statistics = loop.controller.statistics
    let log = recorder?.end()
    return RunReport(
      realtime: realtime, ticks: statistics.ticks, runningTicks: statistics.runningTicks,
      missedDeadlines: schedule.missedDeadlines,
      latenessMicroseconds: RunReport.Lateness(
        p50: schedule.lateness.percentileNanoseconds(0.5) / 1000,
        p99: schedule.lateness.percentileNanoseconds(0.99) / 1000,
        p99_9: schedule.lateness.percentileNanoseconds(0.999) / 1000,
        max: schedule.lateness.maxNanoseconds / 1000),
      phasesMicroseconds: RunReport.Phases(loop.phases),
      log: log.map { RunReport.Log($0) },
      coastedTicks: statistics.coastedTicks, slowedTicks: statistics.slowedTicks,
      heldTargets: loop.controller.heldTargets,
      frames: bus.frames, checksumErrors: bus.checksumErrors,
      missedReplies: bus.missedReplies, partialReplies: bus.partialReplies,
      discardedBytes: bus.discardedBytes, missedByJoint: missedByJoint(bus),
      remoteBadFrames: bus.remoteBadFrames, fault: failure)
  }
}

/// Enough for eight exchanges with each of two dozen servos, at the 8 ms of a slow adapter.
private let armingNanosecondsMax: UInt64 = 2_000_000_000
/// Attempts to switch torque off before a robot that does not answer is left to its watchdog.
private let letGoAttemptsMax = 5
/// Above ordinary programs and kernel threads that have no priority, below the kernel's own.
let runPriority: Int32 = 50

/// What a run has to tell.
struct RunReport: Codable {
  struct Lateness: Codable {
    let p50: UInt64
    let p99: UInt64
    let p99_9: UInt64
    let max: UInt64
  }

  /// How long a part of the ticks took, in microseconds.
  struct Phase: Codable {
    let p50: Double
    let p99: Double
    let p99_9: Double
    let max: Double

    init(_ histogram: DurationHistogram) {
      p50 = Double(histogram.percentileNanoseconds(0.5)) / 1e3
      p99 = Double(histogram.percentileNanoseconds(0.99)) / 1e3
      p99_9 = Double(histogram.percentileNanoseconds(0.999)) / 1e3
      max = Double(histogram.maxNanoseconds) / 1e3
    }
  }

  /// The parts of the ticks.
  struct Phases: Codable {
    let exchange: Phase
    let observe: Phase
    let infer: Phase
    let supervise: Phase
    let write: Phase
    /// From the last byte of the sensors to the last byte of the goals.
    let sensorToGoal: Phase

    init(_ phases: PhaseStatistics) {
      exchange = Phase(phases.exchange)
      observe = Phase(phases.observe)
      infer = Phase(phases.infer)
      supervise = Phase(phases.supervise)
      write = Phase(phases.write)
      sensorToGoal = Phase(phases.sensorToGoal)
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
  let latenessMicroseconds: Lateness
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
    lateness p50 \(latenessMicroseconds.p50) µs, p99 \(latenessMicroseconds.p99) µs, \
    max \(latenessMicroseconds.max) µs
    frames \(frames), checksum errors \(checksumErrors), missed replies \(missedReplies), \
    frames the board found damaged \(remoteBadFrames)
    from sensors to goals p50 \(phasesMicroseconds.sensorToGoal.p50) µs, \
    p99 \(phasesMicroseconds.sensorToGoal.p99) µs, max \(phasesMicroseconds.sensorToGoal.max) µs
    \(realtime?.text ?? "not paced: no real-time priority asked for")
    """ + (log.map { "\n\($0.text)" } ?? "")
  }
}
