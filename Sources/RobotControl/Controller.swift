public import PolicyNetwork
public import RobotDescription
public import ServoDrivers

/// The state machine that decides, tick by tick, where a robot's joints go.
///
///     disarmed → standingUp → running → sittingDown → disarmed
///
/// and `faulted` from anywhere: the policy is no longer followed; while the robot answers it sits
/// down slowly and its torque goes off, where it does not, its board holds and lets go by itself.
/// It knows no bus and no clock. What follows `init` is real-time safe: no allocation, lock or log.
public struct Controller: ~Copyable {
  /// What became of a tick's reading of the robot.
  public enum Reading: Sendable {
    /// The sample is of this tick.
    case fresh
    /// The robot did not answer: the sample is an older one.
    case missed
    /// The line is gone.
    case gone
  }

  /// What the robot is to do after a tick.
  public enum Intent: Sendable {
    /// Send ``Controller/targets`` to the servos.
    case follow
    /// Switch torque off.
    case letGo
  }

  /// What the controller is doing.
  public private(set) var state = ControlState.disarmed
  /// Why it is faulted; the first fault stays until the next arming.
  public private(set) var fault: Fault?
  /// What has happened so far.
  public private(set) var statistics = LoopStatistics()
  /// The velocity that the policy is asked for.
  public var command = VelocityCommand()

  private var policy: PolicyRunner
  private let robot: Robot
  private let configuration: LoopConfiguration
  private var coastedTicks = 0
  private var supplyLowTicks = 0
  private var servoErrorTicks = 0
  private var actions: ActionState
  private var move: PoseMove
  private var settleTicks: UInt32 = 0
  /// Whether a walking robot is on its way to sit down, and since when.
  private var isStopping = false
  private let still = VelocityCommand()
  private var stopTicks: UInt32 = 0

  /// The longest move, whatever the slew.
  private static var moveTicksMax: Float { @_noAllocation get { 100_000 } }

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
    coastedTicks = 0
    supplyLowTicks = 0
    servoErrorTicks = 0
    guard sample.robot.isFinite(jointCount: robot.jointCount) else {
      fault = .notFinite
      state = .faulted
      move = PoseMove(at: actions.targets)
      return
    }
    beginMove(to: .standingUp, from: sample.robot.jointAngles)
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
  @_noAllocation
  public mutating func step(_ reading: Reading, _ sample: borrowing BusSample) -> Intent {
    if case .disarmed = state { return .letGo }
    statistics.ticks += 1
    switch reading {
    case .fresh:
      coastedTicks = 0
      if sample.hasWatchdogTripped {
        stop(.watchdogTripped)
      } else if !sample.isTorqueOn {
        stop(sample.hasServoError ? .servoError : .torqueLost)
      }
      for joint in 0..<robot.jointCount
      where Int(sample.jointAges[joint]) > configuration.jointCoastTicksMax {
        stop(.jointSilent)
      }
    case .missed:
      coastedTicks += 1
      statistics.coastedTicks += 1
      if coastedTicks > configuration.coastTicksMax { stop(.robotSilent) }
    case .gone: stop(.lineGone)
    }
    check(sample)
    return advance(sample)
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
      beginMove(to: .faulted, from: actions.targets)
    }
  }

  private var isFaulted: Bool {
    @_noAllocation
    get { if case .faulted = state { true } else { false } }
  }

  /// Looks for a reason to stop following the policy.
  @_noAllocation
  private mutating func check(_ sample: borrowing BusSample) {
    guard !isFaulted else { return }
    // A servo's answer with a checksum of one byte may be wrong, and a load makes a battery sag.
    supplyLowTicks = sample.supplyMillivolts < robot.supplyMinMillivolts ? supplyLowTicks + 1 : 0
    if supplyLowTicks > configuration.coastTicksMax { return stop(.supplyLow) }
    servoErrorTicks = sample.hasServoError ? servoErrorTicks + 1 : 0
    if servoErrorTicks > configuration.coastTicksMax { return stop(.servoError) }
    if !sample.robot.isFinite(jointCount: robot.jointCount) { return stop(.notFinite) }
    let uprightness = -sample.robot.gravity.z
    if case .running = state, uprightness < configuration.uprightMin { stop(.tilted) }
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
      if settleTicks > ticks(configuration.settleMicroseconds) {
        state = .running
        policy.restart()
      }
    case .running:
      if isStopping {
        if stopTicks == ticks(configuration.stopMicroseconds) {
          beginMove(to: .sittingDown, from: actions.targets)
          return advance(sample)
        }
        stopTicks += 1
      }
      let isFinite = policy.step(
        sample.robot, command: isStopping ? still : command, state: &actions)
      if !isStopping { statistics.runningTicks += 1 }
      if !isFinite { stop(.notFinite) }
    case .sittingDown, .faulted:
      if move.isOver { return .letGo }
      actions.targets = move.next()
    }
    return .follow
  }

  @_noAllocation
  private mutating func beginMove(to next: ControlState, from start: JointValues) {
    state = next
    settleTicks = 0
    isStopping = false
    stopTicks = 0
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
    move = PoseMove(
      from: start, to: end, tickCount: max(ticks(duration), slewTicks(from: start, to: end)))
  }

  /// Ticks that a move takes at least, so that no joint is faster than its slew: a robot may be
  /// found with a joint turned far beyond its limits.
  @_noAllocation
  private func slewTicks(from start: JointValues, to end: JointValues) -> UInt32 {
    var tickCount: Float = 0
    for joint in 0..<robot.jointCount {
      let slewMaxRadians =
        robot[joint: joint].slewMaxRadiansPerSecond * robot.controlPeriodSeconds
      let radians = PoseMove.speedMaxShare * abs(end[joint] - start[joint])
      if slewMaxRadians > 0 { tickCount = max(tickCount, radians / slewMaxRadians) }
    }
    return UInt32(min(tickCount, Self.moveTicksMax)) + 1
  }

  @_noAllocation
  private func ticks(_ microseconds: UInt32) -> UInt32 {
    (microseconds + robot.controlPeriodMicroseconds - 1) / robot.controlPeriodMicroseconds
  }
}

/// What has happened in a control loop.
public struct LoopStatistics: Equatable, Sendable {
  /// Ticks while armed.
  public var ticks: UInt64 = 0
  /// Ticks in which the policy moved the robot.
  public var runningTicks: UInt64 = 0
  /// Ticks that ran on an older sample because the robot did not answer.
  public var coastedTicks: UInt64 = 0

  /// Nothing yet.
  @_noAllocation
  public init() {}
}
