public import Realtime
public import RobotDescription
internal import ServoDrivers

/// The inputs of a tick.
public struct LoopOrders: Sendable, Equatable {
  /// The commanded velocity.
  public var command: VelocityCommand
  /// `false` for a repetition that nobody has sent.
  public var isNew: Bool
  /// True when the robot is to sit down.
  public var mustSit: Bool

  /// Describes orders.
  @_noAllocation
  public init(command: VelocityCommand, isNew: Bool = true, mustSit: Bool = false) {
    self.command = command
    self.isNew = isNew
    self.mustSit = mustSit
  }
}

/// The pace of the ticks of a run.
public enum LoopPace: Sendable {
  /// Each tick waits for its time on a clock.
  case clock(MonotonicClock)
  /// Each tick follows as soon as the robot has answered the last one, and is never late.
  case lockstep
}

/// Runs a control loop, tick by tick, from arming until torque is off.
///
///     while !runner.isOver {
///       runner.wait()
///       runner.tick(orders)
///     }
public struct LoopRunner<Bus: TickingBus & ~Copyable>: ~Copyable {
  /// The loop.
  public internal(set) var loop: ControlLoop<Bus>
  /// The deadlines of the ticks.
  public internal(set) var schedule: TickSchedule
  let pace: LoopPace
  var status: LoopStatusTap?
  var missedDeadlines: UInt64 = 0

  /// Takes a disarmed loop.
  ///
  /// - Parameters:
  ///   - pace: The pace of the ticks.
  ///   - status: Receives the status after every tick.
  public init(
    loop: consuming ControlLoop<Bus>, periodNanoseconds: UInt64, pace: LoopPace,
    status: LoopStatusTap? = nil
  ) {
    self.loop = loop
    self.pace = pace
    self.status = status
    schedule = TickSchedule(
      periodNanoseconds: periodNanoseconds, startNanoseconds: Self.start(pace))
  }

  /// True when nothing is left to do.
  public var isOver: Bool { loop.isOver }

  /// Arms the robot; the first tick is due a period later.
  ///
  /// - Parameter deadlineNanoseconds: On the loop's clock.
  public mutating func arm(deadlineNanoseconds: UInt64) throws(ArmingError) {
    try loop.arm(deadlineNanoseconds: deadlineNanoseconds)
    missedDeadlines = 0
    schedule = TickSchedule(
      periodNanoseconds: schedule.periodNanoseconds,
      startNanoseconds: Self.start(pace) + schedule.periodNanoseconds)
  }

  /// Waits until the next tick is due.
  ///
  /// - Returns: `false` when a signal ended the wait early.
  @discardableResult
  public borrowing func wait() -> Bool {
    guard case .clock(let clock) = pace else { return true }
    return clock.sleep(until: schedule.deadlineNanoseconds)
  }

  /// Runs one tick: the function of its bus that is proved not to allocate.
  public mutating func tick(_ orders: LoopOrders) { Bus.tick(&self, orders) }

  /// Switches torque off at once, with as many attempts as for a faulted robot.
  public mutating func switchTorqueOff() {
    for _ in 0..<ControlLoop<Bus>.torqueOffAttempts where !loop.isTorqueOff {
      loop.switchTorqueOff(at: loop.clock.nowNanoseconds)
    }
  }

  private static func start(_ pace: LoopPace) -> UInt64 {
    if case .clock(let clock) = pace { clock.nowNanoseconds } else { 0 }
  }
}
