/// Payload of `command`: one goal per joint.
public struct BoardCommand: Equatable, Sendable {
  /// The number of joints, at most ``BoardProtocol/jointsMax``.
  public var jointCount: Int
  /// Goal positions in servo ticks, in the order of the joints.
  public var goalTicks: BoardProtocol.JointValues

  @_noAllocation
  static func payloadByteCount(jointCount: Int) -> Int { 1 + 2 * jointCount }

  /// Makes a command from its fields.
  @_noAllocation
  public init(jointCount: Int, goalTicks: BoardProtocol.JointValues) {
    self.jointCount = jointCount
    self.goalTicks = goalTicks
  }

  /// Reads the payload of a `command` frame.
  ///
  /// - Throws: ``BoardFrameError`` when it is another message, or not of this form.
  @_noAllocation
  public init(decoding frame: BoardFrame) throws(BoardFrameError) {
    try frame.check(.command)
    guard frame.payloadByteCount >= 1 else {
      throw .payloadByteCount(found: frame.payloadByteCount, expected: 1)
    }
    jointCount = try Int(jointCountByte: frame.loadUInt8(at: 0))
    try frame.check(.command, payloadByteCount: Self.payloadByteCount(jointCount: jointCount))
    goalTicks = .init(repeating: 0)
    for joint in 0..<jointCount { goalTicks[joint] = frame.loadInt16(at: 1 + 2 * joint) }
  }

  /// Writes a whole `command` frame.
  ///
  /// - Parameter buffer: At least ``BoardProtocol/frameByteCountMax`` bytes.
  /// - Returns: The bytes written.
  @_noAllocation
  public func encode(sequence: UInt16, into buffer: inout MutableSpan<UInt8>) -> Int {
    var writer = BoardFrameWriter(.command, sequence: sequence, into: &buffer)
    writer.append(UInt8(jointCount: jointCount), to: &buffer)
    for joint in 0..<jointCount { writer.append(goalTicks[joint], to: &buffer) }
    return writer.finish(&buffer)
  }

  /// Compares the goals of the joints that exist.
  @_noAllocation
  public static func == (left: Self, right: Self) -> Bool {
    guard left.jointCount == right.jointCount else { return false }
    for joint in 0..<left.jointCount where left.goalTicks[joint] != right.goalTicks[joint] {
      return false
    }
    return true
  }
}
