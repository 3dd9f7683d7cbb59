public import Realtime
public import RobotDescription
internal import ServoDrivers

/// What a tick is told from outside.
public struct LoopOrders: Sendable, Equatable {
  /// Where the robot is to go.
  public var command: VelocityCommand
  /// Whether somebody said it now.
  public var isNew: Bool
  /// Whether the robot is to sit down.
  public var mustSit: Bool

  /// Describes orders.
  @_noAllocation
  public init(command: VelocityCommand, isNew: Bool = true, mustSit: Bool = false) {
    self.command = command
    self.isNew = isNew
    self.mustSit = mustSit
  }
}

/// What the ticks of a run wait for.
public enum LoopPace: Sendable {
  /// Each for its time on a clock.
  case clock(MonotonicClock)
  /// None: each comes as soon as the robot has answered the one before, and is never late.
  case lockstep
}

/// Runs a control loop, tick by tick, from arming until torque is off.
///
/// Paced or in lockstep, nothing else is different.
///
///     while !runner.isOver {
///       runner.wait()
///       runner.tick(orders)
///     }
public struct LoopRunner<Bus: TickingBus & ~Copyable>: ~Copyable {
  /// The loop that is run.
  public internal(set) var loop: ControlLoop<Bus>
  /// When its ticks are due.
  public internal(set) var schedule: TickSchedule
  let pace: LoopPace
  var status: LoopStatusTap?
  var missedDeadlines: UInt64 = 0

  /// Takes a disarmed loop.
  ///
  /// - Parameters:
  ///   - pace: What its ticks wait for.
  ///   - status: Gets how it is going, after every tick.
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

  /// Whether there is nothing left to do.
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
  /// - Returns: `false` when a signal was handled before; then it is called again.
  @discardableResult
  public borrowing func wait() -> Bool {
    guard case .clock(let clock) = pace else { return true }
    return clock.sleep(until: schedule.deadlineNanoseconds)
  }

  /// One tick: the function of its bus that the compiler has proved not to allocate.
  public mutating func tick(_ orders: LoopOrders) { Bus.tick(&self, orders) }

  /// Switches torque off at once, in as many attempts as a faulted robot has.
  public mutating func letGo() {
    for _ in 0..<ControlLoop<Bus>.letGoAttempts where !loop.hasLetGo {
      loop.letGo(at: loop.clock.nowNanoseconds)
    }
  }

  private static func start(_ pace: LoopPace) -> UInt64 {
    if case .clock(let clock) = pace { clock.nowNanoseconds } else { 0 }
  }
}
