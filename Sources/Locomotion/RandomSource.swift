internal import Foundation

/// A small random number generator with a seed and a stream: SplitMix64.
///
/// Every simulation owns one, so that results do not depend on the number of threads.
public struct RandomSource: RandomNumberGenerator, Equatable, Sendable, Codable {
  private var state: UInt64

  /// Starts a sequence; sources of one seed and different streams do not overlap in practice.
  public init(seed: UInt64, stream: UInt64) {
    state = seed
    var mixed = next()
    state = mixed ^ (stream &* 0xD1B5_4A32_D192_ED03)
    mixed = next()
    state = mixed
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number in `0..<1`.
  public mutating func uniform() -> Float {
    Float(next() >> 40) * 0x1p-24
  }

  /// A number in the range, its upper bound included at most by rounding.
  public mutating func uniform(in range: ClosedRange<Float>) -> Float {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  /// Two independent standard normal numbers (Box and Muller).
  public mutating func normals() -> (Float, Float) {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    let angle = 2 * Float.pi * uniform()
    return (radius * cos(angle), radius * sin(angle))
  }

  /// A number in the range, drawn with all the digits of a double.
  public mutating func uniformDouble(in range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * (Double(next() >> 11) * 0x1p-53)
  }

  /// A standard normal number with all the digits of a double.
  public mutating func normalDouble() -> Double {
    let radius = (-2 * log(1 - uniformDouble(in: 0...1))).squareRoot()
    return radius * cos(2 * Double.pi * uniformDouble(in: 0...1))
  }
}
