import Foundation
import Locomotion
import Testing

@testable import Training

/// A2C finds what is rewarded, in problems whose answer is known.
@Suite struct LearningTests {
  /// Updates on fresh samples of one-step episodes that earn `reward(input, actions)`.
  private static func learn(
    updates: Int, reward: (_ input: Float, _ actions: [Float]) -> Float
  ) -> SmallLearner {
    let small = SmallLearner(seed: 3) {
      $0.environmentCount = 32
      $0.hiddenWidths = [8]
      $0.entropyWeight = 0
    }
    let rollout = small.rollout
    var random = RandomSource(seed: 21, stream: 0)
    for _ in 0..<updates {
      for index in 0..<rollout.normalised.count {
        rollout.normalised[index] = random.uniform(in: -1...1)
      }
      let parameters = small.parameters
      for sample in 0..<rollout.sampleCount {
        let means = Self.means(small, parameters, row(rollout, sample))
        var actions: [Float] = []
        for (action, parameter) in small.model.logDeviations.enumerated() {
          rollout.logDeviations[action] = small.model.parameters[parameter]
          let deviation = Float(exp(parameters[parameter]))
          actions.append(Float(means[action]) + deviation * random.normals().0)
          rollout.actions[sample * 2 + action] = actions[action]
        }
        rollout.ended[sample] = true
        rollout.values[sample] = 0
        rollout.rewards[sample] = reward(rollout.normalised[sample * 3], actions)
      }
      small.update()
    }
    return small
  }

  private static func row(_ rollout: Rollout, _ sample: Int) -> [Double] {
    (0..<3).map { Double(rollout.normalised[sample * 3 + $0]) }
  }

  private static func means(
    _ small: SmallLearner, _ parameters: [Double], _ input: [Double]
  ) -> [Double] {
    Oracle.forward(small.model.actor, parameters, input)
  }

  @Test func update_largerActionsEarnMore_meanMovesUp() {
    let start = Self.learn(updates: 0) { _, actions in actions[0] }
    let small = Self.learn(updates: 10) { _, actions in actions[0] }
    for input in [[0, 0, 0], [0.5, -0.5, 0.2]] as [[Double]] {
      let before = Self.means(start, start.parameters, input)[0]
      #expect(Self.means(small, small.parameters, input)[0] > before + 0.05)
    }
  }

  @Test func update_bestActionDependsOnTheInput_isFoundForEach() {
    // The best first action is 0.5 for inputs above zero and −0.5 below.
    let small = Self.learn(updates: 200) { input, actions in
      let best: Float = input > 0 ? 0.5 : -0.5
      return -(actions[0] - best) * (actions[0] - best)
    }
    #expect(abs(Self.means(small, small.parameters, [0.8, 0, 0])[0] - 0.5) < 0.2)
    #expect(abs(Self.means(small, small.parameters, [-0.8, 0, 0])[0] + 0.5) < 0.2)
  }

  @Test func update_returnsThatDependOnTheInput_areForeseenByTheCritic() {
    let small = Self.learn(updates: 200) { input, _ in 2 * input }
    for input in [-0.7, 0, 0.7] as [Double] {
      let value = Oracle.forward(small.model.critic, small.parameters, [input, 0, 0])[0]
      #expect(abs(value - 2 * input) < 0.5)
    }
  }
}
