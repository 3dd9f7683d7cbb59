internal import Glibc

/// A random number generator with a seed and a stream, and the distributions that training draws.
///
/// Every simulation owns one, so that results do not depend on the number of threads.
public struct RandomSource: RandomNumberGenerator, Equatable, Sendable, Codable {
  private var bits: SplitMix64

  /// Starts a sequence; sources of one seed and different streams do not overlap in practice.
  public init(seed: UInt64, stream: UInt64) {
    var source = SplitMix64(seed: seed)
    source = SplitMix64(seed: source.next() ^ (stream &* 0xD1B5_4A32_D192_ED03))
    bits = SplitMix64(seed: source.next())
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 { bits.next() }

  /// A uniform number in `0..<1`.
  public mutating func uniform() -> Float {
    Float(next() >> 40) * 0x1p-24
  }

  /// A uniform number in the range; rounding can give its upper bound.
  public mutating func uniform(in range: ClosedRange<Float>) -> Float {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  /// Two independent standard normal numbers (Box and Muller).
  public mutating func normals() -> (Float, Float) {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    let angle = 2 * Float.pi * uniform()
    return (radius * cos(angle), radius * sin(angle))
  }

  /// A uniform number in the range with all 53 bits of a double.
  public mutating func uniformDouble(in range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * (Double(next() >> 11) * 0x1p-53)
  }

  /// A standard normal number with all 53 bits of a double.
  public mutating func normalDouble() -> Double {
    let radius = (-2 * log(1 - uniformDouble(in: 0...1))).squareRoot()
    return radius * cos(2 * Double.pi * uniformDouble(in: 0...1))
  }
}
