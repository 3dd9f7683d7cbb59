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
  /// Registers of the block, in its order; ``fieldCount`` of them count.
  public let fields: InlineArray<8, BlockField>
  /// Number of registers in the block.
  public let fieldCount: Int
  /// Bytes of the block.
  public let byteCount: Int
  /// Indirect addresses that gather the block; `nil` when its registers lie side by side.
  public let indirect: IndirectAddresses?

  /// Present position.
  public let position: BlockField
  /// Present velocity.
  public let velocity: BlockField
  /// Supply voltage.
  public let voltage: BlockField
  /// Temperature.
  public let temperature: BlockField
  /// Torque, where the block has it.
  public let torque: BlockField?
  /// Watchdog, where the block has it.
  public let watchdog: BlockField?
  /// Errors, where the block has them; other servos report them with every answer.
  public let errors: BlockField?

  /// Goal position, which a tick writes.
  public let goalPosition: ServoRegister
  /// Switch of the torque.
  public let torqueEnable: ServoRegister
  /// Watchdog; `nil` when these servos have none.
  public let busWatchdog: ServoRegister?

  /// Longest block of any family.
  public static var byteCountMax: Int { @_noAllocation get { 32 } }

  @_noAllocation
  init(_ kind: ServoKind) {
    family = kind.family
    indirect = kind.facts.indirect
    let first = BlockField(register: kind[.presentPosition], offset: 0)
    var fields = InlineArray<8, BlockField>(repeating: first)
    var fieldCount = 0
    var byteCount = 0
    var (velocity, voltage, temperature) = (first, first, first)
    var torque: BlockField?
    var watchdog: BlockField?
    var errors: BlockField?
    while let role = kind.family.tickRole(at: fieldCount) {
      let field = BlockField(register: kind[role], offset: byteCount)
      switch role {
      case .presentVelocity: velocity = field
      case .presentVoltage: voltage = field
      case .presentTemperature: temperature = field
      case .torqueEnable: torque = field
      case .busWatchdog: watchdog = field
      case .errors: errors = field
      default: break
      }
      fields[fieldCount] = field
      fieldCount += 1
      byteCount += field.register.byteCount
    }
    address = kind.facts.indirect?.data ?? first.register.address
    self.fields = fields
    self.fieldCount = fieldCount
    self.byteCount = byteCount
    position = first
    self.velocity = velocity
    self.voltage = voltage
    self.temperature = temperature
    self.torque = torque
    self.watchdog = watchdog
    self.errors = errors
    goalPosition = kind[.goalPosition]
    torqueEnable = kind[.torqueEnable]
    busWatchdog = kind.register(.busWatchdog)
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
