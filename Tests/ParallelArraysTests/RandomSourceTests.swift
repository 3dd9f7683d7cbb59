import ParallelArrays
import Testing

@Suite struct RandomSourceTests {
  private static let sampleCount = 20_000

  /// The mean of `values` and of the powers of their distance from it.
  private static func moment(_ power: Int, _ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    guard power > 1 else { return mean }
    let sum = values.reduce(0) { sum, value in
      sum + (0..<power).reduce(1) { product, _ in product * (value - mean) }
    }
    return sum / Double(values.count)
  }

  private static func uniforms() -> [Double] {
    var random = RandomSource(seed: 11, stream: 3)
    return (0..<sampleCount).map { _ in Double(random.uniform()) }
  }

  private static func pairs() -> [(Double, Double)] {
    var random = RandomSource(seed: 12, stream: 4)
    return (0..<sampleCount).map { _ in
      let (first, second) = random.normals()
      return (Double(first), Double(second))
    }
  }

  @Test func uniform_manyNumbers_liesFromZeroToBelowOne() {
    let isInside = Self.uniforms().allSatisfy { $0 >= 0 && $0 < 1 }
    #expect(isInside)
  }

  // Tolerances are five standard errors.
  @Test func uniform_manyNumbers_hasMeanHalfAndVarianceOneTwelfth() {
    let values = Self.uniforms()
    #expect(abs(Self.moment(1, values) - 0.5) < 5 * (1 / 12 / 20_000.0).squareRoot())
    #expect(abs(Self.moment(2, values) - 1 / 12.0) < 5 * (1 / 180 / 20_000.0).squareRoot())
  }

  @Test func uniformInRange_manyNumbers_staysInsideAndReachesBothEnds() {
    var random = RandomSource(seed: 13, stream: 0)
    let values = (0..<Self.sampleCount).map { _ in random.uniform(in: -2...3) }
    let isInside = values.allSatisfy { (-2...3).contains($0) }
    #expect(isInside)
    #expect((values.min() ?? 0) < -1.99)
    #expect((values.max() ?? 0) > 2.99)
  }

  @Test func normals_manyNumbers_haveTheMomentsOfTheStandardNormal() {
    for values in [Self.pairs().map(\.0), Self.pairs().map(\.1)] {
      #expect(abs(Self.moment(1, values)) < 5 * (1 / 20_000.0).squareRoot())
      #expect(abs(Self.moment(2, values) - 1) < 5 * (2 / 20_000.0).squareRoot())
      #expect(abs(Self.moment(3, values)) < 5 * (15 / 20_000.0).squareRoot())
      #expect(abs(Self.moment(4, values) - 3) < 5 * (96 / 20_000.0).squareRoot())
    }
  }

  @Test func normals_theTwoOfAPair_areUncorrelated() {
    let products = Self.pairs().map { $0.0 * $0.1 }
    #expect(abs(Self.moment(1, products)) < 5 * (1 / 20_000.0).squareRoot())
  }

  @Test func uniformDouble_manyNumbers_fillsItsRangeWithAllDigits() {
    var random = RandomSource(seed: 14, stream: 0)
    let values = (0..<Self.sampleCount).map { _ in random.uniformDouble(in: -2...3) }
    #expect(values.allSatisfy { (-2...3).contains($0) })
    #expect(abs(Self.moment(1, values) - 0.5) < 5 * (25 / 12 / 20_000.0).squareRoot())
    #expect(abs(Self.moment(2, values) - 25 / 12.0) < 5 * (625 / 180 / 20_000.0).squareRoot())
    // Of 20 000 numbers with the 24 digits of a float, a dozen would be drawn twice.
    #expect(Set(values).count == values.count)
  }

  @Test func normalDouble_manyNumbers_haveTheMomentsOfTheStandardNormal() {
    var random = RandomSource(seed: 15, stream: 0)
    let values = (0..<Self.sampleCount).map { _ in random.normalDouble() }
    #expect(abs(Self.moment(1, values)) < 5 * (1 / 20_000.0).squareRoot())
    #expect(abs(Self.moment(2, values) - 1) < 5 * (2 / 20_000.0).squareRoot())
    #expect(abs(Self.moment(3, values)) < 5 * (15 / 20_000.0).squareRoot())
    #expect(abs(Self.moment(4, values) - 3) < 5 * (96 / 20_000.0).squareRoot())
    #expect(Set(values).count == values.count)
  }

  @Test func next_sameSeedAndStream_isTheSameSequence() {
    var first = RandomSource(seed: 5, stream: 6)
    var second = RandomSource(seed: 5, stream: 6)
    #expect((0..<100).map { _ in first.next() } == (0..<100).map { _ in second.next() })
  }

  @Test func next_otherStreamsAndSeeds_shareNoNumber() {
    var seen: Set<UInt64> = []
    for seed in UInt64(0)..<8 {
      for stream in [0, 1, 2, 3, UInt64.max] {
        var random = RandomSource(seed: seed, stream: stream)
        for _ in 0..<100 { seen.insert(random.next()) }
      }
    }
    #expect(seen.count == 8 * 5 * 100)
  }
}
