import Locomotion
import ParallelArrays
import Testing

@testable import Training

@Suite struct ReturnNormaliserTests {
  private static func rollouts(_ count: Int, endShare: Float = 0.15) -> [Rollout] {
    (0..<count).map { .random(endShare: endShare, seed: UInt64($0 + 1)) }
  }

  private static func scale(_ rollouts: [Rollout]) -> Double {
    var normaliser = ReturnNormaliser(environmentCount: 3)
    for rollout in rollouts { normaliser.add(rollout, discount: 0.9) }
    return Double(normaliser.scale)
  }

  @Test(arguments: [0, 0.15, 2] as [Float], [1, 4])
  func scale_rollouts_equalsTwoPassesOverAllSums(endShare: Float, count: Int) {
    let rollouts = Self.rollouts(count, endShare: endShare)
    let expected = Oracle.rewardScale(rollouts, discount: Double(Float(0.9)))
    #expect(abs(Self.scale(rollouts) / expected - 1) < 1e-6)
  }

  @Test func scale_largerRewards_isSmallerByAsMuch() {
    let rollouts = Self.rollouts(2)
    let before = Self.scale(rollouts)
    for rollout in rollouts {
      for index in 0..<rollout.sampleCount { rollout.rewards[index] *= 50 }
    }
    #expect(abs(Self.scale(rollouts) * 50 / before - 1) < 1e-5)
  }

  @Test func scale_nothingSeen_isOne() {
    #expect(ReturnNormaliser(environmentCount: 3).scale == 1)
  }

  @Test func scale_sumsThatAreAllTheSame_isOne() {
    // The first rollout of one tick, in a task that rewards each tick alike.
    let rollout = Rollout.random(timeCount: 1, endShare: 0, seed: 1)
    for index in 0..<rollout.sampleCount { rollout.rewards[index] = 1 }
    #expect(Self.scale([rollout]) == 1)
  }
}
