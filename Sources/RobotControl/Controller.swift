public import PolicyNetwork
public import Realtime
public import RobotDescription
public import ServoDrivers
public import Telemetry

/// The state machine that decides, tick by tick, where a robot's joints go.
///
///     disarmed → standingUp → settling → running → stopping → sittingDown → disarmed
///                     └──────────┴────────────────────────────────↗
///
/// and `faulted` from anywhere: the policy is no longer followed; how the robot then comes to rest
/// stands in `Controller+Stopping.swift`. What is a fault says the ``Supervisor``.
/// It knows no bus. What follows `init` is real-time safe: no allocation, lock or log.
public struct Controller: ~Copyable {
  /// What became of a tick's reading of the robot.
  public enum Reading: Sendable {
    /// The sample is of this tick.
    case fresh
    /// The robot did not answer: the sample is an older one. If that goes on, it is this fault.
    case missed(Fault)
    /// The line is gone.
    case gone
  }

  /// What the robot is to do after a tick.
  public enum Intent: Sendable {
    /// Send ``Controller/targets`` to the servos.
    case follow
    /// Clear a watchdog that holds the robot, then send ``Controller/targets``.
    case clearWatchdogAndFollow
    /// Send nothing: the robot has been told to hold and does not answer.
    case wait
    /// Switch torque off.
    case letGo
  }

  /// What has happened so far.
  public private(set) var statistics = LoopStatistics()
  /// The velocity that is asked of the robot.
  public private(set) var command = VelocityCommand()
  /// The velocity that the policy was asked for last: on the way to ``command``, less near a limit, none
  /// while the robot stops.
  public private(set) var askedCommand = VelocityCommand()

  /// By which it tells how long the policy took, and its loop what time it is; it decides nothing.
  let clock: MonotonicClock
  var phase = ControlPhase.disarmed
  var supervisor: Supervisor
  var actions: ActionState
  let robot: Robot
  let configuration: LoopConfiguration
  private var policy: PolicyRunner
  private var limiter: CommandLimiter
  /// The last sample that was believed.
  private var sample = RobotSample()
  /// Whether the policy was asked in the last step.
  private var hasDecided = false

  /// Makes a disarmed controller.
  ///
  /// - Parameters:
  ///   - policy: Its bytes must outlive the controller.
  ///   - clock: That of the bus.
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

  /// What the controller is doing.
  public var state: ControlState {
    @_noAllocation
    get { phase.state }
  }

  /// Why it is faulted; the first fault stays until the next arming.
  public var fault: Fault? {
    @_noAllocation
    get { if case .faulted(let stop) = phase { stop.fault } else { nil } }
  }

  /// Why it is faulted, with joint, servo and cause where one joint is to blame; not for a tick.
  public var faultReason: String? {
    guard case .faulted(let stop) = phase else { return nil }
    guard let culprit = stop.culprit else { return stop.fault.description }
    return "\(stop.fault): \(culprit.text(of: stop.fault, on: robot))"
  }

  /// Where the joints are to go, in radians.
  public var targets: JointValues {
    @_noAllocation
    get { actions.targets }
  }

  /// Targets that the policy asked for beyond limits or slew.
  public var heldTargets: UInt64 {
    @_noAllocation
    get { policy.heldTargets }
  }

  /// Begins to stand up from the pose in which the robot was found: the only way out of a fault.
  ///
  /// A sample that is not finite gives no pose to start from: the robot lets go at the next tick.
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

  /// Asks the policy for a velocity; it is to be said again and again, or the robot comes to a stand.
  ///
  /// - Parameter isNew: Whether somebody said it now: on the way to it, that was earlier.
  @_noAllocation
  public mutating func follow(_ command: VelocityCommand, isNew: Bool = true) {
    self.command = command
    if isNew { supervisor.heardCommand() }
  }

  /// Records that torque is off.
  @_noAllocation
  public mutating func disarm() {
    if case .faulted = phase { return }
    phase = .disarmed
  }

  /// Decides one tick; a disarmed controller decides nothing.
  ///
  /// - Parameter missedDeadlines: Deadlines that were skipped since the tick before.
  @_noAllocation
  public mutating func step(
    _ reading: Reading, _ sample: borrowing BusSample, missedDeadlines: UInt64 = 0
  ) -> Intent {
    if case .disarmed = phase { return .letGo }
    hasDecided = false
    statistics.ticks += 1
    var isHeard = false
    if case .fresh = reading { isHeard = true }
    let judged = supervisor.believe(reading, sample)
    if case .fresh = judged { self.sample = sample.robot }
    if case .missed = judged { statistics.coastedTicks += 1 }
    if case .fresh = judged, sample.imuAge > 0 { statistics.coastedTicks += 1 }
    supervise(judged, sample, missedDeadlines)
    // An older reading of the IMU has been judged before.
    if case .fresh = judged, sample.imuAge == 0, stopsFalling(self.sample) { return .letGo }
    if case .faulted(let stop) = phase {
      var isBelieved = sample.robot.isFinite(jointCount: robot.jointCount)
      if case .missed = judged { isBelieved = false }
      return advance(stop, isHeard: isHeard, isBelieved: isBelieved, sample)
    }
    return advance()
  }

  /// Looks for a reason to stop following the policy.
  @_noAllocation
  private mutating func supervise(
    _ reading: Reading, _ sample: borrowing BusSample, _ missedDeadlines: UInt64
  ) {
    if case .faulted = phase { return }
    if let fault = supervisor.judge(reading, sample, targets: actions.targets) {
      return stop(fault)
    }
    if let fault = supervisor.judge(missedDeadlines: missedDeadlines) { return stop(fault) }
    switch phase {
    case .running, .stopping: if let fault = supervisor.judgeCommand() { stop(fault) }
    // Whoever fell silent meanwhile does not start a walk.
    case .standingUp, .settling: _ = supervisor.judgeCommand()
    case .disarmed, .sittingDown, .faulted: break
    }
  }

  /// Puts what was decided in the last step into a record, real-time safe.
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

  /// How long observing and inferring took in the last step; 0 without a policy.
  public var phases: PhaseDurations {
    @_noAllocation
    get { hasDecided ? policy.phases : PhaseDurations() }
  }

  /// Finds the targets of this tick of a robot without a fault, and the phase after it.
  ///
  /// - Returns: Whether the servos are to follow them; once the robot sits, they let go.
  @_noAllocation
  private mutating func advance() -> Intent {
    switch phase {
    case .disarmed, .faulted: return .letGo
    case .standingUp(var move):
      actions.targets = move.next()
      if move.isOver { settle(ticks: 1) } else { phase = .standingUp(move) }
    case .settling(let ticks): settle(ticks: ticks + 1)
    case .running:
      if supervisor.speedShare < 1 { statistics.slowedTicks += 1 }
      statistics.runningTicks += 1
      askPolicy(for: command.scaled(by: supervisor.speedShare))
    case .stopping(let stillTicks):
      if stillTicks == robot.ticks(configuration.stopMicroseconds) {
        beginToSit()
        return advance()
      }
      askPolicy(for: VelocityCommand())
      let asked = askedCommand
      let isStill = asked.forward == 0 && asked.left == 0 && asked.yawRate == 0
      if case .stopping = phase, isStill { phase = .stopping(stillTicks: stillTicks + 1) }
    case .sittingDown(var move):
      if move.isOver { return .letGo }
      actions.targets = move.next()
      phase = .sittingDown(move)
    }
    return .follow
  }

  /// Stands until the policy takes over.
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

  /// Lets the policy move the targets, for a velocity on the way to the one that is wanted.
  @_noAllocation
  private mutating func askPolicy(for wanted: VelocityCommand) {
    askedCommand = limiter.next(towards: wanted)
    let heldCount = policy.step(sample, command: askedCommand, state: &actions)
    hasDecided = true
    guard let heldCount else { return stop(.notFinite) }
    if let fault = supervisor.judge(heldCount: heldCount) { stop(fault) }
  }

  @_noAllocation
  private func standingMove(from start: JointValues) -> PoseMove {
    var end = start
    for joint in 0..<robot.jointCount { end[joint] = robot[joint: joint].standingRadians }
    return PoseMove(
      from: start, to: end, of: robot, tickCountMin: robot.ticks(configuration.standUpMicroseconds))
  }
}
