/// Counts of what has gone over the line to a robot, from its start; they wrap.
public struct BusStatistics: Sendable {
  /// Whole frames received.
  public var frames: UInt32 = 0
  /// Frames with a wrong checksum.
  public var checksumErrors: UInt32 = 0
  /// Reads that no reply answered in time.
  public var missedReplies: UInt32 = 0
  /// Reads that some servos answered and others did not.
  public var partialReplies: UInt32 = 0
  /// Bytes that came too late for the request that they answered.
  public var discardedBytes: UInt32 = 0
  /// Frames that the other side found damaged.
  public var remoteBadFrames: UInt32 = 0
  /// For each joint, reads that its servo did not answer, or could not: in a common answer those
  /// behind a silent one cannot speak.
  public var missedByJoint = InlineArray<32, UInt32>(repeating: 0)

  /// Makes all counts zero.
  @_noAllocation
  public init() {}
}
