import Foundation
import Locomotion
import ParallelArrays
import Testing

@testable import Training

/// Statistics of the actions that the heads draw, and the contents of the rollout.
@Suite struct ExplorationTests {
  /// A learner whose simulations all see the same, and draw when asked to.
  private struct Source {
    let small: SmallLearner
    let noise: SliceBuffer<RandomSource>
    private let networks: ActorCriticWorkspace
    private let workspace: HeadWorkspace
    let policy: OraclePolicy

    init(_ head: SmallLearner.Head) {
      small = SmallLearner(head)
      let observation: [Float] = [0.5, -1.2, 0.8]
      for index in 0..<small.rollout.normalised.count {
        small.rollout.normalised[index] = observation[index % 3]
      }
      networks = ActorCriticWorkspace(model: small.model, rowsMax: 8)
      workspace = HeadWorkspace(model: small.model, rowsMax: 8)
      noise = SliceBuffer(repeating: RandomSource(seed: 5, stream: 0), count: 8)
      for index in 0..<8 { noise[index] = RandomSource(seed: 5, stream: UInt64(index)) }
      policy = small.oracle.policy(
        small.parameters, observation.map { Double($0) }, held: small.parameters)
    }

    func beginRollout() { small.learner.head.beginRollout(noise) }

    /// Actions of the eight simulations, row by row.
    func draw() -> [Double] {
      unsafe networks.forward(UnsafePointer(small.rollout.normalised.base), rows: 8)
      small.learner.head.prepare(workspace)
      small.learner.head.draw(
        networks, workspace, environments: 0..<8, noise: noise, into: small.rollout, sample: 0)
      return Array(small.rollout.actions.doubles[..<(8 * small.rollout.actionWidth)])
    }
  }

  /// Noise of one action in units of its standard deviation, over many rollouts of one tick.
  private static func scores(_ head: SmallLearner.Head, action: Int) -> [Double] {
    let source = Source(head)
    guard case .gaussian(let means, let deviations) = source.policy else { return [] }
    var scores: [Double] = []
    for _ in 0..<500 {
      source.beginRollout()
      let actions = source.draw()
      for row in 0..<8 {
        scores.append((actions[row * 2 + action] - means[action]) / deviations[action])
      }
    }
    return scores
  }

  @Test(arguments: [.free, .stateDependent] as [SmallLearner.Head], [0, 1])
  func draw_manyRollouts_haveThePolicysMeanAndVariance(head: SmallLearner.Head, action: Int) {
    let scores = Self.scores(head, action: action)
    let count = Double(scores.count)
    let mean = scores.reduce(0, +) / count
    let square = scores.reduce(0) { $0 + $1 * $1 } / count
    #expect(count == 4_000)
    #expect(abs(mean) < 5 / count.squareRoot())
    #expect(abs(square - 1) < 5 * (2 / count).squareRoot())
  }

  @Test func draw_manyChoices_comeAsOftenAsTheyAreLikely() {
    let source = Source(.categorical)
    guard case .categorical(let probabilities) = source.policy else {
      Issue.record("found \(source.policy)")
      return
    }
    var counts = probabilities.map { _ in 0.0 }
    for _ in 0..<500 {
      for choice in source.draw() { counts[Int(choice)] += 1 }
    }
    for (count, probability) in zip(counts, probabilities) {
      let deviation = (4_000 * probability * (1 - probability)).squareRoot()
      #expect(abs(count - 4_000 * probability) < 5 * deviation)
    }
  }

  @Test func draw_stateDependent_isTheSameForTheSameLatentThroughARollout() {
    let source = Source(.stateDependent)
    source.beginRollout()
    let first = source.draw()
    #expect(source.draw() == first)
    source.beginRollout()
    #expect(source.draw() != first)
  }

  @Test func draw_stateDependent_changesWithTheLatent() {
    let source = Source(.stateDependent)
    source.beginRollout()
    let first = zip(source.draw(), source.small.rollout.outputs.doubles).map { $0 - $1 }
    for index in 0..<source.small.rollout.normalised.count {
      source.small.rollout.normalised[index] += 0.5
    }
    let second = zip(source.draw(), source.small.rollout.outputs.doubles).map { $0 - $1 }
    #expect(!areClose(first, second, 1e-2))
  }

  @Test func draw_free_isNewEachTick() {
    let source = Source(.free)
    source.beginRollout()
    #expect(source.draw() != source.draw())
  }

  @Test(arguments: [.free, .stateDependent] as [SmallLearner.Head])
  func draw_simulations_haveNoiseOfTheirOwn(head: SmallLearner.Head) {
    let source = Source(head)
    source.beginRollout()
    let actions = source.draw()
    let rows = Set((0..<8).map { row in [actions[2 * row], actions[2 * row + 1]] })
    #expect(rows.count == 8)
  }

  @Test(arguments: SmallLearner.Head.allCases)
  func draw_rollout_keepsThePolicyAndTheProbabilityOfEachAction(head: SmallLearner.Head) {
    let source = Source(head)
    source.beginRollout()
    _ = source.draw()
    let rollout = source.small.rollout
    for sample in 0..<8 {
      let action = Oracle.Batch.row(rollout.actions, sample, rollout.actionWidth)
      let expected = source.policy.logProbability(of: action)
      #expect(abs(Double(rollout.logProbabilities[sample]) - expected) < 1e-5)
      let width = source.small.model.actorWidth
      let outputs = Oracle.Batch.row(rollout.outputs, sample, width)
      let logStandardDeviations = Oracle.Batch.row(rollout.logStandardDeviations, sample, width)
      switch source.policy {
      case .gaussian(let means, let deviations):
        #expect(areClose(outputs, means, 1e-5))
        #expect(areClose(logStandardDeviations.map { exp($0) }, deviations, 1e-5))
      case .categorical(let probabilities):
        #expect(areClose(outputs.map { exp($0) }, probabilities, 1e-5))
      }
    }
  }

  @Test(arguments: SmallLearner.Head.allCases, Trunk.allCases)
  func mode_anyRow_isThatOfThePolicy(head: SmallLearner.Head, trunk: Trunk) {
    let small = SmallLearner(head) { $0.trunk = trunk }
    let networks = ActorCriticWorkspace(model: small.model, rowsMax: 32)
    unsafe networks.forwardActor(UnsafePointer(small.rollout.normalised.base), rows: 32)
    let width = small.rollout.actionWidth
    let actions = SliceBuffer<Float>(repeating: .nan, count: 33 * width)
    small.learner.head.mode(networks, rows: 32, into: actions, first: 1)
    for row in 0..<32 {
      let input = Oracle.Batch.row(small.rollout.normalised, row, SmallLearner.observationWidth)
      let found = Oracle.Batch.row(actions, row + 1, width)
      switch small.oracle.policy(small.parameters, input, held: small.parameters) {
      case .gaussian(let means, _): #expect(areClose(found, means, 1e-5))
      case .categorical(let probabilities):
        #expect(probabilities[Int(found[0])] == probabilities.max())
      }
    }
    #expect(actions[0].isNaN)
  }
}
