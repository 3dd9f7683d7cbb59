import CLayerKernel
import RobotDescription
import SeededRandomness
import Testing

@testable import PolicyNetwork

/// The kernel for wide vectors beside the Swift source that boards run.
@Suite struct LayerKernelTests {
  /// Widths around groups of sixteen and blocks of four rows, and those of real actors.
  static let shapes = [
    (1, 1), (3, 2), (15, 3), (16, 4), (17, 5), (31, 7), (32, 8), (33, 9), (41, 64), (47, 64),
    (64, 12), (100, 30), (101, 512), (235, 33), (512, 10), (1024, 6),
  ]

  @Test(arguments: shapes) func sums_anyShape_areTheSameBits(inputs: Int, outputs: Int) {
    var random = SeededRandom(seed: UInt64(inputs * 2_000 + outputs))
    // Behind the last row stand other numbers, as in a file.
    let weights = (0..<(inputs * outputs + 16)).map { _ in random.float(in: -2...2) }
    let biases = (0..<outputs).map { _ in random.float(in: -1...1) }
    let padded = (inputs + 15) & ~15
    let input =
      (0..<inputs).map { _ in random.float(in: -5...5) }
      + [Float](repeating: 0, count: padded - inputs)
    var wide = [Float](repeating: .nan, count: outputs)
    var plain = wide
    unsafe layerKernelSums(weights, biases, input, inputs, &wide, outputs)
    unsafe PolicyFile.sums(weights, biases, input, inputCount: inputs, into: &plain, outputs)
    #expect(wide.map(\.bitPattern) == plain.map(\.bitPattern))
    // Both are right, not only alike.
    for row in 0..<outputs {
      let exact = (0..<inputs).reduce(Double(biases[row])) {
        $0 + Double(weights[row * inputs + $1]) * Double(input[$1])
      }
      #expect(abs(Double(wide[row]) - exact) < 1e-5 * Double(inputs))
    }
  }
}
