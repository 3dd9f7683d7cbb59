internal import ParallelArrays

/// Random numbers by SplitMix64, the same for the same seed on every machine.
package struct SeededRandom: RandomNumberGenerator {
  private var bits: SplitMix64

  package init(seed: UInt64) { bits = SplitMix64(seed: seed) }

  /// A number in `-1..<1`.
  mutating func symmetric() -> Double { Double(next() >> 11) * 0x1p-52 - 1 }

  /// A number in `0..<1`.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A number in `0..<bound`.
  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  package mutating func next() -> UInt64 { bits.next() }
}
