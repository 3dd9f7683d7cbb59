internal import CBLAS
internal import Foundation
internal import Locomotion
internal import PolicyNetwork

/// The learned numbers: an actor, the logarithm of its deviation per action, and a critic.
///
/// The actor gives the mean of a diagonal Gaussian, the critic estimates the return. The two
/// networks are separate.
final class ActorCritic {
  let actor: NetworkShape
  let critic: NetworkShape
  /// Where the logarithms of the deviations stand, one per action.
  let logDeviations: Range<Int>
  /// All numbers: the actor's, the logarithms of the deviations, the critic's.
  let parameters: SliceBuffer<Float>

  /// Orthogonal weights, as A2C on continuous control is usually begun: gain √2 in the hidden
  /// layers, 0.01 for the mean, 1 for the value; biases 0.
  init(
    observationWidth: Int, actionWidth: Int, hiddenWidths: [Int], activation: Activation,
    logDeviation: Float, seed: UInt64
  ) {
    // One BLAS thread: the slices of a batch are what is spread over the processors.
    openblas_set_num_threads(1)
    actor = NetworkShape(
      widths: [observationWidth] + hiddenWidths + [actionWidth], activation: activation, start: 0)
    logDeviations = actor.end..<(actor.end + actionWidth)
    critic = NetworkShape(
      widths: [observationWidth] + hiddenWidths + [1], activation: activation,
      start: logDeviations.upperBound)
    parameters = SliceBuffer(repeating: 0, count: critic.end)
    var random = RandomSource(seed: seed, stream: .max)
    for (network, outputGain) in [(actor, Float(0.01)), (critic, Float(1))] {
      for layer in 0..<network.layerCount {
        let gain = layer == network.layerCount - 1 ? outputGain : Float(2).squareRoot()
        fillOrthogonal(network, layer: layer, gain: gain, random: &random)
      }
    }
    for index in logDeviations { parameters[index] = logDeviation }
  }

  /// Fills a layer's weights with orthonormal rows or columns, whichever are fewer, times `gain`.
  private func fillOrthogonal(
    _ network: NetworkShape, layer: Int, gain: Float, random: inout RandomSource
  ) {
    let outputs = network.widths[layer + 1]
    let inputs = network.widths[layer]
    let count = min(outputs, inputs)
    let length = max(outputs, inputs)
    var vectors: [[Float]] = []
    while vectors.count < count {
      var vector = (0..<length).map { _ in random.normals().0 }
      // Gram and Schmidt, twice, which is enough in single precision.
      for _ in 0..<2 {
        for other in vectors {
          let overlap = zip(vector, other).reduce(Float(0)) { $0 + $1.0 * $1.1 }
          for index in 0..<length { vector[index] -= overlap * other[index] }
        }
      }
      let norm = vector.reduce(Float(0)) { $0 + $1 * $1 }.squareRoot()
      guard norm > 1e-3 else { continue }
      vectors.append(vector.map { $0 / norm })
    }
    let start = network.weights(layer)
    for row in 0..<outputs {
      for column in 0..<inputs {
        let value = outputs <= inputs ? vectors[row][column] : vectors[column][row]
        parameters[start + row * inputs + column] = gain * value
      }
    }
  }
}
