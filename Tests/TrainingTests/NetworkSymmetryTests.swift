import Foundation
import Locomotion
import Testing

@testable import Training

/// Networks that treat left and right alike.
@Suite struct NetworkSymmetryTests {
  /// A small learner's observation has a number in the middle and a pair; its actions are a pair
  /// with opposite signs.
  private static let mirror = Mirror(
    observation: [
      Mirror.Image(source: 0, sign: -1), Mirror.Image(source: 2, sign: 1),
      Mirror.Image(source: 1, sign: 1),
    ],
    action: [Mirror.Image(source: 1, sign: -1), Mirror.Image(source: 0, sign: -1)])

  private static func learner(
    _ head: SmallLearner.Head, mirror: Mirror? = mirror,
    _ change: (inout LearnerConfiguration) -> Void = { _ in }
  ) -> SmallLearner {
    SmallLearner(head, mirror: mirror) {
      $0.hiddenWidths = [6, 4]
      $0.learningRateSchedule = .constant
      change(&$0)
    }
  }

  private static func reflect(_ row: [Double], _ images: [Mirror.Image]) -> [Double] {
    images.map { Double($0.sign) * row[$0.source] }
  }

  /// Whether networks and deviations answer the images of a rollout's observations with images.
  private static func isSymmetric(_ small: SmallLearner) -> Bool {
    let parameters = small.parameters
    return (0..<small.rollout.sampleCount).allSatisfy { sample in
      let row = Oracle.Batch.row(small.rollout.normalised, sample, SmallLearner.observationWidth)
      let image = reflect(row, mirror.observation)
      guard
        case .gaussian(let means, let deviations) = small.oracle.policy(
          parameters, row, held: parameters),
        case .gaussian(let imageMeans, let imageDeviations) = small.oracle.policy(
          parameters, image, held: parameters)
      else { return false }
      return areClose(imageMeans, reflect(means, mirror.action), 1e-6)
        && areClose(imageDeviations, [deviations[1], deviations[0]], 1e-6)
        && abs(small.oracle.value(parameters, row) - small.oracle.value(parameters, image)) < 1e-6
    }
  }

  @Test(arguments: [SmallLearner.Head.free, .stateDependent], Trunk.allCases)
  func update_symmetricNetworks_staySo(head: SmallLearner.Head, trunk: Trunk) {
    let small = Self.learner(head) { $0.trunk = trunk }
    #expect(Self.isSymmetric(small))
    let start = small.parameters
    for _ in 0..<3 { small.update() }
    #expect(!areClose(start, small.parameters, 1e-3))
    #expect(Self.isSymmetric(small))
    #expect(!Self.isSymmetric(Self.learner(head, mirror: nil) { $0.trunk = trunk }))
  }

  @Test(arguments: [OptimiserKind.kfac, .rmsprop])
  func update_anyOptimiser_keepsTheSymmetry(optimiser: OptimiserKind) {
    let small = Self.learner(.free) {
      $0.optimiser = optimiser
      $0.criticLearningRate = 1e-3
      $0.criticPasses = 2
    }
    let start = small.parameters
    for _ in 0..<3 { small.update() }
    #expect(!areClose(start, small.parameters, 1e-3))
    #expect(Self.isSymmetric(small))
  }

  @Test(arguments: [SmallLearner.Head.free, .stateDependent], Trunk.allCases)
  func update_gradient_isTheMeanOfThatOfTheRolloutAndOfItsImage(
    head: SmallLearner.Head, trunk: Trunk
  ) {
    let symmetric = Self.learner(head) { $0.trunk = trunk }
    func gradient(isReflected: Bool) -> [Double] {
      let plain = Self.learner(head, mirror: nil) { $0.trunk = trunk }
      for index in 0..<plain.model.parameters.count {
        plain.model.parameters[index] = symmetric.model.parameters[index]
      }
      for sample in 0..<plain.rollout.sampleCount {
        let rollout = symmetric.rollout
        let row = Oracle.Batch.row(rollout.normalised, sample, SmallLearner.observationWidth)
        let action = Oracle.Batch.row(rollout.actions, sample, 2)
        let seen = isReflected ? Self.reflect(row, Self.mirror.observation) : row
        let done = isReflected ? Self.reflect(action, Self.mirror.action) : action
        for (column, value) in seen.enumerated() {
          plain.rollout.normalised[sample * seen.count + column] = Float(value)
        }
        for (column, value) in done.enumerated() {
          plain.rollout.actions[sample * 2 + column] = Float(value)
        }
      }
      plain.update()
      return plain.learner.gradient.doubles
    }
    let expected = zip(gradient(isReflected: false), gradient(isReflected: true)).map {
      ($0 + $1) / 2
    }
    symmetric.update()
    #expect((expected.map(abs).max() ?? 0) > 1e-2)
    #expect(areClose(symmetric.learner.gradient.doubles, expected, 1e-5))
  }

  @Test func update_trainerOfABody_normalisesLeftAndRightAlike() throws {
    let trainer = try Spider.trainer { $0.symmetry = true }
    try trainer.update(times: 3)
    let mirror = try #require(trainer.environments.mirror)
    let width = trainer.environments.observationWidth
    for (column, image) in mirror.observation.enumerated() {
      let (mean, other) = (
        trainer.normaliserNumbers[column], trainer.normaliserNumbers[image.source]
      )
      #expect(abs(mean - image.sign * other) < 1e-6)
      #expect(
        abs(
          trainer.normaliserNumbers[width + column]
            - trainer.normaliserNumbers[width + image.source]) < 1e-3)
    }
  }

  @Test func init_taskWhoseLeftAndRightDiffer_isRefused() {
    let error = #expect(throws: TrainingError.self) {
      _ = try Trainer(
        task: .cartPole,
        configuration: {
          var configuration = LearnerConfiguration()
          configuration.symmetry = true
          return configuration
        }(), seed: 1, stepsMax: 100, threadCount: 1)
    }
    guard case .settingOutOfRange("symmetry", _)? = error else {
      Issue.record("found \(String(describing: error))")
      return
    }
  }
}
