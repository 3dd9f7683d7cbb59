/// A histogram of durations with buckets of 1/8 octave (percentiles within 13 %), and the maximum.
public struct DurationHistogram: Sendable {
  private static var bucketCount: Int { @_noAllocation get { 256 } }
  private var counts = InlineArray<256, UInt32>(repeating: 0)
  /// The number of durations.
  public private(set) var total: UInt64 = 0
  /// The longest duration, in nanoseconds.
  public private(set) var maxNanoseconds: UInt64 = 0

  /// No durations.
  @_noAllocation
  public init() {}

  /// Records a duration.
  @_noAllocation
  public mutating func add(_ nanoseconds: UInt64) {
    counts[Self.bucket(nanoseconds)] &+= 1
    total &+= 1
    maxNanoseconds = max(maxNanoseconds, nanoseconds)
  }

  /// A percentile of the durations, in nanoseconds.
  ///
  /// It is the upper edge of a bucket, and never above the longest duration.
  ///
  /// - Parameter share: From 0 to 1; 0.99 gives the 99th percentile.
  public func percentileNanoseconds(_ share: Double) -> UInt64 {
    let wanted = max(1, UInt64((share * Double(total)).rounded(.up)))
    var seen: UInt64 = 0
    for bucket in 0..<Self.bucketCount {
      seen += UInt64(counts[bucket])
      if seen >= wanted { return min(maxNanoseconds, Self.upperEdge(bucket)) }
    }
    return maxNanoseconds
  }

  /// The bucket of a duration: eight for each power of two, and one for each duration below 8 ns.
  @_noAllocation
  private static func bucket(_ nanoseconds: UInt64) -> Int {
    guard nanoseconds >= 8 else { return Int(nanoseconds) }
    let octave = 63 - nanoseconds.leadingZeroBitCount
    let eighth = Int(truncatingIfNeeded: nanoseconds &>> UInt64(octave - 3)) & 7
    return min(bucketCount - 1, (octave - 2) * 8 + eighth)
  }

  private static func upperEdge(_ bucket: Int) -> UInt64 {
    guard bucket >= 8 else { return UInt64(bucket) }
    let octave = bucket / 8 + 2
    return (UInt64(8 + bucket % 8 + 1) << UInt64(octave - 3)) - 1
  }
}
