public import RobotDescription

/// Contract of a policy: a robot that differs in any of it must not run the policy.
public struct PolicyContract: Sendable {
  /// Name of the body.
  public var body: Label
  /// Time between two ticks.
  public var controlPeriodMicroseconds: UInt32
  /// Joint names, in the order of the actions.
  public var jointNames: InlineArray<32, Label>
  /// Proportional gains of the servos, in units of their registers.
  public var positionGains: InlineArray<32, UInt16>
  /// Conversion of actions into joint targets.
  public var actions: ActionLayout
  /// Layout of the observations.
  public var observation: ObservationLayout
  /// Velocities that the policy was trained to follow.
  public var commands: CommandRange

  /// Makes the contract of a policy trained on `robot`.
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

  /// The first difference of a robot from the contract; `nil` when there is none.
  public func firstDifference(from robot: borrowing Robot) -> ContractDifference? {
    var first: ContractDifference?
    visitDifferences(from: robot) { difference in
      first = difference
      return false
    }
    return first
  }

  /// Calls `visit` for every difference of a robot from the contract until it returns `false`.
  ///
  /// Joints are compared only when their numbers are equal.
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

  /// - Returns: `false` when `visit` has returned `false`.
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

/// A number of a joint that is part of the contract.
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

/// The robot differs from a policy's contract.
public struct ContractError: Error, Equatable, Sendable {
  /// The difference.
  public let difference: ContractDifference

  /// Makes the error for a difference.
  public init(difference: ContractDifference) { self.difference = difference }
}

/// A difference between a policy's contract and a robot.
public enum ContractDifference: Equatable, Sendable {
  /// The bodies differ.
  case body(policy: Label, robot: Label)
  /// The numbers of joints differ.
  case jointCount(policy: Int, robot: Int)
  /// The control rates differ.
  case controlPeriodMicroseconds(policy: UInt32, robot: UInt32)
  /// The joints at the same index differ.
  case jointName(index: Int, policy: Label, robot: Label)
  /// A number of a joint differs.
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
    /// Every difference of a robot from the contract.
    ///
    /// Joints are compared only when their numbers are equal.
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
    /// The item that differs, and its values on both sides.
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
