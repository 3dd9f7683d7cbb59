import Locomotion
import ParallelArrays
import Testing

@testable import Training

@Suite struct LearningRateTests {
  private static func rate(
    _ schedule: LearningRateSchedule, _ change: (inout LearnerConfiguration) -> Void = { _ in }
  ) -> LearningRate {
    var configuration = LearnerConfiguration()
    configuration.learningRateSchedule = schedule
    configuration.learningRate = 1e-3
    configuration.klTarget = 0.01
    configuration.klFinalShare = 0.2
    change(&configuration)
    return LearningRate(configuration)
  }

  @Test(arguments: [(0, 1e-3), (0.25, 7.5e-4), (0.5, 5e-4), (1, 0)] as [(Float, Float)])
  func value_linear_fallsToZeroAtTheEnd(progress: Float, expected: Float) {
    #expect(abs(Self.rate(.linear).value(progress: progress) - expected) < 1e-9)
  }

  @Test(arguments: [.constant, .linear] as [LearningRateSchedule])
  func value_notSteered_dependsOnNoDivergence(schedule: LearningRateSchedule) {
    let rate = Self.rate(schedule)
    for divergence: Float in [0, 1, 100] { rate.steer(kl: divergence, progress: 0.3) }
    #expect(rate.value(progress: 0) == 1e-3)
  }

  /// A schedule, and the critic's rates at the start, in the middle and at the end.
  @Test(
    arguments: [
      (.constant, [4e-3, 4e-3, 4e-3]), (.linear, [4e-3, 2e-3, 0]), (.kl, [4e-3, 2e-3, 0]),
    ] as [(LearningRateSchedule, [Float])])
  func criticValue_rateOfItsOwn_isNotSteered(schedule: LearningRateSchedule, expected: [Float]) {
    let rate = Self.rate(schedule) { $0.criticLearningRate = 4e-3 }
    rate.steer(kl: 1, progress: 0)
    for (progress, value) in zip([0, 0.5, 1] as [Float], expected) {
      #expect(abs(rate.criticValue(progress: progress) - value) < 1e-9)
    }
  }

  @Test(arguments: LearningRateSchedule.allCases)
  func criticValue_noRateOfItsOwn_isTheActors(schedule: LearningRateSchedule) {
    let rate = Self.rate(schedule)
    rate.steer(kl: 1, progress: 0)
    for progress: Float in [0, 0.5, 1] {
      #expect(rate.criticValue(progress: progress) == rate.value(progress: progress))
    }
  }

  @Test(arguments: [0, 0.5, 1] as [Float]) func value_constant_staysTheSame(progress: Float) {
    #expect(Self.rate(.constant).value(progress: progress) == 1e-3)
  }

  /// A divergence as a multiple of the target, and what it does to the rate.
  @Test(
    arguments: [
      (2.1, 1 / 1.5), (1.9, 1), (1, 1), (0.55, 1), (0.45, 1.5), (0, 1.5),
    ] as [(Float, Float)], [0, 0.5, 1] as [Float])
  func steer_divergence_movesTheRateTowardsItsTarget(
    moved: (share: Float, factor: Float), progress: Float
  ) {
    let rate = Self.rate(.kl)
    let target = 0.01 * (1 - 0.8 * progress)
    rate.steer(kl: moved.share * target, progress: progress)
    #expect(abs(rate.value(progress: progress) / (1e-3 * moved.factor) - 1) < 1e-6)
  }

  @Test func steer_atTheSmallestRate_staysThere() {
    let rate = Self.rate(.kl) { $0.learningRateMin = $0.learningRate }
    rate.steer(kl: 1, progress: 0)
    #expect(rate.value(progress: 0) == 1e-3)
  }

  @Test func steer_atTheLargestRate_staysThere() {
    let rate = Self.rate(.kl) { $0.learningRateMax = $0.learningRate }
    rate.steer(kl: 0, progress: 0)
    #expect(rate.value(progress: 0) == 1e-3)
  }

  @Test(arguments: [(2.1, 1 / 1.5), (1, 1), (0.45, 1.5)] as [(Float, Float)])
  func update_step_isSteeredByTheDivergenceOfThePolicies(share: Float, factor: Float) {
    let divergence = SmallLearner().update().kl
    let small = SmallLearner { $0.klTarget = divergence / share }
    small.update()
    #expect(abs(small.learner.learningRate.value(progress: 0) / (1e-3 * factor) - 1) < 1e-6)
  }

  @Test func update_linear_learnsByTheRateOfItsProgress() {
    let small = SmallLearner { $0.learningRateSchedule = .linear }
    #expect(abs(small.update(progress: 0.75).learningRate - 2.5e-4) < 1e-9)
    let before = small.model.parameters.elements
    #expect(small.update(progress: 1).learningRate == 0)
    #expect(small.model.parameters.elements == before)
  }
}
