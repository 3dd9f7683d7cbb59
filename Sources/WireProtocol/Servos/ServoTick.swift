/// Registers of a servo that one tick of the control loop reads and writes.
///
/// A tick reads one block of each servo and writes its goal position. A servo with
/// ``IndirectAddresses`` gathers the block from its registers; in others the registers lie side by
/// side.
public struct ServoTick: Sendable {
  /// Family of the servos.
  public let family: ServoFamily
  /// Address of the block.
  public let address: Int
  /// Bytes of the block.
  public let byteCount: Int
  /// Indirect addresses that gather the block; `nil` when its registers lie side by side.
  public let indirect: IndirectAddresses?

  /// Position, velocity, supply voltage and temperature in the block.
  public let position, velocity, voltage, temperature: BlockField
  /// Torque and watchdog, where the block has them.
  public let torque, watchdog: BlockField?
  /// Errors, where the block has them; other servos report them with every answer.
  public let errors: BlockField?

  /// Goal position, and switch of the torque.
  public let goalPosition, torqueEnable: ServoRegister
  /// Watchdog; `nil` when these servos have none.
  public let busWatchdog: ServoRegister?

  @_noAllocation
  init(_ kind: ServoKind) {
    family = kind.family
    indirect = kind.facts.indirect
    address = kind.facts.indirect?.data ?? kind[.presentPosition].address
    var (byteCount, count) = (0, 0)
    while let role = kind.family.tickRole(at: count) {
      byteCount += kind[role].byteCount
      count += 1
    }
    self.byteCount = byteCount
    position = BlockField(register: kind[.presentPosition], offset: 0)
    velocity = Self.field(.presentVelocity, of: kind) ?? position
    voltage = Self.field(.presentVoltage, of: kind) ?? position
    temperature = Self.field(.presentTemperature, of: kind) ?? position
    torque = Self.field(.torqueEnable, of: kind)
    watchdog = Self.field(.busWatchdog, of: kind)
    errors = Self.field(.errors, of: kind)
    goalPosition = kind[.goalPosition]
    torqueEnable = kind[.torqueEnable]
    busWatchdog = kind.register(.busWatchdog)
  }

  /// Place of a register in the block; `nil` when the block does not have it.
  @_noAllocation
  private static func field(_ wanted: RegisterRole, of kind: ServoKind) -> BlockField? {
    var (index, offset) = (0, 0)
    while let role = kind.family.tickRole(at: index) {
      if role.code == wanted.code {
        return BlockField(register: kind[role], offset: offset)
      }
      index += 1
      offset += kind[role].byteCount
    }
    return nil
  }

  /// Radians per second in one count of a velocity; `nil` for counts of encoder ticks per second.
  public var radiansPerSecondPerCount: Float? {
    @_noAllocation get {
      switch family {
      case .dynamixel: Float(velocity.register.unit.perCount) / 60 * 2 * .pi
      case .feetech: nil
      }
    }
  }

  /// Bytes of a tick on the wire, both ways, on a line without faults.
  @_noAllocation
  public func wireByteCount(servoCount: Int) -> Int {
    let goals = servoCount * (1 + goalPosition.byteCount)
    switch family {
    case .dynamixel:
      // A fast sync read with its common answer, and a sync write.
      return Dynamixel.packetByteCount(parameterByteCount: 4 + servoCount)
        + Dynamixel.fastReplyByteCount(
          servoCount: servoCount, dataByteCount: servoCount * byteCount)
        + Dynamixel.packetByteCount(parameterByteCount: 4 + goals)
    case .feetech:
      // A sync read, the torque of one servo, and a sync write.
      return Feetech.packetByteCount(parameterByteCount: 2 + servoCount)
        + servoCount * Feetech.packetByteCount(parameterByteCount: byteCount)
        + Feetech.packetByteCount(parameterByteCount: 2)
        + Feetech.packetByteCount(parameterByteCount: torqueEnable.byteCount)
        + Feetech.packetByteCount(parameterByteCount: 2 + goals)
    }
  }
}

/// A register within a block of bytes.
public struct BlockField: Sendable {
  /// The register.
  public let register: ServoRegister
  /// Its first byte in the block.
  public let offset: Int

  /// The register's value in a block.
  @_noAllocation
  public func value(in block: borrowing InlineArray<32, UInt8>) -> Int32 {
    var bits: UInt32 = 0
    for byte in 0..<register.byteCount {
      bits |= UInt32(block[offset + byte]) &<< UInt32(8 * byte)
    }
    return register.value(bits)
  }
}
