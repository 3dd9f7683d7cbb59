import Locomotion
import PolicyNetwork
import Testing

@testable import Training

@Suite struct ActorCriticTests {
  private static func model(seed: UInt64 = 1) -> ActorCritic {
    ActorCritic(
      observationWidth: 7, actionWidth: 3, hiddenWidths: [12, 5], activation: .tanh,
      logDeviation: -1.5, seed: seed)
  }

  /// The weights of a layer, by rows.
  private static func rows(
    _ model: ActorCritic, _ network: NetworkShape, layer: Int
  ) -> [[Double]] {
    let inputs = network.widths[layer]
    return (0..<network.widths[layer + 1]).map { row in
      (0..<inputs).map {
        Double(model.parameters[network.weights(layer) + row * inputs + $0])
      }
    }
  }

  private static func transposed(_ rows: [[Double]]) -> [[Double]] {
    rows[0].indices.map { column in rows.map { $0[column] } }
  }

  /// Layers of actor and critic, with the gain each is begun with.
  @Test(arguments: [0, 1, 2], [false, true])
  func init_anyLayer_isOrthogonalTimesItsGain(layer: Int, isCritic: Bool) {
    let model = Self.model()
    let rows = Self.rows(model, isCritic ? model.critic : model.actor, layer: layer)
    let gain = layer < 2 ? 2.0.squareRoot() : isCritic ? 1 : 0.01
    let vectors = rows.count <= rows[0].count ? rows : Self.transposed(rows)
    for (index, left) in vectors.enumerated() {
      for (other, right) in vectors.enumerated() {
        let product = zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(product - (index == other ? gain * gain : 0)) < 1e-5 * gain)
      }
    }
  }

  @Test func init_biases_areZero() {
    let model = Self.model()
    for network in [model.actor, model.critic] {
      for layer in 0..<network.layerCount {
        for index in 0..<network.widths[layer + 1] {
          #expect(model.parameters[network.biases(layer) + index] == 0)
        }
      }
    }
  }

  @Test func init_logDeviations_areTheOneGiven() {
    let model = Self.model()
    #expect(model.logDeviations.map { model.parameters[$0] } == [-1.5, -1.5, -1.5])
  }

  @Test func init_parts_fillTheParametersWithoutGapOrOverlap() {
    let model = Self.model()
    #expect(model.actor.start == 0)
    #expect(model.actor.end == 7 * 12 + 12 + 12 * 5 + 5 + 5 * 3 + 3)
    #expect(model.logDeviations == model.actor.end..<(model.actor.end + 3))
    #expect(model.critic.start == model.logDeviations.upperBound)
    #expect(model.parameters.count == model.critic.start + 7 * 12 + 12 + 12 * 5 + 5 + 5 + 1)
  }

  @Test func init_seeds_decideTheWeights() {
    #expect(Self.model(seed: 1).parameters.elements == Self.model(seed: 1).parameters.elements)
    #expect(Self.model(seed: 1).parameters.elements != Self.model(seed: 2).parameters.elements)
  }

  @Test(arguments: [Activation.tanh, .elu, .relu, .identity])
  func forward_randomRows_agreesWithDoublePrecision(activation: Activation) {
    let small = SmallLearner(activation: activation)
    let shape = small.model.actor
    let workspace = NetworkWorkspace(shape: shape, rowsMax: 32)
    unsafe workspace.forward(
      UnsafePointer(small.model.parameters.base), UnsafePointer(small.rollout.normalised.base),
      rows: 32)
    for row in 0..<32 {
      let input = (0..<3).map { Double(small.rollout.normalised[3 * row + $0]) }
      let expected = Oracle.forward(shape, small.parameters, input)
      for action in 0..<2 {
        #expect(abs(Double(workspace.output[2 * row + action]) - expected[action]) < 1e-5)
      }
    }
  }
}
