import Foundation
import Locomotion
import ParallelArrays
import Testing

@testable import Training

/// The learner finds what is rewarded, in problems whose answer is known.
@Suite struct LearningTests {
  /// Settings under which everything is to be learned.
  struct Setting: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let head: SmallLearner.Head
    let change: @Sendable (inout LearnerConfiguration) -> Void

    static let all = [
      Setting(testDescription: "A2C", head: .free) { _ in },
      Setting(testDescription: "A2C, shared trunk", head: .free) { $0.trunk = .shared },
      Setting(testDescription: "A2C, RMSprop", head: .free) {
        $0.optimiser = .rmsprop
        $0.learningRateSchedule = .linear
        $0.learningRate = 0.03
      },
      Setting(testDescription: "A2C, state-dependent", head: .stateDependent) { _ in },
      Setting(testDescription: "A2C, scaled rewards", head: .free) {
        $0.returnNormalisation = true
      },
      Setting(testDescription: "REINFORCE", head: .free) {
        $0.estimator = .montecarlo
        $0.baseline = false
      },
      Setting(testDescription: "A2C, K-FAC", head: .free, change: kfac),
      Setting(testDescription: "PPO", head: .free) {
        $0.epochs = 2
        $0.minibatches = 2
        $0.clip = 0.2
      },
    ]
  }

  private static let kfac: @Sendable (inout LearnerConfiguration) -> Void = {
    $0.optimiser = .kfac
    $0.learningRate = 0.5
    $0.learningRateMin = 0.05
    $0.learningRateMax = 1
    $0.criticLearningRate = 5e-3
  }

  /// Updates on fresh samples of one-step episodes that earn `reward(input, actions)`.
  private static func learn(
    _ setting: Setting, updates: Int, reward: (_ input: Float, _ actions: [Float]) -> Float
  ) -> SmallLearner {
    let small = SmallLearner(setting.head, seed: 3) {
      $0.environmentCount = 16
      $0.hiddenWidths = [8]
      $0.entropyWeight = 0
      $0.logDeviationStart = -1
      $0.learningRate = 5e-3
      $0.learningRateMax = 0.03
      $0.klTarget = 0.03
      setting.change(&$0)
    }
    let rollout = small.rollout
    let networks = ActorCriticWorkspace(model: small.model, rowsMax: 16)
    let workspace = HeadWorkspace(model: small.model, rowsMax: 16)
    let noise = SliceBuffer(repeating: RandomSource(seed: 21, stream: 0), count: 16)
    for index in 0..<16 { noise[index] = RandomSource(seed: 21, stream: UInt64(index)) }
    for sample in 0..<rollout.sampleCount {
      rollout.isDone[sample] = true
      rollout.bootstrapValues[sample] = 0
    }
    for update in 0..<updates {
      for index in 0..<rollout.normalised.count {
        rollout.normalised[index] = noise[index % 16].uniform(in: -1...1)
      }
      small.learner.head.beginRollout(noise)
      small.learner.head.prepare(workspace)
      for first in stride(from: 0, to: rollout.sampleCount, by: 16) {
        unsafe networks.forward(
          UnsafePointer(rollout.normalised.base + first * 3), rows: 16)
        small.learner.head.draw(
          networks, workspace, environments: 0..<16, noise: noise, into: rollout, sample: first)
        for row in 0..<16 {
          let sample = first + row
          let width = rollout.actionWidth
          rollout.values[sample] = networks.value(row)
          rollout.rewards[sample] = reward(
            rollout.normalised[sample * 3],
            (0..<width).map { rollout.actions[sample * width + $0] })
        }
      }
      small.update(progress: Float(update) / Float(updates))
    }
    return small
  }

  private static func policy(_ small: SmallLearner, _ input: [Double]) -> [Double] {
    switch small.oracle.policy(small.parameters, input, held: small.parameters) {
    case .gaussian(let means, _): means
    case .categorical(let probabilities): probabilities
    }
  }

  @Test(arguments: Setting.all)
  func update_bestActionDependsOnTheInput_isFoundForEach(setting: Setting) {
    // The best first action is 0.5 for inputs above zero and −0.5 below.
    let small = Self.learn(setting, updates: 100) { input, actions in
      let best: Float = input > 0 ? 0.5 : -0.5
      return -(actions[0] - best) * (actions[0] - best)
    }
    #expect(abs(Self.policy(small, [0.8, 0, 0])[0] - 0.5) < 0.25)
    #expect(abs(Self.policy(small, [-0.8, 0, 0])[0] + 0.5) < 0.25)
  }

  @Test(
    arguments: [
      Setting(testDescription: "A2C", head: .categorical) { _ in },
      Setting(testDescription: "A2C, K-FAC", head: .categorical, change: kfac),
    ])
  func update_bestChoiceDependsOnTheInput_isFoundForEach(setting: Setting) {
    let small = Self.learn(setting, updates: 100) { input, choice in
      choice[0] == (input > 0 ? 2 : 0) ? 1 : 0
    }
    #expect(Self.policy(small, [0.8, 0, 0])[2] > 0.9)
    #expect(Self.policy(small, [-0.8, 0, 0])[0] > 0.9)
  }

  @Test func update_criticPasses_foreseeSooner() {
    let errors = [1, 8].map { passes in
      let setting = Setting(testDescription: "\(passes)", head: .free) {
        $0.criticPasses = passes
        $0.criticLearningRate = 5e-3
      }
      let small = Self.learn(setting, updates: 20) { input, _ in 2 * input }
      return ([-0.7, 0, 0.7] as [Double]).reduce(0) {
        $0 + abs(small.oracle.value(small.parameters, [$1, 0, 0]) - 2 * $1)
      }
    }
    #expect(errors[1] < errors[0] / 2)
  }

  @Test(arguments: Trunk.allCases)
  func update_returnsThatDependOnTheInput_areForeseenByTheCritic(trunk: Trunk) {
    let setting = Setting(testDescription: "\(trunk)", head: .free) { $0.trunk = trunk }
    let small = Self.learn(setting, updates: 100) { input, _ in 2 * input }
    for input in [-0.7, 0, 0.7] as [Double] {
      #expect(abs(small.oracle.value(small.parameters, [input, 0, 0]) - 2 * input) < 0.5)
    }
  }
}
