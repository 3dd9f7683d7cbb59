/// Constants of Dynamixel Protocol 2.0 (ROBOTIS e-manual, "DYNAMIXEL Protocol 2.0").
public enum Dynamixel {
  /// The highest ID that a servo can have.
  public static var idMax: UInt8 { @_noAllocation get { 252 } }
  /// The ID of all servos.
  public static var broadcastID: UInt8 { @_noAllocation get { 254 } }
  /// The longest packet that is sent or understood; the protocol allows 65 542 bytes.
  public static var packetByteCountMax: Int { @_noAllocation get { 512 } }
  /// The most bytes of parameters in such a packet.
  public static var parameterByteCountMax: Int {
    @_noAllocation get { packetByteCountMax - headerByteCount - 1 - checksumByteCount }
  }

  /// The most bytes of one read, so that the answer with its error and its stuffing fits.
  public static var readByteCountMax: Int { @_noAllocation get { 320 } }

  /// Bits per second for a value of the baud rate register; `nil` for a value without one.
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

  /// The most servos whose common answer to a fast read fits into one packet.
  @_noAllocation
  public static func fastAnswersMax(dataByteCount: Int) -> Int {
    (packetByteCountMax - headerByteCount - 1)
      / DynamixelFastAnswer.byteCount(dataByteCount: dataByteCount)
  }

  /// Bytes of the common answer of several servos to a fast read.
  ///
  /// - Parameter dataByteCount: Data of all servos together.
  @_noAllocation
  public static func fastReplyByteCount(servoCount: Int, dataByteCount: Int) -> Int {
    headerByteCount + 1 + dataByteCount
      + servoCount * DynamixelFastAnswer.byteCount(dataByteCount: 0)
  }

  /// Bytes of a packet with so many bytes of parameters, without stuffing.
  @_noAllocation
  static func packetByteCount(parameterByteCount: Int) -> Int {
    headerByteCount + 1 + parameterByteCount + checksumByteCount
  }

  /// Bytes before the instruction: header, ID and length.
  static var headerByteCount: Int { @_noAllocation get { 7 } }
  static var checksumByteCount: Int { @_noAllocation get { 2 } }

  /// True when a packet may have this ID.
  @_noAllocation
  static func isID(_ id: UInt8) -> Bool { id <= idMax || id == broadcastID }
}

/// Instruction of a packet; the numbers are the vendor's.
public enum DynamixelInstruction: UInt8, Sendable {
  /// Reads model and firmware version.
  case ping = 0x01
  /// Reads a part of the control table.
  case read = 0x02
  /// Writes a part of the control table.
  case write = 0x03
  /// Prepares a write for ``action``.
  case regWrite = 0x04
  /// Carries out the prepared writes.
  case action = 0x05
  /// Resets the control table to the factory's values.
  case factoryReset = 0x06
  /// Restarts the servo.
  case reboot = 0x08
  /// Resets the count of turns.
  case clear = 0x10
  /// Stores or restores a backup of the control table.
  case controlTableBackup = 0x20
  /// Answers a request.
  case status = 0x55
  /// Reads the same part of several servos.
  case syncRead = 0x82
  /// Writes the same part of several servos.
  case syncWrite = 0x83
  /// Reads the same part of several servos, with one common answer.
  case fastSyncRead = 0x8A
  /// Reads a part of each of several servos.
  case bulkRead = 0x92
  /// Writes a part of each of several servos.
  case bulkWrite = 0x93
  /// Reads a part of each of several servos, with one common answer.
  case fastBulkRead = 0x9A

  /// The number on the wire; `rawValue` is no proof of `@_noAllocation` in other files.
  public var code: UInt8 { @_noAllocation get { rawValue } }

  @_noAllocation
  init?(code: UInt8) { self.init(rawValue: code) }
}

/// Result of a request: an error code, and the alert of a servo in error.
public struct DynamixelResult: Equatable, Sendable {
  /// Error code of a request.
  public enum Code: UInt8, Sendable {
    /// No error.
    case none = 0
    /// The request failed.
    case resultFail = 1
    /// The instruction is unknown.
    case instruction = 2
    /// The checksum is wrong.
    case checksum = 3
    /// A value is outside its range.
    case dataRange = 4
    /// There are too few or too many bytes.
    case dataLength = 5
    /// A value is outside a limit that was set.
    case dataLimit = 6
    /// The register cannot be written, or not now.
    case access = 7
  }

  /// The byte on the wire.
  public let byte: UInt8

  /// Makes a result from the byte on the wire.
  @_noAllocation
  public init(byte: UInt8) { self.byte = byte }

  /// Makes a result from a code and the alert.
  @_noAllocation
  public init(_ code: Code, hasAlert: Bool) { byte = code.rawValue | (hasAlert ? 0x80 : 0) }

  /// The code; `nil` when this version does not know it.
  public var code: Code? { @_noAllocation get { Code(rawValue: codeByte) } }
  /// True when the request was carried out, with an alert or without.
  public var hasNoCode: Bool { @_noAllocation get { codeByte == 0 } }
  /// The code as it came, known to this version or not.
  public var codeByte: UInt8 { @_noAllocation get { byte & 0x7F } }
  /// True when the register of hardware errors is not zero.
  public var hasAlert: Bool { @_noAllocation get { byte & 0x80 != 0 } }
}
