/// Kind of a message on the board link; the numbers are permanent.
///
/// Bit 7 is the direction: clear from host to board, set from board to host.
public enum BoardMessageKind: UInt8, Sendable {
  /// Asks for the board's identity; answered by ``helloReply``.
  case hello = 0x01
  /// Asks for joints, IMU and faults; answered by ``state``.
  case readState = 0x02
  /// Sets the goals and feeds the watchdog; not answered unless refused.
  case command = 0x03
  /// Clears watchdog and latched faults and switches torque on; answered by ``armReply``.
  case arm = 0x04
  /// Switches torque off; answered by ``disarmReply``.
  case disarm = 0x05
  /// Reads a part of a servo's memory; answered by ``registerValue``.
  case readRegister = 0x06
  /// Writes a part of a servo's memory while torque is off; answered by ``writeRegisterReply``.
  case writeRegister = 0x07
  /// Asks for the state of each servo; answered by ``health``.
  case readHealth = 0x08
  /// Carries a ``BoardIdentity``.
  case helloReply = 0x81
  /// Carries a ``BoardState``.
  case state = 0x82
  /// Confirms that torque is on.
  case armReply = 0x84
  /// Confirms that torque is off.
  case disarmReply = 0x85
  /// Carries a ``BoardRegisterValue``.
  case registerValue = 0x86
  /// Confirms that a servo has written a register.
  case writeRegisterReply = 0x87
  /// Carries a ``BoardHealth``.
  case health = 0x88
  /// Carries a ``BoardRefusal``.
  case refusal = 0xFF

  /// The longest payload of this kind; zero when it has none.
  public var payloadByteCountMax: Int {
    @_noAllocation get {
      switch self {
      case .hello, .readState, .arm, .disarm, .readHealth: 0
      case .armReply, .disarmReply, .writeRegisterReply: 0
      case .command: BoardCommand.payloadByteCount(jointCount: BoardProtocol.jointsMax)
      case .readRegister: BoardRegisterAccess.readByteCount
      case .writeRegister: BoardRegisterAccess.writeByteCountMax
      case .registerValue: BoardRegisterAccess.byteCountMax
      case .helloReply: BoardIdentity.payloadByteCount
      case .state: BoardState.payloadByteCount(jointCount: BoardProtocol.jointsMax)
      case .health: BoardHealth.payloadByteCount(jointCount: BoardProtocol.jointsMax)
      case .refusal: BoardRefusal.payloadByteCount
      }
    }
  }

  /// The number on the wire; `rawValue` is no proof of `@_noAllocation` in other files.
  public var code: UInt8 { @_noAllocation get { rawValue } }

  @_noAllocation
  init?(code: UInt8) { self.init(rawValue: code) }

  /// Writes a whole frame of a kind without payload.
  ///
  /// - Parameter buffer: At least ``BoardProtocol/frameByteCountMax`` bytes.
  /// - Returns: The bytes written.
  @_noAllocation
  public func encode(sequence: UInt16, into buffer: inout MutableSpan<UInt8>) -> Int {
    precondition(payloadByteCountMax == 0, "encode: this kind has a payload, encode its type")
    let writer = BoardFrameWriter(self, sequence: sequence, into: &buffer)
    return writer.finish(&buffer)
  }
}
