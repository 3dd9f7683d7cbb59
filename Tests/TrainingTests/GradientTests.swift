import Foundation
import Locomotion
import PolicyNetwork
import Testing

@testable import Training

@Suite struct GradientTests {
  /// Central differences of `loss` in each parameter.
  private static func differences(
    _ parameters: [Double], _ loss: ([Double]) -> Double
  ) -> [Double] {
    let step = 1e-6
    var parameters = parameters
    return parameters.indices.map { index in
      let value = parameters[index]
      defer { parameters[index] = value }
      parameters[index] = value + step
      let above = loss(parameters)
      parameters[index] = value - step
      return (above - loss(parameters)) / (2 * step)
    }
  }

  @Test(arguments: [Activation.tanh, .elu, .relu, .identity], [1, 2] as [UInt64])
  func update_anyActivation_gradientEqualsFiniteDifferences(
    activation: Activation, seed: UInt64
  ) {
    let small = SmallLearner(activation: activation, seed: seed)
    let oracle = Oracle(small.model)
    let batch = Oracle.Batch(small.rollout, configuration: small.configuration)
    let expected = Self.differences(small.parameters) {
      oracle.policyLoss($0, batch, entropyWeight: Double(small.configuration.entropyWeight))
        + Double(small.configuration.valueWeight) * oracle.valueLoss($0, batch)
    }
    small.update()
    let largest = expected.map(abs).max() ?? 0
    for (index, slope) in expected.enumerated() {
      let found = Double(small.learner.gradient[index])
      // A thousandth of the number itself, or of a thousandth of the largest where it nearly is 0.
      let tolerance = 1e-3 * max(abs(slope), 1e-3 * largest)
      #expect(abs(found - slope) <= tolerance, "parameter \(index): \(found) against \(slope)")
    }
  }

  @Test func update_losses_areThoseOfTheOracle() {
    let small = SmallLearner()
    let oracle = Oracle(small.model)
    let batch = Oracle.Batch(small.rollout, configuration: small.configuration)
    let policyLoss = oracle.policyLoss(
      small.parameters, batch, entropyWeight: Double(small.configuration.entropyWeight))
    let valueLoss = oracle.valueLoss(small.parameters, batch)
    let report = small.update()
    #expect(abs(Double(report.policyLoss) - policyLoss) < 1e-4)
    #expect(abs(Double(report.valueLoss) - valueLoss) < 1e-4)
  }

  @Test func update_step_reportsTheDivergenceOfTheTwoPolicies() {
    let small = SmallLearner { $0.gradientNormMax = 100 }
    let before = small.parameters
    let batch = Oracle.Batch(small.rollout, configuration: small.configuration)
    small.learner.learningRate = 0.05
    let report = small.update()
    let expected = Oracle(small.model).divergence(before, small.parameters, batch)
    #expect(expected > 1e-3)
    #expect(abs(Double(report.divergence) - expected) < 1e-3 * expected)
  }

  @Test(arguments: [2, 4, 8], [1, 2, 3] as [UInt64])
  func update_slices_sumToTheGradientOfTheWholeBatch(sliceCount: Int, seed: UInt64) {
    let whole = SmallLearner(seed: seed)
    let sliced = SmallLearner(sliceCount: sliceCount, seed: seed)
    whole.update()
    sliced.update()
    let largest = whole.learner.gradient.elements.map(abs).max() ?? 0
    let pairs = zip(whole.learner.gradient.elements, sliced.learner.gradient.elements)
    #expect(largest > 0.01)
    #expect(pairs.allSatisfy { abs($0 - $1) < 2e-6 * max(1, largest) })
  }

  @Test func update_advantages_areNormalised() {
    let small = SmallLearner()
    small.update()
    let advantages = small.rollout.advantages.elements.map { Double($0) }
    let mean = advantages.reduce(0, +) / Double(advantages.count)
    let square = advantages.reduce(0) { $0 + $1 * $1 } / Double(advantages.count)
    #expect(abs(mean) < 1e-6)
    #expect(abs(square - 1) < 1e-5)
  }

  @Test func update_equalRewardsAndValues_staysFinite() {
    let small = SmallLearner()
    for index in 0..<small.rollout.sampleCount {
      small.rollout.ended[index] = true
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
      small.rollout.ended[index] = true
      small.rollout.values[index] = small.rollout.rewards[index]
    }
    #expect(abs(small.update().explainedVariance - 1) < 1e-6)
  }
}
