import Foundation
import Locomotion
import ParallelArrays
import PolicyNetwork
import Testing

@testable import Training

/// A learner of small networks with a rollout of random numbers.
struct SmallLearner {
  static let observationWidth = 3

  /// Kinds of heads.
  enum Head: CaseIterable, Sendable {
    case free, stateDependent, categorical

    var actionSpace: ActionSpace {
      self == .categorical ? .discrete(count: 3) : .continuous(width: 2)
    }
  }

  let configuration: LearnerConfiguration
  let model: ActorCritic
  let rollout: Rollout
  let learner: A2C
  let oracle: Oracle

  init(
    _ head: Head = .free, privilegedWidth: Int = 0, sliceCount: Int = 1, seed: UInt64 = 1,
    _ change: (inout LearnerConfiguration) -> Void = { _ in }
  ) {
    var configuration = LearnerConfiguration()
    configuration.environmentCount = 8
    configuration.ticksPerUpdate = 4
    configuration.hiddenWidths = [5, 4]
    configuration.entropyWeight = 0.03
    configuration.valueWeight = 0.7
    configuration.logDeviationStart = -0.5
    configuration.exploration = head == .stateDependent ? .stateDependent : .free
    change(&configuration)
    self.configuration = configuration
    let space = head.actionSpace
    model = ActorCritic(
      observationWidth: Self.observationWidth, privilegedWidth: privilegedWidth,
      actionSpace: space, configuration: configuration, seed: seed)
    rollout = Rollout(
      timeCount: configuration.ticksPerUpdate, environmentCount: configuration.environmentCount,
      observationWidth: Self.observationWidth, actionWidth: space.width,
      actorWidth: model.actorWidth)
    learner = A2C(
      model: model, head: model.makeHead(space, configuration), configuration: configuration,
      sliceCount: sliceCount, seed: seed)
    oracle = Oracle(
      model: model, configuration: configuration, isDiscrete: head == .categorical)
    var random = RandomSource(seed: seed, stream: 77)
    for index in 0..<model.parameters.count {
      model.parameters[index] += random.uniform(in: -0.3...0.3)
    }
    for index in 0..<rollout.normalised.count { rollout.normalised[index] = random.normals().0 }
    rollout.fillOutcomes(&random, endShare: 0.2)
    drawActions(&random)
  }

  /// All parameters, in double precision.
  var parameters: [Double] { model.parameters.elements.map { Double($0) } }

  /// The samples of the rollout for the oracle.
  var batch: Oracle.Batch { Oracle.Batch(rollout, configuration) }

  @discardableResult
  func update(progress: Float = 0) -> UpdateReport {
    learner.update(rollout, progress: progress) { count, body in
      for slice in 0..<count { body(slice) }
    }
  }

  /// Draws actions by the oracle's policy and keeps what a head would keep of them.
  private func drawActions(_ random: inout RandomSource) {
    let parameters = parameters
    for sample in 0..<rollout.sampleCount {
      let input = Oracle.Batch.row(rollout.normalised, sample, Self.observationWidth)
      let policy = oracle.policy(parameters, input, held: parameters)
      switch policy {
      case .gaussian(let means, let deviations):
        for (action, (mean, deviation)) in zip(means, deviations).enumerated() {
          let index = sample * means.count + action
          rollout.outputs[index] = Float(mean)
          rollout.logStandardDeviations[index] = Float(log(deviation))
          rollout.actions[index] = Float(mean + deviation * Double(random.normals().0))
        }
      case .categorical(let probabilities):
        for (choice, probability) in probabilities.enumerated() {
          rollout.outputs[sample * probabilities.count + choice] = Float(log(probability))
        }
        rollout.actions[sample] = Float(Int.random(in: 0..<probabilities.count, using: &random))
      }
      let action = Oracle.Batch.row(rollout.actions, sample, rollout.actionWidth)
      rollout.logProbabilities[sample] = Float(policy.logProbability(of: action))
    }
  }
}

extension Rollout {
  /// Fills in random rewards, values and ends; every other end is a truncation.
  func fillOutcomes(_ random: inout RandomSource, endShare: Float) {
    for buffer in [rewards, values, lastValues] {
      for index in 0..<buffer.count { buffer[index] = random.normals().0 }
    }
    for index in 0..<sampleCount {
      isDone[index] = random.uniform() < endShare
      let isTruncated = isDone[index] && random.uniform() < 0.5
      bootstrapValues[index] = isTruncated ? random.normals().0 : 0
    }
  }

  /// A rollout of which only rewards, values and ends are filled in.
  static func random(
    timeCount: Int = 20, environmentCount: Int = 3, endShare: Float = 0.15, seed: UInt64
  ) -> Rollout {
    let rollout = Rollout(
      timeCount: timeCount, environmentCount: environmentCount, observationWidth: 1,
      actionWidth: 1, actorWidth: 1)
    var random = RandomSource(seed: seed, stream: 0)
    rollout.fillOutcomes(&random, endShare: endShare)
    return rollout
  }
}

/// `true` when both have the same length and no pair differs by more.
func areClose(_ left: [Double], _ right: [Double], _ tolerance: Double) -> Bool {
  left.count == right.count && zip(left, right).allSatisfy { abs($0 - $1) <= tolerance }
}

extension SliceBuffer<Float> {
  /// The elements in double precision.
  var doubles: [Double] { elements.map { Double($0) } }
}
