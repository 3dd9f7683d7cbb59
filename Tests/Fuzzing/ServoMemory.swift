import RobotDescription

/// The memory of the servos on a line, each of which goes at once where it is sent.
struct ServoMemory {
  enum Kind {
    case dynamixel, feetech
  }

  private let kind: Kind
  private var bytes: [UInt8]

  private static let byteCountEach = 256
  /// Registers in which Dynamixel servos bring others together, and where they do.
  private static let indirect = (addresses: 168, data: 208, count: 20)

  init(_ kind: Kind) {
    self.kind = kind
    bytes = Array(repeating: 0, count: Self.byteCountEach * FuzzRobot.jointCount)
    for joint in 0..<FuzzRobot.jointCount {
      switch kind {
      case .dynamixel:
        put([0xB0, 0x04], at: 0, joint)
        put([3], at: 11, joint)
        put([2], at: 68, joint)
        put([200, 0], at: 84, joint)
        put([0x75, 0x03], at: 100, joint)
        put([0, 8, 0, 0], at: 132, joint)
        put([50, 0, 30], at: 144, joint)
      case .feetech:
        put([9, 3], at: 3, joint)
        put([1], at: 8, joint)
        put([0xE8, 3], at: 48, joint)
        put([0, 8, 0, 0, 0, 0, 74, 30], at: 56, joint)
      }
    }
  }

  func read(_ address: Int, _ byteCount: Int, _ joint: Int) -> [UInt8] {
    (0..<byteCount).map { byte(address + $0, joint) }
  }

  private func byte(_ address: Int, _ joint: Int) -> UInt8 {
    guard address < Self.byteCountEach else { return 0 }
    var place = address
    let index = address - Self.indirect.data
    if case .dynamixel = kind, (0..<Self.indirect.count).contains(index) {
      let pointer = Self.byteCountEach * joint + Self.indirect.addresses + 2 * index
      place = Int(bytes[pointer])
    }
    return bytes[Self.byteCountEach * joint + place]
  }

  private mutating func put(_ new: [UInt8], at address: Int, _ joint: Int) {
    for (index, byte) in new.enumerated() where address + index < Self.byteCountEach {
      bytes[Self.byteCountEach * joint + address + index] = byte
    }
  }

  /// Takes what a host writes, and lets ``Watch`` look at it.
  mutating func write(_ new: [UInt8], at address: Int, _ joint: Int) {
    put(new, at: address, joint)
    switch (kind, address) {
    case (.dynamixel, 64), (.feetech, 40): Watch.torque(joint, isOn: new.first != 0)
    case (.dynamixel, 116):
      Watch.goal(joint, ticks: Int(Int32(bitPattern: number(new))))
      put(new, at: 132, joint)
    case (.feetech, 42):
      let magnitude = Int(number(new) & 0x7FFF)
      Watch.goal(joint, ticks: number(new) & 0x8000 == 0 ? magnitude : -magnitude)
      put(new, at: 56, joint)
    // The block of a tick is gathered without asking.
    case (.dynamixel, 168): break
    default: if !Watch.mayWrite { fatalError("register \(address) was changed unasked") }
    }
  }

  private func number(_ bytes: [UInt8]) -> UInt32 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }
}
