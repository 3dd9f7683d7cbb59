import Foundation
import PolicyNetwork
import SeededRandomness
import Testing

struct ActivationTests {
  static let specials: [Float] = [
    0, -0.0, 1, -1, 8.999_999, 9, 9.000_001, -9, 79, -79.99, -80, -80.01, 1e-8, -1e-8, 1e-30,
    -1e-30,
    .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .greatestFiniteMagnitude,
    -.greatestFiniteMagnitude, .infinity, -.infinity,
  ]

  /// A dense grid, seeded values of every magnitude, and the edges.
  static let inputs: [Float] = {
    var random = SeededRandom(seed: 3)
    let grid = stride(from: Float(-12), through: 12, by: 1 / 2048)
    let magnitudes = (0..<20_000).map { _ in
      random.float(in: -1...1) * exp2(random.float(in: -40...8))
    }
    return Array(grid) + magnitudes + specials
  }()

  static func apply(_ activation: Activation, _ values: [Float]) -> [Float] {
    var values = values
    unsafe values.withUnsafeMutableBufferPointer { unsafe activation.apply(to: $0) }
    return values
  }

  private func largestError(
    _ activation: Activation, _ inputs: [Float], _ oracle: (Double) -> Double
  ) -> Double {
    zip(inputs, Self.apply(activation, inputs))
      .map { abs(Double($1) - oracle(Double($0))) }.max() ?? .nan
  }

  @Test func tanh_overGridAndRandom_isWithin4e7() {
    #expect(largestError(.tanh, Self.inputs) { Foundation.tanh($0) } < 4e-7)
  }

  @Test func elu_belowZero_isWithin3e7() {
    let below = Self.inputs.filter { $0 <= 0 }
    #expect(largestError(.elu, below) { Foundation.expm1($0) } < 3e-7)
  }

  @Test func elu_aboveZero_isTheValueItself() {
    let above = Self.inputs.filter { $0 > 0 }
    #expect(Self.apply(.elu, above) == above)
  }

  @Test func relu_isTheLargerOfValueAndZero() {
    #expect(Self.apply(.relu, Self.inputs) == Self.inputs.map { max(0, $0) })
  }

  @Test func identity_changesNothing() {
    #expect(
      Self.apply(.identity, Self.inputs).map(\.bitPattern) == Self.inputs.map(\.bitPattern))
  }

  @Test func tanh_isOddAndWithinOne() {
    let negated = Self.apply(.tanh, Self.inputs.map { -$0 })
    let values = Self.apply(.tanh, Self.inputs)
    #expect(zip(values, negated).allSatisfy { $0 == -$1 })
    #expect(values.allSatisfy { (-1...1).contains($0) })
  }

  @Test(arguments: [Activation.identity, .tanh, .elu, .relu])
  func apply_notANumber_staysSo(activation: Activation) {
    let values = Self.apply(activation, [1, .nan, -1, -.nan, 0, 2, 3, 4, 5, .nan])
    #expect(
      values.map(\.isNaN)
        == [1, 3, 9].reduce(into: [Bool](repeating: false, count: 10)) {
          $0[$1] = true
        })
  }

  @Test func apply_infinities_giveTheBounds() {
    let infinities: [Float] = [.infinity, -.infinity]
    let bounds = Self.apply(.tanh, infinities)
    #expect(abs(bounds[0] - 1) < 4e-7)
    #expect(abs(bounds[1] + 1) < 4e-7)
    #expect(Self.apply(.elu, infinities) == [.infinity, -1])
    #expect(Self.apply(.relu, infinities) == [.infinity, 0])
  }

  @Test(arguments: [Activation.identity, .tanh, .elu, .relu])
  func apply_everyCount_givesTheBitsOfWholeGroups(activation: Activation) {
    var random = SeededRandom(seed: 4)
    let inputs = (0..<32).map { _ in random.float(in: -4...4) }
    let whole = Self.apply(activation, inputs).map(\.bitPattern)
    for count in 0...32 {
      let part = Self.apply(activation, Array(inputs.prefix(count)))
      #expect(part.map(\.bitPattern) == Array(whole.prefix(count)))
    }
  }

  @Test func apply_part_leavesTheRestAlone() {
    var values: [Float] = [1, 2, 3, 4]
    unsafe values.withUnsafeMutableBufferPointer {
      unsafe Activation.tanh.apply(to: UnsafeMutableBufferPointer(rebasing: $0[1..<3]))
    }
    #expect(values[0] == 1)
    #expect(values[3] == 4)
    #expect(values[1] < 1)
  }

  @Test(arguments: [Activation.identity, .tanh, .elu, .relu])
  func derivative_agreesWithFiniteDifferences(activation: Activation) {
    let step: Float = 1.0 / 256
    for x in stride(from: Float(-3.03), through: 3, by: 0.1) {
      let y = Self.apply(activation, [x - step, x, x + step])
      let difference = (y[2] - y[0]) / (2 * step)
      #expect(abs(activation.derivative(at: y[1]) - difference) < 2e-3)
    }
  }

  @Test func rawValues_arePermanent() {
    let activations: [Activation] = [.identity, .tanh, .elu, .relu]
    #expect(activations.map(\.rawValue) == [0, 1, 2, 3])
  }
}
