public import RobotDescription

/// What a policy was trained for; a robot that differs in any of it must not run the policy.
public struct PolicyContract: Sendable {
  /// Name of the body.
  public var body: Label
  /// Time between two ticks.
  public var controlPeriodMicroseconds: UInt32
  /// Joint names, in the order of the actions.
  public var jointNames: InlineArray<32, Label>
  /// Proportional gains of the servos, as their registers hold them.
  public var positionGains: InlineArray<32, UInt16>
  /// How actions become joint targets.
  public var actions: ActionLayout
  /// How observations are built.
  public var observation: ObservationLayout

  /// The contract of a policy trained on `robot`.
  public init(robot: Robot, actions: ActionLayout, observation: ObservationLayout) {
    self.init(
      body: robot.body, controlPeriodMicroseconds: robot.controlPeriodMicroseconds,
      actions: actions, observation: observation)
    for index in 0..<robot.jointCount {
      jointNames[index] = robot[joint: index].name
      positionGains[index] = robot[joint: index].servo.positionGain
    }
  }

  init(
    body: Label, controlPeriodMicroseconds: UInt32, actions: ActionLayout,
    observation: ObservationLayout
  ) {
    self.body = body
    self.controlPeriodMicroseconds = controlPeriodMicroseconds
    jointNames = .init(repeating: Label())
    positionGains = .init(repeating: 0)
    self.actions = actions
    self.observation = observation
  }

  /// Joints of the robot.
  public var jointCount: Int {
    @_noAllocation
    get { actions.jointCount }
  }

  /// The first thing in which a robot is not the one the policy was trained for.
  public func firstDifference(from robot: borrowing Robot) -> ContractDifference? {
    if body != robot.body { return .body(policy: body, robot: robot.body) }
    if jointCount != robot.jointCount {
      return .jointCount(policy: jointCount, robot: robot.jointCount)
    }
    if controlPeriodMicroseconds != robot.controlPeriodMicroseconds {
      return .controlPeriodMicroseconds(
        policy: controlPeriodMicroseconds, robot: robot.controlPeriodMicroseconds)
    }
    for index in 0..<jointCount {
      if let difference = firstDifference(ofJoint: index, from: robot[joint: index], robot) {
        return difference
      }
    }
    return nil
  }

  private func firstDifference(
    ofJoint index: Int, from joint: Joint, _ robot: borrowing Robot
  ) -> ContractDifference? {
    if jointNames[index] != joint.name {
      return .jointName(index: index, policy: jointNames[index], robot: joint.name)
    }
    let periodSeconds = robot.controlPeriodSeconds
    let slewMax = joint.slewMaxRadiansPerSecond * periodSeconds
    let gain = Float(Int(joint.servo.positionGain))
    let name = joint.name
    func compare(_ field: JointField, _ policy: Float, _ robot: Float) -> ContractDifference? {
      policy == robot ? nil : .joint(name, field, policy: policy, robot: robot)
    }
    return compare(.standingPose, actions.defaultPose[index], joint.standingRadians)
      ?? compare(.lowerLimit, actions.lowerLimits[index], joint.lowerLimitRadians)
      ?? compare(.upperLimit, actions.upperLimits[index], joint.upperLimitRadians)
      ?? compare(.slew, actions.slewMaxRadians[index], slewMax)
      ?? compare(.positionGain, Float(Int(positionGains[index])), gain)
  }
}

/// A number of a joint on which policy and robot must agree.
public enum JointField: UInt8, Sendable, Equatable {
  /// The angle at action 0, in radians.
  case standingPose
  /// The smallest target, in radians.
  case lowerLimit
  /// The largest target, in radians.
  case upperLimit
  /// The largest change of the target per tick, in radians.
  case slew
  /// The servo's proportional gain.
  case positionGain
}

/// A policy that was trained for another robot.
public struct ContractError: Error, Equatable, Sendable {
  /// What differs.
  public let difference: ContractDifference

  /// Names what differs.
  public init(difference: ContractDifference) { self.difference = difference }
}

/// One difference between the robot a policy was trained for and the robot at hand.
public enum ContractDifference: Equatable, Sendable {
  /// Another body.
  case body(policy: Label, robot: Label)
  /// Another number of joints.
  case jointCount(policy: Int, robot: Int)
  /// Another control rate.
  case controlPeriodMicroseconds(policy: UInt32, robot: UInt32)
  /// Another joint at the same place.
  case jointName(index: Int, policy: Label, robot: Label)
  /// A joint whose numbers differ.
  case joint(Label, JointField, policy: Float, robot: Float)
}

#if !hasFeature(Embedded)
  extension ContractError: CustomStringConvertible {
    /// One sentence with both sides and the cure.
    public var description: String {
      "policy and robot differ: \(difference); use the robot file that the policy was trained "
        + "with, or train again"
    }
  }

  extension ContractDifference: CustomStringConvertible {
    /// One sentence with both sides.
    public var description: String {
      switch self {
      case .body(let policy, let robot):
        "body: the policy was trained on '\(policy)', the robot is '\(robot)'"
      case .jointCount(let policy, let robot):
        "joints: the policy moves \(policy), the robot has \(robot)"
      case .controlPeriodMicroseconds(let policy, let robot):
        "control period: the policy has \(policy) µs, the robot \(robot) µs"
      case .jointName(let index, let policy, let robot):
        "joint \(index): the policy has '\(policy)' there, the robot '\(robot)'"
      case .joint(let name, let field, let policy, let robot):
        "joint '\(name)', \(field): the policy has \(policy), the robot \(robot)"
      }
    }
  }
#endif
