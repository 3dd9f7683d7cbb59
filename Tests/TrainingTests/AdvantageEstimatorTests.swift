import Locomotion
import ParallelArrays
import Testing

@testable import Training

@Suite struct AdvantageEstimatorTests {
  private static func configuration(
    _ estimator: EstimatorKind, lambda: Float = 0.95, baseline: Bool = true
  ) -> LearnerConfiguration {
    var configuration = LearnerConfiguration()
    configuration.estimator = estimator
    configuration.discount = 0.9
    configuration.lambda = lambda
    configuration.baseline = baseline
    return configuration
  }

  private static func estimate(
    _ rollout: Rollout, _ configuration: LearnerConfiguration, rewardScale: Float = 1
  ) {
    AdvantageEstimator.estimate(
      rollout, configuration.estimator, discount: configuration.discount,
      lambda: configuration.lambda, rewardScale: rewardScale)
    if !configuration.baseline { rollout.replaceAdvantagesByReturns() }
  }

  private static func expectDefinition(
    _ rollout: Rollout, _ configuration: LearnerConfiguration, rewardScale: Float = 1
  ) {
    estimate(rollout, configuration, rewardScale: rewardScale)
    let expected = Oracle.Estimate(
      rollout, configuration, rewardScale: Double(rewardScale))
    #expect(rollout.isUsable.elements == expected.isUsable)
    for index in 0..<rollout.sampleCount where expected.isUsable[index] {
      #expect(abs(Double(rollout.advantages[index]) - expected.advantages[index]) < 1e-4)
      #expect(abs(Double(rollout.returns[index]) - expected.returns[index]) < 1e-4)
    }
  }

  @Test(arguments: EstimatorKind.allCases, [true, false])
  func estimate_randomEnds_equalsTheDefinition(estimator: EstimatorKind, baseline: Bool) {
    for seed: UInt64 in 1...3 {
      Self.expectDefinition(
        .random(seed: seed), Self.configuration(estimator, baseline: baseline))
    }
  }

  @Test(arguments: [0, 0.5, 0.95, 1] as [Float])
  func estimate_anyLambda_equalsTheDefinition(lambda: Float) {
    Self.expectDefinition(.random(seed: 4), Self.configuration(.gae, lambda: lambda))
  }

  @Test(arguments: EstimatorKind.allCases)
  func estimate_scaledRewards_equalsTheDefinition(estimator: EstimatorKind) {
    Self.expectDefinition(.random(seed: 5), Self.configuration(estimator), rewardScale: 0.3)
  }

  @Test(arguments: EstimatorKind.allCases)
  func estimate_oneTick_equalsTheDefinition(estimator: EstimatorKind) {
    Self.expectDefinition(
      .random(timeCount: 1, environmentCount: 20, endShare: 0.5, seed: 6),
      Self.configuration(estimator))
  }

  @Test func estimate_lambdaAtItsEnds_isOneStepOrAllOfThem() {
    for (lambda, other) in [(0, .td), (1, .nstep)] as [(Float, EstimatorKind)] {
      let left = Rollout.random(seed: 7)
      let right = Rollout.random(seed: 7)
      Self.estimate(left, Self.configuration(.gae, lambda: lambda))
      Self.estimate(right, Self.configuration(other))
      #expect(left.advantages.elements == right.advantages.elements)
    }
  }

  @Test(arguments: EstimatorKind.allCases)
  func estimate_everyStepEnds_returnIsTheRewardAlone(estimator: EstimatorKind) {
    let rollout = Rollout.random(endShare: 2, seed: 8)
    for index in 0..<rollout.sampleCount { rollout.bootstrapValues[index] = 0 }
    Self.estimate(rollout, Self.configuration(estimator))
    #expect(areClose(rollout.returns.doubles, rollout.rewards.doubles, 1e-6))
    #expect(rollout.isUsable.elements.allSatisfy { $0 })
  }

  @Test(arguments: EstimatorKind.allCases)
  func estimate_end_hidesWhatComesAfterIt(estimator: EstimatorKind) {
    let rollouts = [0, 100].map { change in
      let rollout = Rollout.random(endShare: 0, seed: 9)
      rollout.isDone[10 * 3 + 1] = true
      for time in 11..<20 { rollout.rewards[time * 3 + 1] += Float(change) }
      rollout.lastValues[1] += Float(change)
      Self.estimate(rollout, Self.configuration(estimator))
      return rollout
    }
    for time in 0...10 {
      let index = time * 3 + 1
      #expect(rollouts[0].advantages[index] == rollouts[1].advantages[index])
      #expect(rollouts[0].isUsable[index])
    }
  }

  /// Weight of a bootstrap value one tick before the truncation, at γ = 0.9, λ = 0.95.
  @Test(
    arguments: [(.td, 0), (.nstep, 0.81), (.gae, 0.81 * 0.95), (.montecarlo, 0)]
      as [(EstimatorKind, Double)])
  func estimate_truncation_countsItsFutureByTheEstimator(estimator: EstimatorKind, share: Double) {
    let returns = [0, 1].map { future in
      let rollout = Rollout.random(endShare: 0, seed: 10)
      rollout.isDone[10 * 3 + 1] = true
      rollout.bootstrapValues[10 * 3 + 1] = Float(future)
      Self.estimate(rollout, Self.configuration(estimator))
      return rollout.returns.doubles
    }
    let atTheTruncation = estimator == .montecarlo ? 0 : 0.9
    #expect(abs(returns[1][10 * 3 + 1] - returns[0][10 * 3 + 1] - atTheTruncation) < 1e-5)
    #expect(abs(returns[1][9 * 3 + 1] - returns[0][9 * 3 + 1] - share) < 1e-5)
  }

  @Test func estimate_montecarlo_leavesOutEpisodesThatGoOn() {
    let rollout = Rollout.random(endShare: 0, seed: 11)
    rollout.isDone[4 * 3 + 2] = true
    Self.estimate(rollout, Self.configuration(.montecarlo))
    let expected = (0..<rollout.sampleCount).map { $0 % 3 == 2 && $0 <= 4 * 3 + 2 }
    #expect(rollout.isUsable.elements == expected)
  }

  @Test func estimate_afterMontecarlo_usesAllSamplesAgain() {
    let rollout = Rollout.random(endShare: 0, seed: 12)
    Self.estimate(rollout, Self.configuration(.montecarlo))
    Self.estimate(rollout, Self.configuration(.gae))
    #expect(rollout.isUsable.elements.allSatisfy { $0 })
  }
}
