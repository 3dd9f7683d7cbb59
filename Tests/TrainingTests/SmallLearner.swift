import Foundation
import Locomotion
import PolicyNetwork

@testable import Training

/// A learner of small networks with a rollout of random numbers.
struct SmallLearner {
  static let observationWidth = 3
  static let actionWidth = 2

  let configuration: LearnerConfiguration
  let model: ActorCritic
  let rollout: Rollout
  let learner: A2C

  init(
    activation: Activation = .tanh, sliceCount: Int = 1, seed: UInt64 = 1,
    _ change: (inout LearnerConfiguration) -> Void = { _ in }
  ) {
    var configuration = LearnerConfiguration()
    configuration.environmentCount = 8
    configuration.ticksPerUpdate = 4
    configuration.hiddenWidths = [5, 4]
    configuration.entropyWeight = 0.03
    configuration.valueWeight = 0.7
    change(&configuration)
    self.configuration = configuration
    model = ActorCritic(
      observationWidth: Self.observationWidth, actionWidth: Self.actionWidth,
      hiddenWidths: configuration.hiddenWidths, activation: activation, logDeviation: -0.5,
      seed: seed)
    rollout = Rollout(
      timeCount: configuration.ticksPerUpdate, environmentCount: configuration.environmentCount,
      observationWidth: Self.observationWidth, actionWidth: Self.actionWidth)
    learner = A2C(model: model, configuration: configuration, sliceCount: sliceCount)
    var random = RandomSource(seed: seed, stream: 77)
    fill(&random)
  }

  private func fill(_ random: inout RandomSource) {
    for index in 0..<model.parameters.count {
      model.parameters[index] += random.uniform(in: -0.3...0.3)
    }
    for buffer in [rollout.normalised, rollout.actions, rollout.rewards, rollout.values] {
      for index in 0..<buffer.count { buffer[index] = random.normals().0 }
    }
    for index in 0..<rollout.lastValues.count { rollout.lastValues[index] = random.normals().0 }
    for index in 0..<rollout.ended.count { rollout.ended[index] = random.uniform() < 0.2 }
    for (action, index) in model.logDeviations.enumerated() {
      rollout.logDeviations[action] = model.parameters[index]
    }
  }

  /// All parameters, in double precision.
  var parameters: [Double] { model.parameters.elements.map { Double($0) } }

  @discardableResult
  func update(divergenceTarget: Float = 0.01) -> A2C.Report {
    learner.update(rollout, divergenceTarget: divergenceTarget) { count, body in
      for slice in 0..<count { body(slice) }
    }
  }
}
