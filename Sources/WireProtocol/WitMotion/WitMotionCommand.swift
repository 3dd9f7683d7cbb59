/// A command that changes a setting of a WitMotion IMU.
public struct WitMotionCommand: Equatable, Sendable {
  /// A register of the IMU; the numbers are the vendor's.
  public enum Setting: UInt8, Sendable {
    /// Storing of the settings.
    case save = 0x00
    /// Kinds of frames in the stream.
    case contents = 0x02
    /// Readings per second.
    case rate = 0x03
    /// Baud rate.
    case baudRate = 0x04
    /// Lock of the other registers.
    case unlock = 0x69
  }

  /// Number of the register.
  public let register: UInt8
  /// New value.
  public let value: UInt16

  /// Makes the command that writes a register of the vendor's table.
  @_noAllocation
  public init(register: UInt8, value: UInt16) {
    self.register = register
    self.value = value
  }

  @_noAllocation
  private init(_ setting: Setting, _ value: UInt16) {
    self.init(register: setting.rawValue, value: value)
  }

  /// The register; `nil` for one that this version does not know.
  public var setting: Setting? { Setting(rawValue: register) }

  /// Unlocks the settings for ten seconds.
  public static var unlock: WitMotionCommand { @_noAllocation get { .init(.unlock, 0xB588) } }
  /// Stores the settings, so that they survive a power cycle.
  public static var save: WitMotionCommand { @_noAllocation get { .init(.save, 0) } }

  /// Selects the kinds of frames in the stream.
  ///
  /// - Parameter contents: The sum of the kinds' ``WitMotionFrame/Kind/contentBit``.
  @_noAllocation
  public static func contents(_ contents: UInt16) -> WitMotionCommand {
    .init(.contents, contents)
  }

  /// Sets the readings per second; `nil` for a rate that the IMU does not have.
  public static func rate(hertz: Int) -> WitMotionCommand? {
    for number in 0..<16 where Self.hertz(ofNumber: UInt16(number)) == hertz {
      return .init(.rate, UInt16(number))
    }
    return nil
  }

  /// Sets the baud rate; `nil` for one that the IMU does not have.
  public static func baudRate(_ baudRate: UInt32) -> WitMotionCommand? {
    for number in 0..<16 where Self.baudRate(ofNumber: UInt16(number)) == Int(baudRate) {
      return .init(.baudRate, UInt16(number))
    }
    return nil
  }

  /// Readings per second for a value of the rate register; `nil` for another value.
  public static func hertz(ofNumber number: UInt16) -> Int? {
    switch number {
    case 3: 1
    case 4: 2
    case 5: 5
    case 6: 10
    case 7: 20
    case 8: 50
    case 9: 100
    case 11: 200
    default: nil
    }
  }

  /// Bits per second for a value of the baud rate register; `nil` for another value.
  public static func baudRate(ofNumber number: UInt16) -> Int? {
    switch number {
    case 1: 4_800
    case 2: 9_600
    case 3: 19_200
    case 4: 38_400
    case 5: 57_600
    case 6: 115_200
    case 7: 230_400
    case 8: 460_800
    case 9: 921_600
    default: nil
    }
  }

  /// Bytes of a command.
  public static var byteCount: Int { @_noAllocation get { 5 } }

  /// Writes the command, and returns its size in bytes.
  ///
  /// - Parameter buffer: At least ``byteCount`` bytes.
  @_noAllocation
  public func encode(into buffer: inout MutableSpan<UInt8>) -> Int {
    buffer[0] = 0xFF
    buffer[1] = 0xAA
    buffer[2] = register
    buffer[3] = UInt8(truncatingIfNeeded: value)
    buffer[4] = UInt8(truncatingIfNeeded: value >> 8)
    return Self.byteCount
  }
}

/// Finds commands in the bytes that a host sends to an IMU; they have no checksum.
public struct WitMotionCommandDecoder: Sendable {
  private var bytes = InlineArray<5, UInt8>(repeating: 0)

  /// Makes a decoder that has seen nothing.
  @_noAllocation
  public init() {}

  /// Takes one byte.
  ///
  /// - Returns: The command that it completes.
  @_noAllocation
  public mutating func push(_ byte: UInt8) -> WitMotionCommand? {
    for index in 0..<4 { bytes[index] = bytes[index + 1] }
    bytes[4] = byte
    guard bytes[0] == 0xFF && bytes[1] == 0xAA else { return nil }
    let command = WitMotionCommand(
      register: bytes[2], value: UInt16(bytes[3]) | UInt16(bytes[4]) << 8)
    bytes = .init(repeating: 0)
    return command
  }
}
