/// Constants of Feetech's protocol for STS servos (Feetech, "SMS/STS communication protocol").
public enum Feetech {
  /// The highest number that a servo can have.
  public static var idMax: UInt8 { @_noAllocation get { 253 } }
  /// The number that means every servo.
  public static var broadcastID: UInt8 { @_noAllocation get { 254 } }
  /// The longest packet: its length is one byte.
  public static var packetByteCountMax: Int { @_noAllocation get { headerByteCount + 255 } }
  /// The most bytes of parameters in a packet.
  public static var parameterByteCountMax: Int { @_noAllocation get { 253 } }

  /// Bits per second of a number in the register of the baud rate; `nil` for a number without one.
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

  /// Bytes before the instruction: header, number and length.
  static var headerByteCount: Int { @_noAllocation get { 4 } }
}

/// What a packet asks for; the numbers are the vendor's.
///
/// An answer has the servo's errors in the place of the instruction.
public enum FeetechInstruction: UInt8, Sendable {
  /// Asks whether the servo is there.
  case ping = 0x01
  /// Asks for a part of the memory.
  case read = 0x02
  /// Changes a part of the memory.
  case write = 0x03
  /// Prepares a write, which ``action`` makes.
  case regWrite = 0x04
  /// Makes the prepared writes.
  case action = 0x05
  /// Sets the memory back to the factory's values, all but the number.
  case factoryReset = 0x06
  /// Starts the servo anew.
  case reboot = 0x08
  /// Asks several servos for the same part.
  case syncRead = 0x82
  /// Changes the same part of several servos.
  case syncWrite = 0x83

  /// The number on the wire; `rawValue` is no proof of `@_noAllocation` in other files.
  public var code: UInt8 { @_noAllocation get { rawValue } }

  @_noAllocation
  init?(code: UInt8) { self.init(rawValue: code) }
}

/// What is wrong with a servo, as it says with every answer.
///
/// Not an `OptionSet`, for the reason given at ``BoardFlags``.
public struct FeetechErrors: Equatable, Sendable {
  /// The byte on the wire.
  public let rawValue: UInt8

  /// Takes the byte as it came.
  @_noAllocation
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Whether all errors of another value are there.
  @_noAllocation
  public func contains(_ other: FeetechErrors) -> Bool {
    rawValue & other.rawValue == other.rawValue
  }

  /// The supply is above or below its limits.
  public static var voltage: FeetechErrors { @_noAllocation get { .init(rawValue: 1) } }
  /// The magnetic encoder is at fault.
  public static var angle: FeetechErrors { @_noAllocation get { .init(rawValue: 2) } }
  /// It is too hot.
  public static var overheating: FeetechErrors { @_noAllocation get { .init(rawValue: 4) } }
  /// The current is too high.
  public static var overcurrent: FeetechErrors { @_noAllocation get { .init(rawValue: 8) } }
  /// The load was too high for too long.
  public static var overload: FeetechErrors { @_noAllocation get { .init(rawValue: 32) } }
}
