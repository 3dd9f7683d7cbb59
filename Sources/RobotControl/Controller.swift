public import PolicyNetwork
public import Realtime
public import RobotDescription
public import ServoDrivers
public import Telemetry

/// The state machine that decides the targets of a robot's joints, tick by tick.
///
///     disarmed → standingUp → settling → running → stopping → sittingDown → disarmed
///                     └──────────┴────────────────────────────────↗
///
/// and `faulted` from any armed state: the policy is no longer followed, and the robot comes to
/// rest as described in `Controller+Stopping.swift`. The ``Supervisor`` detects faults. The
/// controller knows no bus. Everything after `init` is real-time safe: no allocation, lock or log.
public struct Controller: ~Copyable {
  /// The outcome of a tick's reading of the robot.
  public enum Reading: Sendable {
    /// The sample is of this tick.
    case fresh
    /// The robot did not answer, and the sample is an older one; too many of these are the fault.
    case missed(Fault)
    /// The line is gone.
    case gone
  }

  /// The action on the robot after a tick.
  public enum Intent: Sendable {
    /// Send ``Controller/targets`` to the servos.
    case follow
    /// Clear a tripped watchdog, then send ``Controller/targets``.
    case clearWatchdogAndFollow
    /// Send nothing in this tick: the robot has its last goals and is silent, or a second reading
    /// has to confirm a tripped watchdog.
    case wait
    /// Switch torque off.
    case torqueOff
  }

  /// Counts of ticks so far.
  public private(set) var statistics = LoopStatistics()
  /// The commanded velocity.
  public private(set) var command = VelocityCommand()
  /// The velocity that the policy was asked for last: ``command`` within the limits of
  /// acceleration, reduced near a limit of supply or temperature, zero while the robot stops.
  public private(set) var askedCommand = VelocityCommand()

  /// The clock of durations, and of the loop; no decision depends on it.
  let clock: MonotonicClock
  var phase = ControlPhase.disarmed
  var supervisor: Supervisor
  var actions: ActionState
  let robot: Robot
  let configuration: LoopConfiguration
  private var policy: PolicyRunner
  private var limiter: CommandLimiter
  /// The last plausible sample.
  private var sample = RobotSample()
  /// True when the policy ran in the last step.
  private var hasDecided = false

  /// Makes a disarmed controller.
  ///
  /// - Parameters:
  ///   - policy: Its bytes must outlive the controller.
  ///   - clock: The clock of the bus.
  /// - Throws: ``ContractError`` when the policy was trained for another robot.
  public init(
    robot: Robot, policy: PolicyFile, configuration: LoopConfiguration,
    clock: MonotonicClock
  ) throws(ContractError) {
    if let difference = policy.contract.firstDifference(from: robot) {
      throw ContractError(difference: difference)
    }
    supervisor = Supervisor(robot: robot, configuration: configuration)
    self.policy = PolicyRunner(policy: policy, clock: clock)
    self.robot = robot
    self.configuration = configuration
    self.clock = clock
    actions = ActionState(targets: policy.contract.actions.defaultPose)
    limiter = CommandLimiter(
      range: policy.contract.commands, periodSeconds: robot.controlPeriodSeconds)
  }

  /// The state.
  public var state: ControlState {
    @_noAllocation
    get { phase.state }
  }

  /// The fault; the first one stays until the next arming.
  public var fault: Fault? {
    @_noAllocation
    get { if case .faulted(let stop) = phase { stop.fault } else { nil } }
  }

  /// The fault in words, with joint, servo and cause when one joint caused it; not real-time safe.
  public var faultReason: String? {
    guard case .faulted(let stop) = phase else { return nil }
    guard let culprit = stop.culprit else { return stop.fault.description }
    return "\(stop.fault): \(culprit.text(of: stop.fault, on: robot))"
  }

  /// The targets of the joints, in radians.
  public var targets: JointValues {
    @_noAllocation
    get { actions.targets }
  }

  /// Number of targets that were clipped to limits or slew.
  public var clippedTargets: UInt64 {
    @_noAllocation
    get { policy.clippedTargets }
  }

  /// Begins to stand up from the pose of a sample: the only way out of a fault.
  ///
  /// A sample that is not finite has no pose to start from: torque is switched off at the next
  /// tick.
  @_noAllocation
  public mutating func arm(from sample: borrowing BusSample) {
    supervisor.restart()
    guard sample.robot.isFinite(jointCount: robot.jointCount) else {
      phase = .faulted(FaultStop(.notFinite, move: PoseMove(at: actions.targets)))
      return
    }
    self.sample = sample.robot
    actions.targets = sample.robot.jointAngles
    phase = .standingUp(standingMove(from: actions.targets))
  }

  /// Sets the velocity that the policy is asked for; without repetition the robot stops.
  ///
  /// - Parameter isNew: `false` for a repetition that nobody has sent.
  @_noAllocation
  public mutating func follow(_ command: VelocityCommand, isNew: Bool = true) {
    self.command = command
    if isNew { supervisor.commandReceived() }
  }

  /// Records that torque is off.
  @_noAllocation
  public mutating func disarm() {
    if case .faulted = phase { return }
    phase = .disarmed
  }

  /// Decides one tick; a disarmed controller decides nothing.
  ///
  /// - Parameter missedDeadlines: Deadlines that were skipped since the last tick.
  @_noAllocation
  public mutating func step(
    _ reading: Reading, _ sample: borrowing BusSample, missedDeadlines: UInt64 = 0
  ) -> Intent {
    if case .disarmed = phase { return .torqueOff }
    hasDecided = false
    statistics.ticks += 1
    var hasAnswered = false
    if case .fresh = reading { hasAnswered = true }
    let checked = supervisor.dropImplausible(reading, sample)
    if case .fresh = checked { self.sample = sample.robot }
    if case .missed = checked { statistics.coastedTicks += 1 }
    if case .fresh = checked, sample.imuAge > 0 { statistics.coastedTicks += 1 }
    supervise(checked, sample, missedDeadlines)
    // An older reading of the IMU has been checked before.
    if case .fresh = checked, sample.imuAge == 0, stopsOnFall(self.sample) { return .torqueOff }
    if case .faulted(let stop) = phase {
      var isPlausible = sample.robot.isFinite(jointCount: robot.jointCount)
      if case .missed = checked { isPlausible = false }
      return advance(stop, hasAnswered: hasAnswered, isPlausible: isPlausible, sample)
    }
    return advance()
  }

  /// Stops following the policy when the supervisor detects a fault.
  @_noAllocation
  private mutating func supervise(
    _ reading: Reading, _ sample: borrowing BusSample, _ missedDeadlines: UInt64
  ) {
    if case .faulted = phase { return }
    if let fault = supervisor.check(reading, sample, targets: actions.targets) {
      return stop(fault)
    }
    if let fault = supervisor.check(missedDeadlines: missedDeadlines) { return stop(fault) }
    switch phase {
    case .running, .stopping: if let fault = supervisor.checkCommand() { stop(fault) }
    case .standingUp, .settling: supervisor.ageCommand()
    case .disarmed, .sittingDown, .faulted: break
    }
  }

  /// Writes the decision of the last step into a record, real-time safe.
  @_noAllocation
  public func describe(into record: inout TickRecord) {
    record.tick = statistics.ticks
    record.state = state.code
    record.fault = 0
    if let fault { record.fault = fault.code }
    record.command = askedCommand
    record.targets = targets
    record.phases = phases
    record.hasDecision = hasDecided
    if hasDecided { policy.describe(into: &record) }
  }

  /// Durations of observing and inferring in the last step; 0 when the policy did not run.
  public var phases: PhaseDurations {
    @_noAllocation
    get { hasDecided ? policy.phases : PhaseDurations() }
  }

  /// Computes the targets of this tick of a robot without a fault, and the next phase.
  ///
  /// - Returns: ``Intent/follow``, or ``Intent/torqueOff`` once the robot sits.
  @_noAllocation
  private mutating func advance() -> Intent {
    switch phase {
    case .disarmed, .faulted: return .torqueOff
    case .standingUp(var move):
      actions.targets = move.next()
      if move.isOver { settle(ticks: 1) } else { phase = .standingUp(move) }
    case .settling(let ticks): settle(ticks: ticks + 1)
    case .running:
      if supervisor.speedShare < 1 { statistics.slowedTicks += 1 }
      statistics.runningTicks += 1
      runPolicy(for: command.scaled(by: supervisor.speedShare))
    case .stopping(let stillTicks):
      if stillTicks == robot.ticks(configuration.stopMicroseconds) {
        beginToSit()
        return advance()
      }
      runPolicy(for: VelocityCommand())
      let asked = askedCommand
      let isStill = asked.forward == 0 && asked.left == 0 && asked.yawRate == 0
      if case .stopping = phase, isStill { phase = .stopping(stillTicks: stillTicks + 1) }
    case .sittingDown(var move):
      if move.isOver { return .torqueOff }
      actions.targets = move.next()
      phase = .sittingDown(move)
    }
    return .follow
  }

  /// Stands still until the policy takes over.
  @_noAllocation
  private mutating func settle(ticks: UInt32) {
    guard ticks > robot.ticks(configuration.settleMicroseconds) else {
      phase = .settling(ticks: ticks)
      return
    }
    phase = .running
    policy.restart()
    limiter = CommandLimiter(
      range: limiter.range, periodSeconds: robot.controlPeriodSeconds)
    askedCommand = VelocityCommand()
  }

  /// Lets the policy move the targets, for the wanted velocity within the limits of acceleration.
  @_noAllocation
  private mutating func runPolicy(for wanted: VelocityCommand) {
    askedCommand = limiter.next(towards: wanted)
    let clippedCount = policy.step(sample, command: askedCommand, state: &actions)
    hasDecided = true
    guard let clippedCount else { return stop(.notFinite) }
    if let fault = supervisor.check(clippedCount: clippedCount) { stop(fault) }
  }

  @_noAllocation
  private func standingMove(from start: JointValues) -> PoseMove {
    var end = start
    for joint in 0..<robot.jointCount { end[joint] = robot[joint: joint].standingRadians }
    return PoseMove(
      from: start, to: end, of: robot, tickCountMin: robot.ticks(configuration.standUpMicroseconds))
  }
}
