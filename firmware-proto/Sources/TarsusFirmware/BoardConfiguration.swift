import WireProtocol

/// Identity of this board; edit it for the robot that the board is in.
enum BoardConfiguration {
  /// Version of the firmware: high byte major, low byte minor.
  static let firmwareVersion: UInt16 = 0x0001
  /// The period of the board's loop over the servo bus.
  static let controlPeriodMicroseconds: UInt32 = 20_000
  static let jointCount = 12

  /// The hash of the joint names in the order of the wire, which the host compares with its own.
  static func jointNamesHash() -> UInt32 {
    let names: InlineArray<12, StaticString> = [
      "front_left_coxa", "front_left_femur", "front_left_tibia",
      "rear_left_coxa", "rear_left_femur", "rear_left_tibia",
      "rear_right_coxa", "rear_right_femur", "rear_right_tibia",
      "front_right_coxa", "front_right_femur", "front_right_tibia",
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
