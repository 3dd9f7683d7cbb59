/// Constants of Dynamixel Protocol 2.0 (ROBOTIS e-manual, "DYNAMIXEL Protocol 2.0").
public enum Dynamixel {
  /// The highest number that a servo can have.
  public static var idMax: UInt8 { @_noAllocation get { 252 } }
  /// The number that means every servo.
  public static var broadcastID: UInt8 { @_noAllocation get { 254 } }
  /// The longest packet that is sent or understood; the protocol would allow 65 542.
  public static var packetByteCountMax: Int { @_noAllocation get { 512 } }
  /// The most bytes of parameters in such a packet.
  public static var parameterByteCountMax: Int {
    @_noAllocation get { packetByteCountMax - headerByteCount - 1 - checksumByteCount }
  }

  /// The most bytes that are read at once: with its error and all its stuffing, the answer fits.
  public static var readByteCountMax: Int { @_noAllocation get { 320 } }

  /// Bits per second of a number in the register of the baud rate; `nil` for a number without one.
  @_noAllocation
  public static func baudRate(_ number: Int32) -> UInt32? {
    switch number {
    case 0: 9_600
    case 1: 57_600
    case 2: 115_200
    case 3: 1_000_000
    case 4: 2_000_000
    case 5: 3_000_000
    case 6: 4_000_000
    case 7: 4_500_000
    default: nil
    }
  }

  /// Bytes before the instruction: header, number and length.
  static var headerByteCount: Int { @_noAllocation get { 7 } }
  static var checksumByteCount: Int { @_noAllocation get { 2 } }

  /// Whether a packet may carry this number.
  @_noAllocation
  static func isID(_ id: UInt8) -> Bool { id <= idMax || id == broadcastID }
}

/// What a packet asks for, or that it answers; the numbers are the vendor's.
public enum DynamixelInstruction: UInt8, Sendable {
  /// Asks for model and firmware.
  case ping = 0x01
  /// Asks for a part of the control table.
  case read = 0x02
  /// Changes a part of the control table.
  case write = 0x03
  /// Prepares a write, which ``action`` makes.
  case regWrite = 0x04
  /// Makes the prepared writes.
  case action = 0x05
  /// Sets the control table back to the factory's values.
  case factoryReset = 0x06
  /// Starts the servo anew.
  case reboot = 0x08
  /// Sets the count of turns back.
  case clear = 0x10
  /// Stores the control table, or takes it back.
  case controlTableBackup = 0x20
  /// Answers one of the others.
  case status = 0x55
  /// Asks several servos for the same part.
  case syncRead = 0x82
  /// Changes the same part of several servos.
  case syncWrite = 0x83
  /// Asks several servos for the same part, to be answered in one packet.
  case fastSyncRead = 0x8A
  /// Asks several servos for a part each.
  case bulkRead = 0x92
  /// Changes a part each of several servos.
  case bulkWrite = 0x93
  /// Asks several servos for a part each, to be answered in one packet.
  case fastBulkRead = 0x9A

  /// The number on the wire; `rawValue` is no proof of `@_noAllocation` in other files.
  public var code: UInt8 { @_noAllocation get { rawValue } }

  @_noAllocation
  init?(code: UInt8) { self.init(rawValue: code) }
}

/// How a servo answers: whether it did as it was told, and whether something is wrong with it.
public struct DynamixelResult: Equatable, Sendable {
  /// Why a servo did not do as it was told.
  public enum Code: UInt8, Sendable {
    /// It did.
    case none = 0
    /// It could not.
    case resultFail = 1
    /// It does not know the instruction.
    case instruction = 2
    /// The checksum was wrong.
    case checksum = 3
    /// A value is beyond its range.
    case dataRange = 4
    /// There were too few or too many bytes.
    case dataLength = 5
    /// A value is beyond a limit that was set.
    case dataLimit = 6
    /// The register cannot be written, or not now.
    case access = 7
  }

  /// The byte on the wire.
  public let byte: UInt8

  /// Takes the byte as it came.
  @_noAllocation
  public init(byte: UInt8) { self.byte = byte }

  /// Makes the byte that a servo sends.
  @_noAllocation
  public init(_ code: Code, hasAlert: Bool) { byte = code.rawValue | (hasAlert ? 0x80 : 0) }

  /// The reason, `nil` when this version of the protocol has none of the kind.
  public var code: Code? { @_noAllocation get { Code(rawValue: byte & 0x7F) } }
  /// Whether the register of hardware errors is not zero.
  public var hasAlert: Bool { @_noAllocation get { byte & 0x80 != 0 } }
}
