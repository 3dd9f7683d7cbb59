/// Constants of Feetech's protocol for STS servos (Feetech, "SMS/STS communication protocol").
public enum Feetech {
  /// The highest ID that a servo can have.
  public static var idMax: UInt8 { @_noAllocation get { 253 } }
  /// The ID of all servos.
  public static var broadcastID: UInt8 { @_noAllocation get { 254 } }
  /// The longest packet, whose length is one byte.
  public static var packetByteCountMax: Int { @_noAllocation get { headerByteCount + 255 } }
  /// The most bytes of parameters in a packet.
  public static var parameterByteCountMax: Int { @_noAllocation get { 253 } }

  /// Bits per second for a value of the baud rate register; `nil` for a value without one.
  @_noAllocation
  public static func baudRate(_ number: Int32) -> UInt32? {
    switch number {
    case 0: 1_000_000
    case 1: 500_000
    case 2: 250_000
    case 3: 128_000
    case 4: 115_200
    case 5: 76_800
    case 6: 57_600
    case 7: 38_400
    default: nil
    }
  }

  /// Bytes of a packet with so many bytes of parameters.
  @_noAllocation
  static func packetByteCount(parameterByteCount: Int) -> Int {
    headerByteCount + 1 + parameterByteCount + 1
  }

  /// Bytes before the instruction: header, ID and length.
  static var headerByteCount: Int { @_noAllocation get { 4 } }
}

/// Instruction of a packet; the numbers are the vendor's.
///
/// An answer has the servo's errors in the place of the instruction.
public enum FeetechInstruction: UInt8, Sendable {
  /// Asks for an answer.
  case ping = 0x01
  /// Reads a part of the memory.
  case read = 0x02
  /// Writes a part of the memory.
  case write = 0x03
  /// Prepares a write for ``action``.
  case regWrite = 0x04
  /// Carries out the prepared writes.
  case action = 0x05
  /// Resets the memory to the factory's values, but for the ID.
  case factoryReset = 0x06
  /// Restarts the servo.
  case reboot = 0x08
  /// Reads the same part of several servos.
  case syncRead = 0x82
  /// Writes the same part of several servos.
  case syncWrite = 0x83

  /// The number on the wire; `rawValue` is no proof of `@_noAllocation` in other files.
  public var code: UInt8 { @_noAllocation get { rawValue } }

  @_noAllocation
  init?(code: UInt8) { self.init(rawValue: code) }
}

/// Errors that a servo reports with every answer; ``ServoFamily/errorBits(_:)`` tells their
/// meaning.
public struct FeetechErrors: Equatable, Sendable {
  /// The byte on the wire.
  public let rawValue: UInt8

  /// Makes errors from the byte on the wire.
  @_noAllocation
  public init(rawValue: UInt8) { self.rawValue = rawValue }
}
