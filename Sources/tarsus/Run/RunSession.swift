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
    self.loop = loop
    self.isPaced = isPaced
    self.cpu = cpu
    self.robot = robot
    schedule = TickSchedule(
      periodNanoseconds: UInt64(robot.controlPeriodMicroseconds) * 1000,
      startNanoseconds: realtimeMonotonicNanoseconds())
  }

  /// Walks for a while and sits down; a signal or a fault makes it sooner.
  mutating func run(commands: inout CommandFeed, durationSeconds: Double?) -> RunReport {
    if isPaced { realtime = .take(cpu: cpu) }
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
    while !loop.isOver {
      wait()
      let stops = realtimeStopSignalCount()
      if stops > 1 {
        for _ in 0..<ControlLoop<Bus>.letGoAttempts where !loop.hasLetGo {
          loop.letGo(at: realtimeMonotonicNanoseconds())
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
    func p99(_ histogram: DurationHistogram) -> UInt64 {
      histogram.percentileNanoseconds(0.99) / 1000
    }
    let phases = loop.phases
    let text =
      "\(loop.controller.state) · \(statistics.ticks) ticks · \(schedule.missedDeadlines) missed · "
      + "p99 in µs: late \(p99(schedule.lateness)), exchange \(p99(phases.exchange)), "
      + "observe \(p99(phases.observe)), infer \(p99(phases.infer)), "
      + "supervise \(p99(phases.supervise)), write \(p99(phases.write))"
    // A line that wrapped could not be written over.
    let line = "\r\u{1B}[K\(text.prefix(Terminal.columns - 1))"
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
      latenessMicroseconds: Percentiles(schedule.lateness),
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
/// Above ordinary programs and kernel threads that have no priority, below the kernel's own.
let runPriority: Int32 = 50
