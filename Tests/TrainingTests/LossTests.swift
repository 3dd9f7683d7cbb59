import Foundation
import Locomotion
import ParallelArrays
import Testing

@testable import Training

/// Figures of an update against the oracle.
@Suite struct LossTests {
  /// Settings that change the loss.
  struct Setting: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let change: @Sendable (inout LearnerConfiguration) -> Void

    static let all = [
      Setting(testDescription: "defaults") { _ in },
      Setting(testDescription: "td") { $0.estimator = .td },
      Setting(testDescription: "nstep") { $0.estimator = .nstep },
      Setting(testDescription: "montecarlo") { $0.estimator = .montecarlo },
      Setting(testDescription: "REINFORCE") {
        $0.estimator = .montecarlo
        $0.baseline = false
      },
      Setting(testDescription: "advantages as they are") { $0.advantageNormalisation = false },
      Setting(testDescription: "advantages cut") { $0.advantageMax = 0.7 },
      Setting(testDescription: "scaled rewards") {
        $0.returnNormalisation = true
        $0.advantageNormalisation = false
      },
      Setting(testDescription: "shared trunk") { $0.trunk = .shared },
      Setting(testDescription: "clip") { $0.clip = 0.1 },
    ]
  }

  @Test(arguments: Setting.all, SmallLearner.Head.allCases)
  func update_losses_areThoseOfTheOracle(setting: Setting, head: SmallLearner.Head) {
    let small = SmallLearner(head, setting.change)
    let batch = small.batch
    let held = small.parameters
    let policyLoss = small.oracle.policyLoss(held, batch, held: held)
    let entropy = small.oracle.entropy(held, batch, held: held)
    let valueLoss = small.oracle.valueLoss(held, batch)
    let report = small.update()
    #expect(abs(Double(report.policyLoss) - policyLoss) < 1e-4)
    #expect(abs(Double(report.entropy) - entropy) < 1e-4)
    #expect(abs(Double(report.valueLoss) - valueLoss) < 1e-4 * max(1, valueLoss))
  }

  @Test(arguments: SmallLearner.Head.allCases)
  func update_step_reportsTheDivergenceOfTheTwoPolicies(head: SmallLearner.Head) {
    let small = SmallLearner(head) {
      $0.learningRateSchedule = .constant
      $0.learningRate = 0.05
      $0.gradientNormMax = 100
    }
    let before = small.parameters
    let report = small.update()
    let expected = small.oracle.divergence(before, small.parameters, small.batch)
    #expect(expected > 1e-3)
    #expect(abs(Double(report.kl) - expected) < 1e-3 * expected)
  }

  @Test func update_gradientNorm_isThatBeforeClipping() {
    let small = SmallLearner { $0.gradientNormMax = 1e-3 }
    let report = small.update()
    let square = small.learner.gradient.doubles.reduce(0) { $0 + $1 * $1 }
    #expect(square > 1e-2)
    #expect(abs(Double(report.gradientNorm) - square.squareRoot()) < 1e-5)
  }

  @Test(arguments: SmallLearner.Head.allCases)
  func update_standardDeviation_isTheMeanOfTheLastTick(head: SmallLearner.Head) {
    let small = SmallLearner(head)
    let last = small.rollout.logStandardDeviations.doubles.suffix(8 * small.model.actorWidth)
    let expected =
      head == .categorical ? 0 : last.reduce(0) { $0 + exp($1) } / Double(last.count)
    #expect(abs(Double(small.update().standardDeviation) - expected) < 1e-5)
  }

  @Test(arguments: EstimatorKind.allCases)
  func update_advantagesThatCount_areNormalised(estimator: EstimatorKind) {
    let small = SmallLearner { $0.estimator = estimator }
    small.update()
    let rollout = small.rollout
    let advantages = (0..<rollout.sampleCount).filter { rollout.isUsable[$0] }
      .map { Double(rollout.advantages[$0]) }
    let mean = advantages.reduce(0, +) / Double(advantages.count)
    let square = advantages.reduce(0) { $0 + $1 * $1 } / Double(advantages.count)
    #expect(abs(mean) < 1e-6)
    #expect(abs(square - 1) < 1e-5)
  }

  @Test func update_equalRewardsAndValues_staysFinite() {
    let small = SmallLearner()
    for index in 0..<small.rollout.sampleCount {
      small.rollout.isDone[index] = true
      small.rollout.bootstrapValues[index] = 0
      small.rollout.rewards[index] = 1
      small.rollout.values[index] = 1
    }
    let report = small.update()
    #expect(report.gradientNorm.isFinite)
    let isFinite = small.parameters.allSatisfy { $0.isFinite }
    #expect(isFinite)
  }

  @Test func update_valuesThatForesawEverything_explainTheWholeVariance() {
    let small = SmallLearner { $0.lambda = 1 }
    for index in 0..<small.rollout.sampleCount {
      small.rollout.isDone[index] = true
      small.rollout.bootstrapValues[index] = 0
      small.rollout.values[index] = small.rollout.rewards[index]
    }
    #expect(abs(small.update().explainedVariance - 1) < 1e-6)
  }

  @Test(arguments: EstimatorKind.allCases)
  func update_explainedVariance_isThatOfTheSamplesThatCount(estimator: EstimatorKind) {
    let small = SmallLearner { $0.estimator = estimator }
    let estimate = Oracle.Estimate(small.rollout, small.configuration)
    let usable = estimate.isUsable.indices.filter { estimate.isUsable[$0] }
    func variance(_ values: [Double]) -> Double {
      let mean = values.reduce(0, +) / Double(values.count)
      return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    }
    let errors = usable.map { estimate.returns[$0] - Double(small.rollout.values[$0]) }
    let expected = 1 - variance(errors) / variance(usable.map { estimate.returns[$0] })
    #expect(abs(Double(small.update().explainedVariance) - expected) < 1e-4)
  }

  @Test(arguments: LearningRateSchedule.allCases)
  func update_noSampleThatCounts_changesNothing(schedule: LearningRateSchedule) {
    let small = SmallLearner {
      $0.estimator = .montecarlo
      $0.learningRateSchedule = schedule
    }
    for index in 0..<small.rollout.sampleCount { small.rollout.isDone[index] = false }
    let before = small.model.parameters.elements
    let rate = small.learner.learningRate.value(progress: 0)
    let report = small.update()
    #expect(small.model.parameters.elements == before)
    #expect(small.learner.learningRate.value(progress: 0) == rate)
    #expect(report.gradientNorm == 0)
    #expect(report.explainedVariance == 0)
  }
}
