import Locomotion
import ParallelArrays
import PolicyNetwork
import Testing

@testable import Training

@Suite struct ActorCriticTests {
  private static let hiddenGain = 2.0.squareRoot()

  private static func model(
    seed: UInt64 = 1, _ space: ActionSpace = .continuous(width: 3),
    _ change: (inout LearnerConfiguration) -> Void = { _ in }
  ) -> ActorCritic {
    var configuration = LearnerConfiguration()
    configuration.hiddenWidths = [12, 5]
    change(&configuration)
    return ActorCritic(
      observationWidth: 7, actionSpace: space, configuration: configuration, seed: seed)
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

  /// `true` when the rows, or the columns if fewer, are orthogonal and of length `gain`.
  private static func areOrthogonal(_ rows: [[Double]], gain: Double) -> Bool {
    let vectors = rows.count <= rows[0].count ? rows : transposed(rows)
    return vectors.enumerated().allSatisfy { index, left in
      vectors.enumerated().allSatisfy { other, right in
        let product = zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
        return abs(product - (index == other ? gain * gain : 0)) < 1e-5 * gain
      }
    }
  }

  @Test func init_separateLayers_areOrthogonalTimesTheirGains() throws {
    let model = Self.model()
    let critic = try #require(model.critic)
    for (network, last) in [(model.actor, 0.01), (critic, 1)] {
      for (layer, gain) in [Self.hiddenGain, Self.hiddenGain, last].enumerated() {
        #expect(Self.areOrthogonal(Self.rows(model, network, layer: layer), gain: gain))
      }
    }
  }

  @Test func init_sharedLayers_areOrthogonalTimesTheirGains() {
    let model = Self.model { $0.trunk = .shared }
    for layer in 0..<2 {
      let rows = Self.rows(model, model.actor, layer: layer)
      #expect(Self.areOrthogonal(rows, gain: Self.hiddenGain))
    }
    let heads = Self.rows(model, model.actor, layer: 2)
    #expect(Self.areOrthogonal(Array(heads[..<3]), gain: 0.01))
    #expect(Self.areOrthogonal([heads[3]], gain: 1))
  }

  @Test(arguments: Trunk.allCases) func init_biases_areZero(trunk: Trunk) {
    let model = Self.model { $0.trunk = trunk }
    for network in [model.actor, model.critic].compactMap(\.self) {
      for layer in 0..<network.layerCount {
        for index in 0..<network.widths[layer + 1] {
          #expect(model.parameters[network.biases(layer) + index] == 0)
        }
      }
    }
  }

  /// Kinds of exploration with their numbers of parameters.
  @Test(
    arguments: [
      (.continuous(width: 3), .free, 3), (.continuous(width: 3), .stateDependent, 5 * 3),
      (.discrete(count: 3), .free, 0), (.discrete(count: 3), .stateDependent, 0),
    ] as [(ActionSpace, ExplorationKind, Int)])
  func init_logDeviations_areTheOneGiven(
    space: ActionSpace, exploration: ExplorationKind, count: Int
  ) {
    let model = Self.model(space) {
      $0.exploration = exploration
      $0.logDeviationStart = -1.25
    }
    #expect(
      model.logStandardDeviations.map { model.parameters[$0] }
        == Array(repeating: -1.25, count: count))
  }

  @Test func init_separateParts_fillTheParametersWithoutGapOrOverlap() throws {
    let model = Self.model()
    let critic = try #require(model.critic)
    #expect(model.actor.start == 0)
    #expect(model.actor.end == 7 * 12 + 12 + 12 * 5 + 5 + 5 * 3 + 3)
    #expect(model.logStandardDeviations == model.actor.end..<(model.actor.end + 3))
    #expect(critic.start == model.logStandardDeviations.upperBound)
    #expect(model.parameters.count == critic.start + 7 * 12 + 12 + 12 * 5 + 5 + 5 + 1)
  }

  @Test func init_sharedParts_fillTheParametersWithoutGapOrOverlap() {
    let model = Self.model { $0.trunk = .shared }
    #expect(model.critic == nil)
    #expect(model.actor.start == 0)
    #expect(model.actor.end == 7 * 12 + 12 + 12 * 5 + 5 + 5 * 4 + 4)
    #expect(model.logStandardDeviations == model.actor.end..<(model.actor.end + 3))
    #expect(model.parameters.count == model.logStandardDeviations.upperBound)
  }

  @Test func actorNumbers_sharedTrunk_areThoseOfTheSeparateActor() {
    // One seed fills hidden layers and actor alike; only the value's row and bias come after them.
    let shared = Self.model { $0.trunk = .shared }
    let separate = Self.model()
    let last = shared.actor.layerCount - 1
    for action in 0..<3 {
      shared.parameters[shared.actor.biases(last) + action] = Float(action)
      separate.parameters[separate.actor.biases(last) + action] = Float(action)
    }
    shared.parameters[shared.actor.biases(last) + 3] = 99
    let count = separate.actor.end
    let hidden = 0..<separate.actor.weights(last)
    #expect(shared.actorNumbers.count == count)
    #expect(shared.actorNumbers[hidden] == separate.parameters.elements[hidden])
    #expect(shared.actorNumbers.suffix(3) == [0, 1, 2])
    #expect(separate.actorNumbers == Array(separate.parameters.elements[..<count]))
  }

  @Test func init_seeds_decideTheWeights() {
    #expect(Self.model(seed: 1).parameters.elements == Self.model(seed: 1).parameters.elements)
    #expect(Self.model(seed: 1).parameters.elements != Self.model(seed: 2).parameters.elements)
  }

  @Test(arguments: HiddenActivation.allCases, Trunk.allCases)
  func forward_randomRows_agreesWithDoublePrecision(activation: HiddenActivation, trunk: Trunk) {
    let small = SmallLearner {
      $0.activation = activation
      $0.trunk = trunk
    }
    let workspace = ActorCriticWorkspace(model: small.model, rowsMax: 32)
    unsafe workspace.forward(UnsafePointer(small.rollout.normalised.base), rows: 32)
    for row in 0..<32 {
      let input = Oracle.Batch.row(small.rollout.normalised, row, SmallLearner.observationWidth)
      let expected = Oracle.forward(small.model.actor, small.parameters, input)
      for action in 0..<2 {
        let found = workspace.outputs[row * workspace.outputStride + action]
        #expect(abs(Double(found) - expected[action]) < 1e-5)
      }
      let value = small.oracle.value(small.parameters, input)
      #expect(abs(Double(workspace.value(row)) - value) < 1e-5)
    }
  }
}
