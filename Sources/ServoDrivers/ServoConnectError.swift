internal import RobotDescription
public import WireProtocol

/// A register of a servo that a run has set.
public struct ServoFix: Sendable {
  /// Joint of the servo.
  public let joint: String
  /// The register, in whose counts the values are.
  public let register: ServoRegister
  /// Value before.
  public let found: Int32
  /// Value now.
  public let set: Int32

  /// Makes the record of a change.
  public init(joint: String, register: ServoRegister, found: Int32, set: Int32) {
    self.joint = joint
    self.register = register
    self.found = found
    self.set = set
  }
}

/// A servo of a model that the driver does not know.
public struct OtherServo: Equatable, Sendable {
  /// The servo.
  public let servo: ServoName
  /// The number of its model.
  public let model: UInt16
}

/// Failure to connect to the servos of a robot.
public enum ServoConnectError: Error, Equatable, Sendable {
  /// A request to a servo failed.
  case servo(joint: String, id: UInt8, ServoRequestError)
  /// Several servos are missing.
  case missing([ServoName], of: Int)
  /// A register has a value that a run does not change by itself; so have others.
  case setting(String, others: Int)
  /// The servo's gain register cannot hold the robot file's gain.
  case gain(ServoName, register: String, found: Int32, most: Int32)
  /// Servos of other models have these IDs.
  case model([OtherServo], expected: String)
  /// The servos' watchdog would trip between two ticks, or with one lost write.
  case controlPeriodMicroseconds(robot: UInt32, max: UInt32)
  /// The common answer of so many servos does not fit into a packet.
  case servoCount(robot: Int, max: Int)

  /// Runs a request to a joint's servo, and names the servo in its error.
  static func naming<Result>(
    _ joint: Joint, _ body: () throws(ServoRequestError) -> Result
  ) throws(ServoConnectError) -> Result {
    do throws(ServoRequestError) {
      return try body()
    } catch {
      throw .servo(joint: joint.name.description, id: joint.servo.id, error)
    }
  }
}

extension ServoConnectError: CustomStringConvertible {
  /// One sentence: found, expected, cure.
  public var description: String {
    switch self {
    case .servo(_, _, .bus(let error)): error.description
    case .servo(let joint, let id, let error): "servo \(id) (\(joint)): \(error)"
    case .missing(let missing, let count) where missing.count == count:
      "servos: none of the \(count) answers, from ID \(missing.first?.id ?? 0) on; check power and "
        + "cable, and find their speed with 'tarsus servo scan'"
    case .missing(let missing, _):
      "\(ServoName.list(missing)): no answer; check power and cables, or find them with 'tarsus "
        + "servo scan'"
    case .setting(let finding, let others):
      finding + (others == 0 ? "" : "; \(others) more settings are not what they should be")
        + "; 'tarsus servo check --robot FILE' shows all, and with --fix sets them"
    case .gain(let servo, let register, let found, let most):
      "\(servo): position_gain: found \(found), expected 0 to \(most), which \(register) holds; "
        + "give the robot file the gain of this kind of servo"
    case .model(let others, let expected):
      others.map { "\($0.servo): found model \($0.model)" }.joined(separator: "; ")
        + ", expected \(expected); check the robot file"
    case .controlPeriodMicroseconds(let robot, let max):
      "servos: their watchdog takes control periods of at most \(max) µs, the robot file has "
        + "\(robot) µs; set control_rate_hz to \(1_000_000 / max) or more, and train for that rate"
    case .servoCount(let robot, let max):
      "servos: at most \(max) on one line, the robot file has \(robot); use two lines behind a "
        + "board"
    }
  }
}
