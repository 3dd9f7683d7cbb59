/// Payload of `refusal`: the refused request and the reason.
public struct BoardRefusal: Equatable, Sendable {
  /// Reason of a refusal; the numbers are permanent.
  public enum Code: UInt8, Sendable, BitwiseCopyable {
    /// A command while torque is off.
    case notArmed = 1
    /// A command after the watchdog ran out; only `arm` clears that.
    case watchdogTripped = 2
    /// A command with another number of joints than the board has.
    case jointCountMismatch = 3
    /// A frame of another protocol version.
    case versionMismatch = 4
    /// A kind that this version does not know.
    case unknownKind = 5
    /// A payload whose size does not fit its kind.
    case malformedPayload = 6
    /// A register request to a board without a servo bus.
    case servoBusAbsent = 7
    /// A register request to an ID by which no servo answers.
    case servoSilent = 8
    /// A register request that the servo refused: no such register, or no such value now.
    case servoRefused = 9
    /// A write of a register while torque is on.
    case torqueIsOn = 10
  }

  /// The reason.
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
  /// - Parameter buffer: At least ``BoardProtocol/frameByteCountMax`` bytes.
  /// - Returns: The bytes written.
  @_noAllocation
  public func encode(sequence: UInt16, into buffer: inout MutableSpan<UInt8>) -> Int {
    var writer = BoardFrameWriter(.refusal, sequence: sequence, into: &buffer)
    writer.append(code.rawValue, to: &buffer)
    writer.append(kindCode, to: &buffer)
    return writer.finish(&buffer)
  }
}
