/// The payload of `refusal`: which request the board did not carry out, and why.
public struct BoardRefusal: Equatable, Sendable {
  /// Why a request was refused; the numbers are permanent.
  public enum Code: UInt8, Sendable, BitwiseCopyable {
    /// A command came while torque is off.
    case notArmed = 1
    /// A command came after the watchdog ran out; only `arm` clears that.
    case watchdogTripped = 2
    /// A command holds another number of joints than the board has.
    case jointCountMismatch = 3
    /// The frame is of another protocol version.
    case versionMismatch = 4
    /// The kind is unknown to this version.
    case unknownKind = 5
    /// The payload's size does not fit the kind.
    case malformedPayload = 6
    /// A register was asked for, and the board has no servo bus.
    case servoBusAbsent = 7
    /// A register was asked for, and no servo answers by that number.
    case servoSilent = 8
    /// The servo refused: it has no such register, or takes no such number now.
    case servoRefused = 9
    /// A register was to be written while torque is on.
    case torqueIsOn = 10
  }

  /// Why the request was refused.
  public var code: Code
  /// The kind of the refused request as it came.
  public var kindCode: UInt8

  static var payloadByteCount: Int { @_noAllocation get { 2 } }

  /// Makes a refusal from its fields.
  @_noAllocation
  public init(code: Code, kindCode: UInt8) {
    self.code = code
    self.kindCode = kindCode
  }

  /// Reads the payload of a `refusal` frame.
  ///
  /// - Throws: ``BoardFrameError`` when it is another message, or not of this form.
  @_noAllocation
  public init(decoding frame: BoardFrame) throws(BoardFrameError) {
    try frame.check(.refusal, payloadByteCount: Self.payloadByteCount)
    let codeByte = frame.loadUInt8(at: 0)
    guard let code = Code(rawValue: codeByte) else { throw .refusalCode(found: codeByte) }
    self.code = code
    kindCode = frame.loadUInt8(at: 1)
  }

  /// Writes a whole `refusal` frame.
  ///
  /// - Parameter buffer: At least ``BoardLink/frameByteCountMax`` bytes.
  /// - Returns: The bytes written.
  @_noAllocation
  public func encode(sequence: UInt16, into buffer: inout MutableSpan<UInt8>) -> Int {
    var writer = BoardFrameWriter(.refusal, sequence: sequence, into: &buffer)
    writer.append(code.rawValue, to: &buffer)
    writer.append(kindCode, to: &buffer)
    return writer.finish(&buffer)
  }
}
