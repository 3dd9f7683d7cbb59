import RobotControl
import SeededRandomness
import Testing

@Suite struct DurationHistogramTests {
  private static let shares = [0, 0.001, 0.25, 0.5, 0.9, 0.99, 0.999, 1]

  /// Durations from nanoseconds to seconds, as many in each octave.
  private static func durations(seed: UInt64, count: Int) -> [UInt64] {
    var random = SeededRandom(seed: seed)
    return (0..<count).map { _ in
      UInt64.random(in: 0...(1 << UInt64.random(in: 0...33, using: &random)), using: &random)
    }
  }

  private static func histogram(_ durations: [UInt64]) -> DurationHistogram {
    var histogram = DurationHistogram()
    for duration in durations { histogram.add(duration) }
    return histogram
  }

  @Test(arguments: [(UInt64(1), 1), (2, 2), (3, 10), (4, 1_000), (5, 50_000)])
  func percentile_randomDurations_isAtMost13PercentAboveTheSortedOne(_ seed: UInt64, _ count: Int) {
    let durations = Self.durations(seed: seed, count: count)
    let histogram = Self.histogram(durations)
    let sorted = durations.sorted()
    for share in Self.shares {
      let exact = sorted[max(1, Int((share * Double(count)).rounded(.up))) - 1]
      let found = histogram.percentileNanoseconds(share)
      #expect(found >= exact)
      #expect(Double(found) <= Double(exact) * 1.13)
    }
  }

  @Test func percentile_below16Nanoseconds_isExact() {
    for duration in UInt64(0)..<16 {
      #expect(Self.histogram([duration, 1_000]).percentileNanoseconds(0.5) == duration)
    }
  }

  @Test func percentile_empty_isZero() {
    let histogram = DurationHistogram()
    for share in Self.shares { #expect(histogram.percentileNanoseconds(share) == 0) }
  }

  @Test func percentile_ofAll_isTheLongest() {
    #expect(Self.histogram([3, 1_000_001, 17]).percentileNanoseconds(1) == 1_000_001)
  }

  @Test func maxNanoseconds_longestDuration_isExact() {
    let histogram = Self.histogram([5, .max, 7])
    #expect(histogram.maxNanoseconds == .max)
    #expect(histogram.total == 3)
  }

  @Test func maxNanoseconds_empty_isZero() {
    let histogram = DurationHistogram()
    #expect(histogram.maxNanoseconds == 0)
    #expect(histogram.total == 0)
  }
}
