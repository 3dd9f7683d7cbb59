/// Why a servo did not do what was asked of it.
public enum ServoRequestError: Error, Equatable, Sendable {
  /// The line failed.
  case bus(BusError)
  /// Nobody answers by its number.
  case silent
  /// What answers by its number cannot be read: two servos have it, or the line is noisy.
  case unreadable
  /// It said no.
  case refused(instruction: UInt8, code: UInt8)
  /// It said no to the board that asked it.
  case refusedBehindBoard
  /// It is another kind of servo than it was asked as: model, and the name of its kind.
  case otherKind(found: String, family: String)
  /// It took a new number for a register and has another one.
  case unchanged(register: String)

  /// What a tick would say of it.
  func busError(id: UInt8) -> BusError {
    switch self {
    case .bus(let error): error
    case .refused, .refusedBehindBoard, .unchanged, .otherKind: .refusedByServo(id: id)
    case .silent, .unreadable: .silent
    }
  }
}

extension ServoRequestError: CustomStringConvertible {
  /// What was found, and the cure.
  public var description: String {
    switch self {
    case .bus(let error): error.description
    case .silent:
      "no answer; check its power, its cable and its speed, or find it with 'tarsus servo scan'"
    case .unreadable:
      "its answers are damaged; if two servos have this number, connect one alone and give it "
        + "another with 'tarsus servo set-id'"
    case .otherKind(let found, let family):
      "found \(found), expected a servo of the --protocol that was given; say --protocol \(family)"
    case .unchanged(let register):
      "\(register) has another value than was written; start it anew by switching its power off "
        + "and on"
    case .refused(_, 7):
      "refused: what it keeps without supply can be written only while its torque is off, after "
        + "'tarsus servo write ID torque_enable 0'; and torque stays off after an error that "
        + "'tarsus servo monitor' shows, until its power was off"
    case .refused(_, 6): "refused: the number is beyond its limits"
    case .refusedBehindBoard:
      "refused: the number is beyond its limits, or what it keeps without supply is written while its "
        + "torque is on, or torque stays off after an error that 'tarsus servo monitor' shows, until its "
        + "power was off"
    case .refused(let instruction, let code):
      "refused instruction \(instruction) with error \(code); start it anew by switching its power "
        + "off and on"
    }
  }
}
