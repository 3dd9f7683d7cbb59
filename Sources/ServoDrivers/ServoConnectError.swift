/// Something that was set on a servo because it was otherwise.
public struct ServoFix: Equatable, Sendable {
  /// The joint that the servo moves.
  public let joint: String
  /// The register's name.
  public let register: String
  /// What it was.
  public let found: Int32
  /// What it is now.
  public let set: Int32

  /// Describes a change.
  public init(joint: String, register: String, found: Int32, set: Int32) {
    self.joint = joint
    self.register = register
    self.found = found
    self.set = set
  }
}

/// Why the servos on a line are not those of a robot.
public enum ServoConnectError: Error, Equatable, Sendable {
  /// The line failed.
  case bus(BusError)
  /// Nobody answers by a servo's number.
  case silent(joint: String, id: UInt8)
  /// What answers by a servo's number cannot be read: two servos have it, or the line is noisy.
  case unreadable(joint: String, id: UInt8)
  /// Another model of servo has the number.
  case model(joint: String, id: UInt8, found: UInt16, expected: String)
  /// A servo said no.
  case refused(joint: String, id: UInt8, instruction: UInt8, code: UInt8)
  /// The servos' watchdog would trip between two ticks, or with one lost write.
  case controlPeriodMicroseconds(robot: UInt32, max: UInt32)
  /// The common answer of so many servos is too long.
  case servoCount(robot: Int, max: Int)
  /// A servo took a new number for a register and still has the old one.
  case unchanged(joint: String, id: UInt8, register: String)
}

extension ServoConnectError: CustomStringConvertible {
  /// One sentence: what was found, what was expected, the cure.
  public var description: String {
    switch self {
    case .bus(let error): error.description
    case .silent(let joint, let id):
      "servo \(id) (\(joint)): no answer; check its power, its cable and the baud rate, or find it "
        + "with 'tarsus servo scan'"
    case .unreadable(let joint, let id):
      "servo \(id) (\(joint)): its answers are damaged; if two servos have this number, connect "
        + "one alone and give it another with 'tarsus servo set-id'"
    case .model(let joint, let id, let found, let expected):
      "servo \(id) (\(joint)): found model \(found), expected \(expected); check the robot file"
    case .controlPeriodMicroseconds(let robot, let max):
      "servos: their watchdog takes control periods of at most \(max) µs, the robot file has "
        + "\(robot) µs; set control_rate_hz to \(1_000_000 / max) or more, and train for that rate"
    case .servoCount(let robot, let max):
      "servos: at most \(max) on one line, the robot file has \(robot); use two lines behind a board"
    case .unchanged(let joint, let id, let register):
      "servo \(id) (\(joint)): \(register) stays as it was; start it anew by switching its power "
        + "off and on"
    case .refused(let joint, let id, let instruction, let code):
      "servo \(id) (\(joint)): refused instruction \(instruction) with error \(code); start it "
        + "anew by switching its power off and on"
    }
  }
}
