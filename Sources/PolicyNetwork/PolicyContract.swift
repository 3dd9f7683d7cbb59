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
  /// Velocities that it was trained to follow.
  public var commands: CommandRange

  /// The contract of a policy trained on `robot`.
  public init(
    robot: Robot, actions: ActionLayout, observation: ObservationLayout, commands: CommandRange
  ) {
    self.init(
      body: robot.body, controlPeriodMicroseconds: robot.controlPeriodMicroseconds,
      actions: actions, observation: observation, commands: commands)
    for index in 0..<robot.jointCount {
      jointNames[index] = robot[joint: index].name
      positionGains[index] = robot[joint: index].servo.positionGain
    }
  }

  init(
    body: Label, controlPeriodMicroseconds: UInt32, actions: ActionLayout,
    observation: ObservationLayout, commands: CommandRange
  ) {
    self.body = body
    self.controlPeriodMicroseconds = controlPeriodMicroseconds
    jointNames = .init(repeating: Label())
    positionGains = .init(repeating: 0)
    self.actions = actions
    self.observation = observation
    self.commands = commands
  }

  /// Joints of the robot.
  public var jointCount: Int {
    @_noAllocation
    get { actions.jointCount }
  }

  /// The first thing in which a robot is not the one the policy was trained for.
  public func firstDifference(from robot: borrowing Robot) -> ContractDifference? {
    var first: ContractDifference?
    visitDifferences(from: robot) { difference in
      first = difference
      return false
    }
    return first
  }

  /// Shows `visit` everything in which a robot is not the one the policy was trained for, until it
  /// returns `false`.
  ///
  /// With another number of joints, no joint is compared.
  private func visitDifferences(
    from robot: borrowing Robot, _ visit: (ContractDifference) -> Bool
  ) {
    if body != robot.body {
      guard visit(.body(policy: body, robot: robot.body)) else { return }
    }
    let hasItsJoints = jointCount == robot.jointCount
    if !hasItsJoints {
      guard visit(.jointCount(policy: jointCount, robot: robot.jointCount)) else { return }
    }
    if controlPeriodMicroseconds != robot.controlPeriodMicroseconds {
      let difference = ContractDifference.controlPeriodMicroseconds(
        policy: controlPeriodMicroseconds, robot: robot.controlPeriodMicroseconds)
      guard visit(difference) else { return }
    }
    guard hasItsJoints else { return }
    for index in 0..<jointCount {
      guard visitDifferences(ofJoint: index, from: robot, visit) else { return }
    }
  }

  /// - Returns: `false` when `visit` wants no more.
  private func visitDifferences(
    ofJoint index: Int, from robot: borrowing Robot, _ visit: (ContractDifference) -> Bool
  ) -> Bool {
    let joint = robot[joint: index]
    let name = joint.name
    guard jointNames[index] == name else {
      return visit(.jointName(index: index, policy: jointNames[index], robot: name))
    }
    func compare(_ field: JointField, _ policy: Float, _ robot: Float) -> Bool {
      policy == robot || visit(.joint(name, field, policy: policy, robot: robot))
    }
    let slewMax = joint.slewMaxRadiansPerSecond * robot.controlPeriodSeconds
    return compare(.standingPose, actions.defaultPose[index], joint.standingRadians)
      && compare(.lowerLimit, actions.lowerLimits[index], joint.lowerLimitRadians)
      && compare(.upperLimit, actions.upperLimits[index], joint.upperLimitRadians)
      && compare(.slew, actions.slewMaxRadians[index], slewMax)
      && compare(
        .positionGain, Float(Int(positionGains[index])), Float(Int(joint.servo.positionGain)))
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

  extension PolicyContract {
    /// Everything in which a robot is not the one the policy was trained for.
    ///
    /// With another number of joints, no joint is compared.
    public func differences(from robot: borrowing Robot) -> [ContractDifference] {
      var all: [ContractDifference] = []
      visitDifferences(from: robot) { difference in
        all.append(difference)
        return true
      }
      return all
    }
  }

  extension ContractDifference: CustomStringConvertible {
    /// What differs, and what it is on either side.
    public var sides: (item: String, policy: String, robot: String) {
      switch self {
      case .body(let policy, let robot): ("body", "'\(policy)'", "'\(robot)'")
      case .jointCount(let policy, let robot): ("joints", "\(policy)", "\(robot)")
      case .controlPeriodMicroseconds(let policy, let robot):
        ("control period", "\(policy) µs", "\(robot) µs")
      case .jointName(let index, let policy, let robot):
        ("joint \(index)", "'\(policy)'", "'\(robot)'")
      case .joint(let name, let field, let policy, let robot):
        ("joint '\(name)', \(field.words)", "\(policy)\(field.unit)", "\(robot)\(field.unit)")
      }
    }

    /// One sentence with both sides.
    public var description: String {
      let (item, policy, robot) = sides
      return "\(item): the policy has \(policy), the robot \(robot)"
    }
  }

  extension JointField {
    fileprivate var words: String {
      switch self {
      case .standingPose: "standing pose"
      case .lowerLimit: "lower limit"
      case .upperLimit: "upper limit"
      case .slew: "slew"
      case .positionGain: "position gain"
      }
    }

    fileprivate var unit: String {
      switch self {
      case .standingPose, .lowerLimit, .upperLimit: " rad"
      case .slew: " rad per tick"
      case .positionGain: ""
      }
    }
  }
#endif
