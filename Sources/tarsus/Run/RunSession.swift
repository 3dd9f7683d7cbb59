internal import Foundation
internal import Realtime
internal import RobotControl
internal import RobotDescription
internal import ServoDrivers
internal import Telemetry
internal import WireProtocol

/// One walk from standing up to torque off.
struct RunSession<Bus: TickingBus & ~Copyable>: ~Copyable {
  /// The reason why a walk has ended.
  enum End {
    /// The robot sat down on request, or at the end of its time.
    case done
    /// The robot sat down since the program is to pause.
    case suspended
    /// The robot was not armed: a sentence, and whether that was for safety.
    case notArmed(String, isRefusal: Bool)
    /// A fault stopped the robot: the fault, and a sentence with joint, servo and cause.
    case faulted(Fault, String)
  }

  private var runner: LoopRunner<Bus>
  private var realtime: RealtimeMeans?
  private let cpu: Int32?
  private let isPaced: Bool
  private let recorder: FlightRecorder?
  private let robot: Robot
  private let status: LoopStatusBoard

  init(
    loop: consuming ControlLoop<Bus>, robot: Robot, isPaced: Bool, cpu: Int32?,
    recorder: FlightRecorder?
  ) {
    self.recorder = recorder
    self.isPaced = isPaced
    self.cpu = cpu
    self.robot = robot
    status = LoopStatusBoard()
    runner = LoopRunner(
      loop: loop, periodNanoseconds: UInt64(robot.controlPeriodMicroseconds) * 1000,
      pace: isPaced ? .clock(.machine) : .lockstep, status: status.tap)
  }

  /// Walks for a while and sits down, earlier on a signal or a fault.
  ///
  /// While the robot is armed this thread writes only to the line and to the log's ring: a stopped
  /// terminal must not stop the robot's ticks.
  mutating func run(
    commands: inout CommandFeed, durationSeconds: Double?
  ) -> (end: End, report: RunReport) {
    if isPaced { realtime = .take(cpu: cpu) }
    let tickMax = durationSeconds.map {
      UInt64(($0 * 1e9 / Double(runner.schedule.periodNanoseconds)).rounded(.up))
    }
    do {
      try runner.arm(
        deadlineNanoseconds: MonotonicClock.machine.nowNanoseconds + armingNanosecondsMax)
    } catch {
      let reason = "\(error)\(heldWarning)"
      return (.notArmed(reason, isRefusal: error.isRefusal), report(failure: reason))
    }
    let printer = StatusPrinter(status, steering: commands.steering)
    var wasSuspended = false
    while !runner.isOver {
      wait()
      let stops = StopSignals.count
      if stops > 1 {
        runner.switchTorqueOff()
        break
      }
      wasSuspended = wasSuspended || StopSignals.wantsSuspension
      let isTimeUp =
        tickMax.map { runner.loop.controller.statistics.runningTicks >= $0 } ?? false
      var orders = commands.next(walkedSeconds: walkedSeconds)
      orders.mustSit = orders.mustSit || stops == 1 || isTimeUp || wasSuspended
      // Without a clock, the run waits for its log instead.
      while !isPaced, let recorder, recorder.isFull {
        BackgroundThread.rest(nanoseconds: 1_000_000)
      }
      runner.tick(orders)
    }
    printer?.end()
    if let fault = runner.loop.controller.fault {
      let reason = (runner.loop.controller.faultReason ?? fault.description) + heldWarning
      return (.faulted(fault, reason), report(failure: reason))
    }
    return (wasSuspended && StopSignals.count == 0 ? .suspended : .done, report(failure: nil))
  }

  /// Warns of a robot that did not acknowledge that its torque is off; empty otherwise.
  private var heldWarning: String {
    runner.loop.isTorqueOff
      ? "" : "; its torque may still be on: switch its power off before you touch it"
  }

  /// Time for which the policy has moved the robot.
  private var walkedSeconds: Double {
    let ticks = runner.loop.controller.statistics.runningTicks
    return Double(ticks * runner.schedule.periodNanoseconds) * 1e-9
  }

  /// Waits for the next tick, also after a signal, unless torque is to be switched off.
  private func wait() {
    while !runner.wait() {
      if StopSignals.count > 1 { return }
    }
  }

  private func missedByJoint(_ bus: BusStatistics) -> [String: UInt32] {
    var missed: [String: UInt32] = [:]
    for joint in 0..<robot.jointCount where bus.missedByJoint[joint] > 0 {
      missed[robot[joint: joint].name.description] = bus.missedByJoint[joint]
    }
    return missed
  }

  private func report(failure: String?) -> RunReport {
    let bus = runner.loop.busStatistics
    return RunReport(
      loop: runner.loop.controller.statistics, bus: bus,
      figures: RunFigures(
        realtime: realtime, missedDeadlines: runner.schedule.missedDeadlines,
        latenessMicroseconds: Percentiles(runner.schedule.lateness),
        phasesMicroseconds: RunFigures.phases(runner.loop.phases),
        log: recorder.map { RunFigures.Log($0.end()) },
        heldTargets: runner.loop.controller.clippedTargets, missedByJoint: missedByJoint(bus),
        fault: failure))
  }
}

/// The time to arm: eight exchanges with each of two dozen servos, at the 8 ms of a slow adapter.
private let armingNanosecondsMax: UInt64 = 2_000_000_000
/// The priority of a run: above ordinary programs, below the kernel's own threads.
let runPriority: Int32 = 50
