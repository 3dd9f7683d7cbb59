import Testing
import WireProtocol

@Suite struct ServoRegisterTests {
  @Test(arguments: ServoKind.allCases)
  func registers_ofEachKind_followEachOtherWithoutOverlap(kind: ServoKind) {
    let registers = kind.registers
    for (register, next) in zip(registers, registers.dropFirst()) {
      #expect(register.range.upperBound <= next.address, "\(next.name)")
    }
    #expect(Set(registers.map { "\($0.name)" }).count == registers.count)
    for register in registers {
      #expect([1, 2, 4].contains(register.byteCount), "\(register.name)")
      #expect(register.holds(register.initialValue), "\(register.name)")
      #expect(register.range.upperBound <= kind.facts.byteCount, "\(register.name)")
      #expect(kind.register(named: "\(register.name)")?.address == register.address)
    }
  }

  @Test func registers_ends_areTheVendorsLastRows() {
    let (xl330, sts3215) = (ServoKind.xl330.registers, ServoKind.sts3215.registers)
    #expect(xl330.first?.address == 0 && xl330.last?.address == 147 && xl330.count == 54)
    #expect(sts3215.first?.address == 0 && sts3215.last?.address == 86 && sts3215.count == 54)
  }

  /// Every kind has the registers that drivers, tools and the simulation use for all.
  @Test(arguments: ServoKind.allCases)
  func registers_ofEachKind_haveTheCommonRoles(kind: ServoKind) {
    let roles: [RegisterRole] = [
      .modelNumber, .id, .baudRate, .returnDelay, .statusLevel, .operatingMode, .homingOffset,
      .torqueEnable, .positionPGain, .temperatureLimit, .minPosition, .maxPosition, .shutdown,
      .goalPosition, .presentPosition, .presentVelocity, .presentVoltage, .presentTemperature,
      .errors, kind.family.loadRole,
    ]
    for role in roles { #expect(kind.register(role) != nil, "\(role)") }
    let model = UInt16(kind[.modelNumber].initialValue)
    #expect(kind.models[model] != nil && kind.family.kind(ofModel: model) == kind)
  }

  /// Both vendors protect what lies below the switch of the torque; Feetech the factory settings as
  /// well.
  @Test(arguments: ServoKind.allCases)
  func registers_eeprom_liesBelowTheTorque(kind: ServoKind) {
    let ram = kind[.torqueEnable].address..<80
    for register in kind.registers {
      switch register.access {
      case .eeprom:
        #expect(
          register.address < ram.lowerBound
            || kind.family == .feetech && register.address >= ram.upperBound, "\(register.name)")
      case .ram: #expect(register.address >= ram.lowerBound, "\(register.name)")
      case .readOnly: break
      }
    }
  }

  /// The registers that a tick reads of each servo, by golden bytes of the wire.
  @Test func tick_blocks_areThoseOfTheWire() {
    func block(_ kind: ServoKind) -> [String] { kind.tickRegisters.map { "\($0.name)" } }
    let xl330 = ServoKind.xl330.tick
    #expect(xl330.address == 208 && xl330.byteCount == 16 && xl330.goalPosition.address == 116)
    #expect(
      block(.xl330) == [
        "present_position", "present_velocity", "present_current", "torque_enable",
        "bus_watchdog", "hardware_error_status", "present_temperature",
        "present_input_voltage",
      ])
    let sts3215 = ServoKind.sts3215.tick
    #expect(sts3215.address == 56 && sts3215.byteCount == 8 && sts3215.goalPosition.address == 42)
    #expect(
      block(.sts3215) == [
        "present_position", "present_velocity", "present_load", "present_voltage",
        "present_temperature",
      ])
    let fields = [xl330.velocity, xl330.voltage, xl330.temperature, sts3215.voltage]
    #expect(fields.map(\.offset) == [4, 14, 13, 6] && sts3215.temperature.offset == 7)
    #expect(sts3215.busWatchdog == nil && sts3215.torque == nil && sts3215.errors == nil)
  }

  /// Without indirect addresses a block is a part of the memory.
  @Test(arguments: ServoKind.allCases)
  func tick_block_isReadableAtOnce(kind: ServoKind) {
    let tick = kind.tick
    #expect(tick.byteCount <= 32)
    if let indirect = tick.indirect {
      #expect(tick.byteCount <= indirect.count && tick.address == indirect.data)
    } else {
      var next = tick.address
      for register in kind.tickRegisters {
        #expect(register.address == next, "\(register.name)")
        next = register.range.upperBound
      }
    }
  }

  @Test(arguments: [
    (ServoKind.xl330, 12, (14 + 12) + (8 + 12 * 20) + (14 + 12 * 5)),
    (.sts3215, 12, (8 + 12) + 12 * 14 + (8 + 7) + (8 + 12 * 3)),
  ])
  func tick_wireBytes_areThoseOfItsPackets(kind: ServoKind, servoCount: Int, byteCount: Int) {
    #expect(kind.tick.wireByteCount(servoCount: servoCount) == byteCount)
  }

  @Test func value_inABlock_isTheRegisters() {
    let tick = ServoKind.sts3215.tick
    var block = InlineArray<32, UInt8>(repeating: 0)
    block[2] = 0x05
    block[3] = 0x80
    block[7] = 31
    #expect(tick.velocity.value(in: block) == -5 && tick.temperature.value(in: block) == 31)
  }

  /// Rows of the vendor's page, read apart from the table.
  @Test(arguments: [
    (ServoKind.xl330[.pwmLimit], 36, 2, 885), (ServoKind.xl330[.velocityLimit], 44, 4, 445),
    (ServoKind.xl330[.shutdown], 63, 1, 53), (ServoKind.xl330[.positionPGain], 84, 2, 400),
    (ServoKind.xl330[.busWatchdog], 98, 1, 0), (ServoKind.xl330[.goalPosition], 116, 4, 0),
    (ServoKind.xl330[.presentCurrent], 126, 2, 0), (ServoKind.xl330[.presentPosition], 132, 4, 0),
    (ServoKind.sts3215[.homingOffset], 31, 2, 0), (ServoKind.sts3215[.goalPosition], 42, 2, 0),
    (ServoKind.sts3215[.lock], 55, 1, 1), (ServoKind.sts3215[.presentPosition], 56, 2, 0),
  ])
  func tables_rows_areTheVendors(
    register: ServoRegister, address: Int, byteCount: Int, initialValue: Int32
  ) {
    #expect(register.address == address && register.byteCount == byteCount)
    #expect(register.initialValue == initialValue)
  }

  @Test(
    arguments: [
      (ServoKind.xl330[.busWatchdog], 0xFF, -1), (ServoKind.xl330[.presentCurrent], 0xFFFE, -2),
      (ServoKind.xl330[.presentPosition], 0xFFFF_FFFF, -1),
      (ServoKind.xl330[.profileVelocity], 0x7FFF, 32_767),
      (ServoKind.sts3215[.presentPosition], 0x8001, -1),
      (ServoKind.sts3215[.presentPosition], 0x7FFF, 32_767),
      (ServoKind.sts3215[.homingOffset], 0x0801, -1),
      (ServoKind.sts3215[.homingOffset], 0x07FF, 2_047),
      (ServoKind.sts3215[.presentLoad], 0x07FF, -1_023),
      (ServoKind.sts3215[.profileVelocity], 0, 0),
    ] as [(ServoRegister, UInt32, Int32)])
  func value_bits_areANumberAndBack(register: ServoRegister, bits: UInt32, value: Int32) {
    #expect(register.value(bits) == value)
    #expect(register.bits(value) == bits)
  }

  @Test func value_minusNothing_isNothing() {
    #expect(ServoKind.sts3215[.presentPosition].value(0x8000) == 0)
  }

  @Test func baudRates_numbers_areTheVendors() {
    let rates: [UInt32?] = [
      9_600, 57_600, 115_200, 1_000_000, 2_000_000, 3_000_000, 4_000_000, 4_500_000, nil,
    ]
    #expect((0...8).map { ServoFamily.dynamixel.baudRate($0) } == rates)
    #expect(ServoFamily.feetech.baudRate(0) == 1_000_000)
    #expect(ServoFamily.feetech.baudRate(4) == 115_200 && ServoFamily.feetech.baudRate(8) == nil)
    #expect(ServoFamily.dynamixel.baudNumber(of: 2_000_000) == 4)
    #expect(ServoFamily.feetech.baudNumber(of: 2_000_000) == nil)
  }

  @Test func families_names_areThoseOfFiles() {
    #expect(ServoFamily(rawValue: "feetech") == .feetech && ServoFamily(rawValue: "board") == nil)
    #expect(ServoFamily.dynamixel.modelName(1_060) == "XL430-W250")
    #expect(ServoFamily.dynamixel.kind(ofModel: 1_060) == nil)
    #expect(ServoFamily.dynamixel.status(.encoder) == 8 && ServoFamily.feetech.status(.shock) == 0)
  }
}

extension ServoRegister {
  fileprivate var range: Range<Int> { address..<(address + byteCount) }
}
