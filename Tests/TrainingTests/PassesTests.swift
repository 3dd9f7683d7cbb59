import Foundation
import Locomotion
import ParallelArrays
import Testing

@testable import Training

/// Epochs, minibatches and clip: PPO as settings of the same learner.
@Suite struct PassesTests {
  private static func isClose(_ left: SmallLearner, _ right: SmallLearner) -> Bool {
    areClose(left.parameters, right.parameters, 1e-6)
  }

  @Test(arguments: SmallLearner.Head.allCases, Trunk.allCases)
  func update_oneEpochOneMinibatchAndAClip_isA2C(head: SmallLearner.Head, trunk: Trunk) {
    let a2c = SmallLearner(head) { $0.trunk = trunk }
    let ppo = SmallLearner(head) {
      $0.trunk = trunk
      $0.clip = 0.2
    }
    let start = a2c.parameters
    for _ in 0..<2 {
      // The second time at other numbers; ratios stay 1 as long as actions were drawn by them.
      a2c.update()
      ppo.update()
      let largest = a2c.learner.gradient.doubles.map(abs).max() ?? 0
      #expect(
        areClose(a2c.learner.gradient.doubles, ppo.learner.gradient.doubles, 1e-5 * largest))
      #expect(Self.isClose(a2c, ppo))
      ppo.rescore()
    }
    #expect(!areClose(start, a2c.parameters, 1e-4))
  }

  @Test func update_criticPasses_areThatManyStepsOfTheCriticAlone() {
    let often = SmallLearner {
      $0.learningRateSchedule = .constant
      $0.criticPasses = 3
    }
    let three = SmallLearner { $0.learningRateSchedule = .constant }
    often.update()
    three.update()
    let critic = three.model.parts[1]
    #expect(often.parameters[..<critic.lowerBound] == three.parameters[..<critic.lowerBound])
    #expect(often.parameters[critic] != three.parameters[critic])
    for _ in 0..<2 { three.update() }
    #expect(areClose(Array(often.parameters[critic]), Array(three.parameters[critic]), 1e-6))
  }

  /// The critic's first moment of its last bias, when the error is in one sample alone.
  private static func moment(sample: Int, passes: Int, minibatches: Int) -> Double {
    let small = SmallLearner {
      $0.learningRateSchedule = .constant
      $0.criticLearningRate = 1e-30
      $0.criticPasses = passes
      $0.criticMinibatches = minibatches
      $0.gradientNormMax = 1e9
      $0.estimator = .td
    }
    small.setErrors { $0 == sample ? 8 : 0 }
    small.update()
    return Double(small.learner.optimisers[1].memory[0].last ?? 0)
  }

  @Test func update_criticMinibatches_areAPassOverTheRolloutInOrder() {
    // Each step multiplies the moment by β₁ and adds its own gradient: of the whole rollout with
    // the actor, then of four parts, one of which has the sample at four times the weight.
    for sample in [0, 7, 8, 15, 16, 23, 24, 31] {
      let whole = Self.moment(sample: sample, passes: 1, minibatches: 1)
      let parts = Self.moment(sample: sample, passes: 2, minibatches: 4)
      let expected = pow(0.9, 4) + 4 * pow(0.9, Double(3 - sample / 8))
      #expect(abs(parts / whole - expected) < 1e-3, "sample \(sample)")
    }
  }

  @Test func update_oneMinibatchManyEpochs_isThatManySteps() {
    let once = SmallLearner { $0.learningRateSchedule = .constant }
    let often = SmallLearner {
      $0.learningRateSchedule = .constant
      $0.epochs = 3
      $0.clip = 0.9
    }
    // So near to each other that nothing is clipped, three steps of a ratio's gradient differ from
    // three steps of the logarithm's by ρ alone.
    for _ in 0..<3 { once.update() }
    often.update()
    let moved = zip(once.parameters, SmallLearner().parameters).map { abs($0 - $1) }.max() ?? 0
    #expect(moved > 1e-3)
    #expect(areClose(once.parameters, often.parameters, 0.1 * moved))
  }

  @Test(arguments: [(Float(-0.45), true), (-10, false)])
  func update_standardDeviations_neverFallBelowTheirMinimum(least: Float, isReached: Bool) {
    let small = SmallLearner {
      $0.learningRateSchedule = .constant
      $0.learningRate = 0.2
      $0.logDeviationMin = least
    }
    for _ in 0..<5 { small.update() }
    let deviations = small.model.logStandardDeviations.map { small.model.parameters[$0] }
    #expect(deviations.allSatisfy { $0 >= least })
    #expect(deviations.contains(least) == isReached)
  }

  /// A learner whose rate is too small to change a number, so that each step sees the same loss.
  private static func still(
    seed: UInt64 = 1, _ change: (inout LearnerConfiguration) -> Void
  ) -> SmallLearner {
    SmallLearner(seed: seed) {
      $0.learningRateSchedule = .constant
      $0.learningRate = 1e-30
      $0.learningRateMin = 1e-30
      $0.clip = 0.2
      change(&$0)
    }
  }

  @Test(arguments: [1, 2, 4, 8, 32], [1, 2])
  func update_minibatches_coverEverySampleOncePerEpoch(minibatches: Int, epochs: Int) {
    let small = Self.still {
      $0.minibatches = minibatches
      $0.epochs = epochs
      $0.estimator = .td
    }
    // The critic's error is large in one sample alone, and has to count once.
    for odd in 0..<small.rollout.sampleCount {
      small.setErrors { $0 == odd ? 8 : 0 }
      #expect(abs(small.update().valueLoss - 64 / 32) < 1e-4, "sample \(odd)")
    }
  }

  @Test func update_minibatch_takesItsLossFromItsOwnSamples() {
    // Mean losses over the steps are those over the samples only where rows and samples agree.
    let small = Self.still { $0.minibatches = 4 }
    let batch = small.batch
    let held = small.parameters
    let report = small.update()
    #expect(
      abs(Double(report.policyLoss) - small.oracle.policyLoss(held, batch, held: held)) < 1e-4)
    #expect(abs(Double(report.entropy) - small.oracle.entropy(held, batch, held: held)) < 1e-4)
    #expect(abs(Double(report.valueLoss) - small.oracle.valueLoss(held, batch)) < 1e-4)
  }

  @Test func update_clippedMinibatches_scoreEachSampleByItsOwnProbability() {
    let small = Self.still { $0.minibatches = 8 }
    var random = RandomSource(seed: 4, stream: 0)
    for sample in 0..<small.rollout.sampleCount {
      small.rollout.logProbabilities[sample] += random.uniform(in: -0.5...0.5)
    }
    let expected = small.oracle.policyLoss(small.parameters, small.batch, held: small.parameters)
    #expect(abs(Double(small.update().policyLoss) - expected) < 1e-4)
  }

  private static func shuffled(_ minibatches: Int, sliceCount: Int = 1, shuffle: UInt64) -> [Double]
  {
    let small = SmallLearner(sliceCount: sliceCount) {
      $0.minibatches = minibatches
      $0.clip = 0.2
      $0.epochs = 2
    }
    small.learner.shuffle = RandomSource(seed: shuffle, stream: 0)
    for _ in 0..<2 { small.update() }
    return small.parameters
  }

  @Test func update_minibatches_areDrawnByTheSeedAlone() {
    let first = Self.shuffled(4, shuffle: 1)
    #expect(Self.shuffled(4, shuffle: 1) == first)
    #expect(areClose(Self.shuffled(4, sliceCount: 2, shuffle: 1), first, 1e-6))
    #expect(!areClose(Self.shuffled(4, shuffle: 2), first, 1e-4))
  }

  @Test func update_wholeBatch_isNotShuffled() {
    #expect(Self.shuffled(1, shuffle: 1) == Self.shuffled(1, shuffle: 2))
  }

  @Test func update_eachEpoch_drawsMinibatchesAnew() {
    // As many steps from either learner; one goes over two halves twice, in an order of its own
    // each time, the other repeats its first halves.
    func halves(repeating: Bool) -> [Double] {
      let small = SmallLearner {
        $0.learningRateSchedule = .constant
        $0.minibatches = 2
        $0.clip = 0.2
        $0.epochs = repeating ? 1 : 2
      }
      let start = small.learner.shuffle
      for _ in 0..<(repeating ? 2 : 1) {
        small.learner.shuffle = start
        small.update()
      }
      return small.parameters
    }
    #expect(!areClose(halves(repeating: true), halves(repeating: false), 1e-5))
  }
}

extension SmallLearner {
  /// Ends every episode at once with a reward that the critic misses by so much in each sample.
  fileprivate func setErrors(_ error: (Int) -> Float) {
    for sample in 0..<rollout.sampleCount {
      let input = Oracle.Batch.row(rollout.normalised, sample, Self.observationWidth)
      rollout.isDone[sample] = true
      rollout.bootstrapValues[sample] = 0
      rollout.rewards[sample] = Float(oracle.value(parameters, input)) + error(sample)
    }
  }

  /// Takes the actions of the rollout as drawn by the policy as it stands.
  func rescore() {
    let parameters = parameters
    for sample in 0..<rollout.sampleCount {
      let input = Oracle.Batch.row(rollout.normalised, sample, Self.observationWidth)
      let action = Oracle.Batch.row(rollout.actions, sample, rollout.actionWidth)
      let policy = oracle.policy(parameters, input, held: parameters)
      rollout.logProbabilities[sample] = Float(policy.logProbability(of: action))
    }
  }
}
