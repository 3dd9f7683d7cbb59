/// Payload of `helloReply`: versions, joints and timing of the board.
public struct BoardIdentity: Equatable, Sendable {
  /// The highest protocol version the board speaks.
  public var protocolVersion: UInt8
  /// The firmware's own version, high byte major, low byte minor.
  public var firmwareVersion: UInt16
  /// The number of joints the board drives.
  public var jointCount: Int
  /// The ``JointNamesHash`` over the board's joints in its order.
  public var jointNamesHash: UInt32
  /// The period of the board's own servo loop.
  public var controlPeriodMicroseconds: UInt32
  /// The time since the board started; less than before means that it restarted.
  public var uptimeMicroseconds: UInt64

  static var payloadByteCount: Int { @_noAllocation get { 20 } }

  /// Makes an identity from its fields.
  @_noAllocation
  public init(
    protocolVersion: UInt8 = BoardProtocol.version, firmwareVersion: UInt16, jointCount: Int,
    jointNamesHash: UInt32, controlPeriodMicroseconds: UInt32, uptimeMicroseconds: UInt64
  ) {
    self.protocolVersion = protocolVersion
    self.firmwareVersion = firmwareVersion
    self.jointCount = jointCount
    self.jointNamesHash = jointNamesHash
    self.controlPeriodMicroseconds = controlPeriodMicroseconds
    self.uptimeMicroseconds = uptimeMicroseconds
  }

  /// Reads the payload of a `helloReply` frame.
  ///
  /// - Throws: ``BoardFrameError`` when it is another message, or not of this form.
  @_noAllocation
  public init(decoding frame: BoardFrame) throws(BoardFrameError) {
    try frame.check(.helloReply, payloadByteCount: Self.payloadByteCount)
    protocolVersion = frame.loadUInt8(at: 0)
    firmwareVersion = frame.loadUInt16(at: 1)
    jointCount = try Int(jointCountByte: frame.loadUInt8(at: 3))
    jointNamesHash = frame.loadUInt32(at: 4)
    controlPeriodMicroseconds = frame.loadUInt32(at: 8)
    uptimeMicroseconds = frame.loadUInt64(at: 12)
  }

  /// Writes a whole `helloReply` frame.
  ///
  /// - Parameter buffer: At least ``BoardProtocol/frameByteCountMax`` bytes.
  /// - Returns: The bytes written.
  @_noAllocation
  public func encode(sequence: UInt16, into buffer: inout MutableSpan<UInt8>) -> Int {
    var writer = BoardFrameWriter(.helloReply, sequence: sequence, into: &buffer)
    writer.append(protocolVersion, to: &buffer)
    writer.append(firmwareVersion, to: &buffer)
    writer.append(UInt8(jointCount: jointCount), to: &buffer)
    writer.append(jointNamesHash, to: &buffer)
    writer.append(controlPeriodMicroseconds, to: &buffer)
    writer.append(uptimeMicroseconds, to: &buffer)
    return writer.finish(&buffer)
  }
}
