import Testing
import WireProtocol

@Suite struct ServoRegisterTests {
  static let dynamixel = (0..<DynamixelTable.count).map { DynamixelTable.register(at: $0) }
  static let feetech = (0..<FeetechTable.count).map { FeetechTable.register(at: $0) }

  static func dynamixel(_ name: String) -> ServoRegister? {
    dynamixel.first { "\($0.name)" == name }
  }

  static func feetech(_ name: String) -> ServoRegister? {
    feetech.first { "\($0.name)" == name }
  }

  @Test(arguments: [dynamixel, feetech])
  func tables_registers_followEachOtherWithoutOverlap(table: [ServoRegister]) {
    for (register, next) in zip(table, table.dropFirst()) {
      #expect(register.address + register.byteCount <= next.address, "\(next.name)")
    }
    #expect(Set(table.map { "\($0.name)" }).count == table.count)
    for register in table {
      #expect([1, 2, 4].contains(register.byteCount), "\(register.name)")
      #expect((register.lowest...register.highest).contains(register.initialValue))
    }
  }

  @Test func tables_ends_areTheVendorsLastRows() {
    #expect(Self.dynamixel.first?.address == 0 && Self.dynamixel.last?.address == 147)
    #expect(Self.feetech.first?.address == 0 && Self.feetech.last?.address == 69)
  }

  /// Both tables protect exactly what lies below the switch of the torque.
  @Test func tables_eeprom_liesBelowTheTorque() {
    for (table, end) in [(Self.dynamixel, 64), (Self.feetech, 40)] {
      for register in table {
        switch register.access {
        case .eeprom: #expect(register.address < end, "\(register.name)")
        case .ram: #expect(register.address >= end, "\(register.name)")
        case .readOnly: break
        }
      }
    }
  }

  /// Rows of the vendor's page, read apart from the table.
  @Test(arguments: [
    (dynamixel("pwm_limit"), 36, 2, 885), (dynamixel("velocity_limit"), 44, 4, 445),
    (dynamixel("shutdown"), 63, 1, 53), (dynamixel("position_p_gain"), 84, 2, 400),
    (dynamixel("bus_watchdog"), 98, 1, 0), (dynamixel("goal_position"), 116, 4, 0),
    (dynamixel("present_current"), 126, 2, 0), (dynamixel("present_position"), 132, 4, 0),
    (feetech("homing_offset"), 31, 2, 0), (feetech("goal_position"), 42, 2, 0),
    (feetech("lock"), 55, 1, 1), (feetech("present_position"), 56, 2, 0),
  ])
  func tables_rows_areTheVendors(
    register: ServoRegister?, address: Int, byteCount: Int, initialValue: Int32
  ) throws {
    let register = try #require(register)
    #expect(register.address == address && register.byteCount == byteCount)
    #expect(register.initialValue == initialValue)
  }

  @Test(
    arguments: [
      (dynamixel("bus_watchdog"), 0xFF, -1), (dynamixel("present_current"), 0xFFFE, -2),
      (dynamixel("present_position"), 0xFFFF_FFFF, -1),
      (dynamixel("profile_velocity"), 0x7FFF, 32_767),
      (feetech("present_position"), 0x8001, -1), (feetech("present_position"), 0x7FFF, 32_767),
      (feetech("homing_offset"), 0x0801, -1), (feetech("homing_offset"), 0x07FF, 2_047),
      (feetech("present_load"), 0x07FF, -1_023), (feetech("goal_velocity"), 0, 0),
    ] as [(ServoRegister?, UInt32, Int32)])
  func value_bits_areANumberAndBack(register: ServoRegister?, bits: UInt32, value: Int32) throws {
    let register = try #require(register)
    #expect(register.value(bits) == value)
    #expect(register.bits(value) == bits)
  }

  @Test func value_minusNothing_isNothing() throws {
    #expect(try #require(Self.feetech("present_position")).value(0x8000) == 0)
  }

  @Test func baudRates_numbers_areTheVendors() {
    let rates: [UInt32?] = [
      9_600, 57_600, 115_200, 1_000_000, 2_000_000, 3_000_000, 4_000_000, 4_500_000, nil,
    ]
    #expect((0...8).map { Dynamixel.baudRate($0) } == rates)
    #expect(Feetech.baudRate(0) == 1_000_000 && Feetech.baudRate(4) == 115_200)
    #expect(Feetech.baudRate(8) == nil)
  }
}
