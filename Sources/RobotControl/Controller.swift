public import PolicyNetwork
public import RobotDescription
public import ServoDrivers
public import Telemetry

/// The state machine that decides, tick by tick, where a robot's joints go.
///
///     disarmed → standingUp → running → sittingDown → disarmed
///
/// and `faulted` from anywhere: the policy is no longer followed. While the robot is heard it sits
/// down slowly and its torque goes off; where it is not, it is told to hold once, and to let go after
/// a second; one that falls lets go at once. What is a fault says the ``Supervisor``.
/// It knows no bus and no clock. What follows `init` is real-time safe: no allocation, lock or log.
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
    /// Send nothing: the robot has been told to hold and does not answer.
    case wait
    /// Switch torque off.
    case letGo
  }

  /// What the controller is doing.
  public private(set) var state = ControlState.disarmed
  /// Why it is faulted; the first fault stays until the next arming.
  public private(set) var fault: Fault?
  /// What has happened so far.
  public private(set) var statistics = LoopStatistics()
  /// The velocity that is asked of the robot.
  public private(set) var command = VelocityCommand()

  private var supervisor: Supervisor
  private var policy: PolicyRunner
  private let robot: Robot
  private let configuration: LoopConfiguration
  private var actions: ActionState
  private var move: PoseMove
  private var settleTicks: UInt32 = 0
  /// Whether a walking robot is on its way to sit down, and since when.
  private var isStopping = false
  private var stopTicks: UInt32 = 0
  /// Whether the policy was asked in the last step.
  private var hasDecided = false
  /// The velocity that the policy was asked for last: none while it stops, less near a limit.
  private var decidedCommand = VelocityCommand()
  /// Ticks for which a faulted robot has not answered.
  private var unheardTicks: UInt32 = 0
  /// Ticks since the fault.
  private var faultedTicks: UInt32 = 0
  private var lostJoints = LostJoints()

  /// Makes a disarmed controller.
  ///
  /// - Parameter policy: Its bytes must outlive the controller.
  /// - Throws: ``ContractError`` when the policy was trained for another robot.
  public init(
    robot: Robot, policy: PolicyFile, configuration: LoopConfiguration
  ) throws(ContractError) {
    if let difference = policy.contract.firstDifference(from: robot) {
      throw ContractError(difference: difference)
    }
    supervisor = Supervisor(robot: robot, configuration: configuration)
    self.policy = PolicyRunner(policy: policy)
    self.robot = robot
    self.configuration = configuration
    actions = ActionState(targets: policy.contract.actions.defaultPose)
    move = PoseMove(from: actions.targets, to: actions.targets, tickCount: 1)
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
    fault = nil
    lostJoints = LostJoints()
    faultedTicks = 0
    supervisor.restart()
    guard sample.robot.isFinite(jointCount: robot.jointCount) else {
      fault = .notFinite
      state = .faulted
      move = PoseMove(at: actions.targets)
      return
    }
    beginMove(to: .standingUp, from: sample.robot.jointAngles)
  }

  /// Asks the policy for a velocity; it is to be said again and again, or the robot comes to a stand.
  ///
  /// - Parameter isNew: Whether somebody said it now: on the way to it, that was earlier.
  @_noAllocation
  public mutating func follow(_ command: VelocityCommand, isNew: Bool = true) {
    self.command = command
    if isNew { supervisor.heardCommand() }
  }

  /// Begins to sit down; the robot is disarmed when it sits.
  ///
  /// A robot that walks is first asked to stand still: a biped would fall out of its step.
  @_noAllocation
  public mutating func sitDown() {
    switch state {
    case .standingUp: beginMove(to: .sittingDown, from: actions.targets)
    case .running: isStopping = true
    case .disarmed, .sittingDown, .faulted: break
    }
  }

  /// Records that torque is off.
  @_noAllocation
  public mutating func disarm() {
    if !isFaulted { state = .disarmed }
  }

  /// Decides one tick; a disarmed controller decides nothing.
  ///
  /// - Parameter missedDeadlines: Deadlines that were skipped since the tick before.
  @_noAllocation
  public mutating func step(
    _ reading: Reading, _ sample: borrowing BusSample, missedDeadlines: UInt64 = 0
  ) -> Intent {
    if case .disarmed = state { return .letGo }
    hasDecided = false
    statistics.ticks += 1
    var isHeard = false
    if case .fresh = reading { isHeard = true }
    if case .missed = reading { statistics.coastedTicks += 1 }
    supervise(reading, sample, missedDeadlines)
    if isFalling(sample.robot) { return .letGo }
    if case .faulted = state {
      unheardTicks = isHeard ? 0 : unheardTicks &+ 1
      faultedTicks &+= 1
      // One that is heard only now and then sits down the slower, and must not take for ever.
      if faultedTicks > 2 * move.tickCount + robot.ticks(configuration.unheardMicroseconds) {
        return .letGo
      }
      if unheardTicks > 0 { return holdUnheard() }
      let hasReturned = lostJoints.update(
        sample, jointCount: robot.jointCount, patience: configuration.jointCoastTicksMax)
      if hasReturned && !move.isOver { beginMove(to: .faulted, from: actions.targets) }
    }
    return advance(sample)
  }

  /// Looks for a reason to stop following the policy.
  @_noAllocation
  private mutating func supervise(
    _ reading: Reading, _ sample: borrowing BusSample, _ missedDeadlines: UInt64
  ) {
    guard !isFaulted else { return }
    if let fault = supervisor.judge(reading, sample) { return stop(fault) }
    if let fault = supervisor.judge(missedDeadlines: missedDeadlines) { return stop(fault) }
    if case .running = state, let fault = supervisor.judgeCommand() { stop(fault) }
  }

  /// Whether the robot falls: it is to be limp before it meets the ground.
  @_noAllocation
  private mutating func isFalling(_ sample: borrowing RobotSample) -> Bool {
    guard let reason = supervisor.judgeTilt(sample) else { return false }
    stop(reason)
    move = PoseMove(at: actions.targets)
    return true
  }

  /// A faulted robot that does not answer is told to hold, and after a second to let go.
  @_noAllocation
  private mutating func holdUnheard() -> Intent {
    if unheardTicks > robot.ticks(configuration.unheardMicroseconds) { return .letGo }
    return unheardTicks == 1 ? .follow : .wait
  }

  /// Puts what was decided in the last step into a record, real-time safe.
  @_noAllocation
  public func describe(into record: inout TickRecord) {
    record.tick = statistics.ticks
    record.state = state.code
    record.fault = 0
    if let fault { record.fault = fault.code }
    record.command = decidedCommand
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

  /// Stops following the policy and begins to sit down; the first fault is kept.
  ///
  /// A disarmed controller follows nothing, so it has nothing to stop.
  @_noAllocation
  public mutating func stop(_ reason: Fault) {
    switch state {
    case .disarmed, .faulted: return
    case .standingUp, .running, .sittingDown:
      fault = reason
      faultedTicks = 0
      beginMove(to: .faulted, from: actions.targets)
    }
  }

  private var isFaulted: Bool {
    @_noAllocation
    get { if case .faulted = state { true } else { false } }
  }

  /// Finds the targets of this tick and the state after it.
  ///
  /// - Returns: Whether the servos are to follow them; once the robot sits, they let go.
  @_noAllocation
  private mutating func advance(_ sample: borrowing BusSample) -> Intent {
    switch state {
    case .disarmed: return .letGo
    case .standingUp:
      actions.targets = move.next()
      guard move.isOver else { return .follow }
      settleTicks += 1
      if settleTicks > robot.ticks(configuration.settleMicroseconds) {
        state = .running
        policy.restart()
      }
    case .running:
      if isStopping {
        if stopTicks == robot.ticks(configuration.stopMicroseconds) {
          beginMove(to: .sittingDown, from: actions.targets)
          return advance(sample)
        }
        stopTicks += 1
      }
      decidedCommand =
        isStopping ? VelocityCommand() : command.scaled(by: supervisor.speedShare)
      if supervisor.speedShare < 1 { statistics.slowedTicks += 1 }
      let heldCount = policy.step(sample.robot, command: decidedCommand, state: &actions)
      hasDecided = true
      if !isStopping { statistics.runningTicks += 1 }
      guard let heldCount else {
        stop(.notFinite)
        break
      }
      if let fault = supervisor.judge(heldCount: heldCount) { stop(fault) }
    case .sittingDown, .faulted:
      if move.isOver { return .letGo }
      let next = move.next()
      for joint in 0..<robot.jointCount where !lostJoints.contains(joint) {
        actions.targets[joint] = next[joint]
      }
    }
    return .follow
  }

  @_noAllocation
  private mutating func beginMove(to next: ControlState, from start: JointValues) {
    state = next
    settleTicks = 0
    isStopping = false
    stopTicks = 0
    unheardTicks = 0
    actions.targets = start
    var end = start
    let duration: UInt32
    if case .standingUp = next {
      duration = configuration.standUpMicroseconds
      for joint in 0..<robot.jointCount { end[joint] = robot[joint: joint].standingRadians }
    } else {
      duration = configuration.sitDownMicroseconds
      for joint in 0..<robot.jointCount { end[joint] = robot[joint: joint].restingRadians }
    }
    move = PoseMove(from: start, to: end, of: robot, tickCountMin: robot.ticks(duration))
  }
}
