/// Counts of a decoder of frames or packets; they wrap.
public struct FrameStatistics: Equatable, Sendable {
  /// Frames with a right checksum that this version can read.
  public internal(set) var frames: UInt32 = 0
  /// Frames with a right checksum of another version, or of an unknown kind.
  public internal(set) var unknownFrames: UInt32 = 0
  /// Frame starts with an ID or a size that no frame has.
  public internal(set) var headerErrors: UInt32 = 0
  /// Frame starts whose checksum was wrong.
  public internal(set) var checksumErrors: UInt32 = 0
  /// Bytes that belonged to no frame.
  public internal(set) var discardedBytes: UInt32 = 0

  /// Makes all counts zero.
  @_noAllocation
  public init() {}

  /// Frame starts that did not become a readable frame.
  public var badFrames: UInt32 {
    @_noAllocation get { headerErrors &+ checksumErrors &+ unknownFrames }
  }
}
