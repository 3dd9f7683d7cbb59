/// Payload of `health`: temperature and errors of each joint's servo.
public struct BoardHealth: Sendable {
  /// The number of joints, at most ``BoardProtocol/jointsMax``.
  public var jointCount: Int
  /// Temperature of each joint's servo, in degrees Celsius; 0 where it is not known.
  public var celsius = InlineArray<32, UInt8>(repeating: 0)
  /// For each joint, whether its servo was silent when the board asked it last.
  public var isSilent = InlineArray<32, Bool>(repeating: false)
  /// Errors that each joint's servo reports, with the bits of ``ServoErrorBit``; one bit higher on
  /// the wire.
  public var errorBits = InlineArray<32, UInt8>(repeating: 0)

  static var fixedByteCount: Int { @_noAllocation get { 1 } }

  /// Bit 0 of a joint's conditions.
  private static var silentBit: UInt8 { @_noAllocation get { 1 << 0 } }

  @_noAllocation
  static func payloadByteCount(jointCount: Int) -> Int { fixedByteCount + 2 * jointCount }

  /// Makes the health of servos that answer, without errors and with unknown temperatures.
  @_noAllocation
  public init(jointCount: Int) { self.jointCount = jointCount }

  /// Reads the payload of a `health` frame.
  ///
  /// - Throws: ``BoardFrameError`` when it is another message, or not of this form.
  @_noAllocation
  public init(decoding frame: BoardFrame) throws(BoardFrameError) {
    try frame.check(.health)
    guard frame.payloadByteCount >= Self.fixedByteCount else {
      throw .payloadByteCount(found: frame.payloadByteCount, expected: Self.fixedByteCount)
    }
    jointCount = try Int(jointCountByte: frame.loadUInt8(at: 0))
    try frame.check(.health, payloadByteCount: Self.payloadByteCount(jointCount: jointCount))
    for joint in 0..<jointCount {
      let offset = Self.payloadByteCount(jointCount: joint)
      celsius[joint] = frame.loadUInt8(at: offset)
      let condition = frame.loadUInt8(at: offset + 1)
      isSilent[joint] = condition & Self.silentBit != 0
      errorBits[joint] = condition &>> 1
    }
  }

  /// Writes a whole `health` frame.
  ///
  /// - Parameter buffer: At least ``BoardProtocol/frameByteCountMax`` bytes.
  /// - Returns: The bytes written.
  @_noAllocation
  public func encode(sequence: UInt16, into buffer: inout MutableSpan<UInt8>) -> Int {
    var writer = BoardFrameWriter(.health, sequence: sequence, into: &buffer)
    writer.append(UInt8(jointCount: jointCount), to: &buffer)
    for joint in 0..<jointCount {
      writer.append(celsius[joint], to: &buffer)
      let condition = errorBits[joint] &<< 1 | (isSilent[joint] ? Self.silentBit : 0)
      writer.append(condition, to: &buffer)
    }
    return writer.finish(&buffer)
  }
}
