import PolicyNetwork
import Testing

@testable import Training

/// The learning rate after an update, by how far the policy moved.
@Suite struct SteeringTests {
  /// The learning rate before and after an update that was to move the policy by `share` of what
  /// it does.
  private static func rates(
    movedTimesTarget share: Float, _ change: (inout LearnerConfiguration) -> Void = { _ in }
  ) -> (before: Float, after: Float) {
    let divergence = SmallLearner(activation: .tanh, change).update().divergence
    let small = SmallLearner(activation: .tanh, change)
    let before = small.learner.learningRate
    small.update(divergenceTarget: divergence / share)
    return (before, small.learner.learningRate)
  }

  @Test func update_movedTooFar_learnsSlower() {
    let rates = Self.rates(movedTimesTarget: 2.1)
    #expect(rates.after == rates.before / 1.5)
  }

  @Test func update_movedTooLittle_learnsFaster() {
    let rates = Self.rates(movedTimesTarget: 0.45)
    #expect(rates.after == rates.before * 1.5)
  }

  @Test(arguments: [0.55, 1, 1.9] as [Float])
  func update_movedNearTheTarget_learnsAsBefore(share: Float) {
    let rates = Self.rates(movedTimesTarget: share)
    #expect(rates.after == rates.before)
  }

  @Test func update_atTheSmallestRate_staysThere() {
    let rates = Self.rates(movedTimesTarget: 10) { $0.learningRateMin = $0.learningRate }
    #expect(rates.after == rates.before)
  }

  @Test func update_atTheLargestRate_staysThere() {
    let rates = Self.rates(movedTimesTarget: 0.1) { $0.learningRateMax = $0.learningRate }
    #expect(rates.after == rates.before)
  }
}
