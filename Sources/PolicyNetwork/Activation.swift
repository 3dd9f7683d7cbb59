/// Activation function of a layer.
///
/// The raw values are permanent: policy files contain them. The functions need additions,
/// multiplications, divisions and bit operations only, so that the trainer, the robot and the board
/// compute the same bits; a microcontroller has no libm.
public enum Activation: UInt8, Sendable {
  /// Identity.
  case identity = 0
  /// Hyperbolic tangent; absolute error below 4e-7.
  case tanh = 1
  /// `x` above zero, `exp(x) − 1` below; absolute error below 3e-7.
  case elu = 2
  /// `x` above zero, 0 below; like the others, it keeps NaN.
  case relu = 3

  /// Replaces every element by its activation.
  ///
  /// Real-time safe.
  @_noAllocation
  public func apply(to values: UnsafeMutableBufferPointer<Float>) {
    switch self {
    case .identity: break
    case .tanh: unsafe Self.map(values) { Self.tanh($0) }
    case .elu: unsafe Self.map(values) { Self.elu($0) }
    case .relu: unsafe Self.map(values) { $0.replacing(with: 0, where: $0 .<= 0) }
    }
  }

  /// Derivative of the activation as a function of its value `y`, which backpropagation keeps.
  @inlinable
  public func derivative(at y: Float) -> Float {
    switch self {
    case .identity: 1
    case .tanh: 1 - y * y
    case .elu: y > 0 ? 1 : y + 1
    case .relu: y > 0 ? 1 : 0
    }
  }

  /// Applies `function` to groups of eight values; zeros fill up the last group.
  @inline(__always)
  private static func map(
    _ values: UnsafeMutableBufferPointer<Float>, _ function: (SIMD8<Float>) -> SIMD8<Float>
  ) {
    guard let base = UnsafeMutableRawPointer(values.baseAddress) else { return }
    let stride = MemoryLayout<Float>.stride
    let whole = values.count & ~7
    var index = 0
    while index < whole {
      let group = unsafe base.loadUnaligned(
        fromByteOffset: index * stride, as: SIMD8<Float>.self)
      unsafe base.storeBytes(
        of: function(group), toByteOffset: index * stride, as: SIMD8<Float>.self)
      index += 8
    }
    guard whole < values.count else { return }
    var last = SIMD8<Float>.zero
    for lane in 0..<(values.count - whole) { last[lane] = unsafe values[whole + lane] }
    last = function(last)
    for lane in 0..<(values.count - whole) { unsafe values[whole + lane] = last[lane] }
  }

  /// A rational minimax approximation, fitted to a relative error of 2e-8 on −9...9.
  @inline(__always)
  private static func tanh(_ value: SIMD8<Float>) -> SIMD8<Float> {
    // Beyond 9 the result rounds to ±1. NaN fails both comparisons and stays.
    let x = value.replacing(with: 9, where: value .> 9).replacing(with: -9, where: value .< -9)
    let u = x * x
    var p = u * 1.335_447_22e-08 + 2.060_894_26e-05
    p = p * u + 0.003_495_579_59
    p = p * u + 0.133_810_177
    p = p * u + 1
    var q = u * 7.776_479_26e-07 + 0.000_328_562_077
    q = q * u + 0.025_876_950_5
    q = q * u + 0.467_143_327
    q = q * u + 1
    let y = x * p / q
    return y.replacing(with: 1, where: y .> 1).replacing(with: -1, where: y .< -1)
  }

  /// Computes `exp(x) − 1` below zero: powers of two, and a polynomial for the rest.
  @inline(__always)
  private static func elu(_ value: SIMD8<Float>) -> SIMD8<Float> {
    let x = value.replacing(with: 0, where: value .> 0).replacing(with: -80, where: value .< -80)
    // Adding 1.5 · 2²³ rounds to the nearest whole number and leaves it in the lowest bits.
    let shifted = x * 1.442_695_04 + 12_582_912
    let powers = shifted - 12_582_912
    // ln 2 in two parts, so that the remainder keeps its last bits.
    let r = x - powers * 0.693_359_375 - powers * -2.121_944_4e-04
    var p = r * 0.001_394_644_61 + 0.008_369_151_5
    p = p * r + 0.041_666_261_9
    p = p * r + 0.166_665_167
    p = p * r + 0.5
    let fraction = p * r * r + r + 1
    let exponent = unsafe unsafeBitCast(shifted, to: SIMD8<Int32>.self) &- 0x4B40_0000
    let power = unsafe unsafeBitCast((exponent &+ 127) &<< 23, to: SIMD8<Float>.self)
    let below = fraction * power - 1
    return below.replacing(with: value, where: .!(value .<= 0))
  }
}
