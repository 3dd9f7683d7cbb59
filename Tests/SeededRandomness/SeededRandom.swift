internal import ParallelArrays

/// Random numbers for tests: the same for the same seed on every machine.
public struct SeededRandom: RandomNumberGenerator {
  private var bits: SplitMix64

  /// Starts the sequence of a seed.
  public init(seed: UInt64) { bits = SplitMix64(seed: seed) }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 { bits.next() }

  /// The next number in a range.
  public mutating func float(in range: ClosedRange<Float>) -> Float {
    Float.random(in: range, using: &self)
  }
}
