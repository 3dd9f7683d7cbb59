/// Failure of a request to a servo.
public enum ServoRequestError: Error, Equatable, Sendable {
  /// The line failed.
  case bus(BusError)
  /// No servo answers by the ID.
  case silent
  /// The answers are damaged: two servos have the ID, or the line is noisy.
  case unreadable
  /// It refused.
  case refused(instruction: UInt8, code: UInt8)
  /// It refused the board's request.
  case refusedBehindBoard
  /// It is of another family than it was addressed as: its model and its family.
  case otherKind(found: String, family: String)
  /// A register has another value after a write.
  case unchanged(register: String)

  /// The error of a bus for it.
  func busError(id: UInt8) -> BusError {
    switch self {
    case .bus(let error): error
    case .refused, .refusedBehindBoard, .unchanged, .otherKind: .refusedByServo(id: id)
    case .silent, .unreadable: .silent
    }
  }
}

extension ServoRequestError: CustomStringConvertible {
  /// Fact and cure.
  public var description: String {
    switch self {
    case .bus(let error): error.description
    case .silent:
      "no answer; check its power, its cable and its speed, or find it with 'tarsus servo scan'"
    case .unreadable:
      "its answers are damaged; if two servos have this ID, connect one alone and give it another "
        + "with 'tarsus servo set-id'"
    case .otherKind(let found, let family):
      "found \(found), expected a servo of the given --protocol; give --protocol \(family)"
    case .unchanged(let register):
      "\(register) has another value than was written; restart it by switching its power off and on"
    case .refused(_, 7):
      "refused: its EEPROM can be written only while its torque is off, after 'tarsus servo write "
        + "ID torque_enable 0'; and torque stays off after an error that 'tarsus servo monitor' "
        + "shows, until its power was off"
    case .refused(_, 6): "refused: the value is outside its limits"
    case .refusedBehindBoard:
      "refused: the value is outside its limits, or EEPROM is written while its torque is on, or "
        + "torque stays off after an error that 'tarsus servo monitor' shows, until its power was "
        + "off"
    case .refused(let instruction, let code):
      "refused instruction \(instruction) with error \(code); restart it by switching its power "
        + "off and on"
    }
  }
}
