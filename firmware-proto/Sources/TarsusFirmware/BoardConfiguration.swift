import WireProtocol

/// What this board says of itself; edit it for the robot that the board is in.
enum BoardConfiguration {
  /// High byte major, low byte minor.
  static let firmwareVersion: UInt16 = 0x0001
  /// The period of the board's loop over the servo bus.
  static let controlPeriodMicroseconds: UInt32 = 20_000
  static let jointCount = 12

  /// The hash of the joint names in the order of the wire, which the host compares with its own.
  static func jointNamesHash() -> UInt32 {
    let names: InlineArray<12, StaticString> = [
      "front_left_abduction", "front_left_hip", "front_left_knee",
      "front_right_abduction", "front_right_hip", "front_right_knee",
      "rear_left_abduction", "rear_left_hip", "rear_left_knee",
      "rear_right_abduction", "rear_right_hip", "rear_right_knee",
    ]
    var hash = JointNamesHash()
    for index in names.indices {
      hash.startName()
      for offset in 0..<names[index].utf8CodeUnitCount {
        hash.update(unsafe names[index].utf8Start[offset])
      }
    }
    return hash.value
  }
}
