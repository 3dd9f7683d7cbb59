import Foundation
import Locomotion
import ParallelArrays

@testable import Training

extension Oracle {
  /// Advantages and returns of a rollout, each straight from its definition.
  struct Estimate {
    var advantages: [Double] = []
    var returns: [Double] = []
    var isUsable: [Bool] = []

    init(_ rollout: Rollout, _ configuration: LearnerConfiguration, rewardScale: Double = 1) {
      let path = Path(
        rollout: rollout, discount: Double(configuration.discount), rewardScale: rewardScale)
      for start in 0..<rollout.sampleCount {
        let stepCount = path.stepCount(from: start)
        let isUsable =
          configuration.estimator != .montecarlo || path.seesEnd(from: start, after: stepCount)
        let target = path.target(
          configuration.estimator, from: start, stepCount: stepCount,
          lambda: Double(configuration.lambda))
        returns.append(target)
        advantages.append(configuration.baseline ? target - Double(rollout.values[start]) : target)
        self.isUsable.append(isUsable)
      }
    }
  }

  /// The steps that follow a sample of a rollout.
  private struct Path {
    let rollout: Rollout
    let discount: Double
    let rewardScale: Double

    /// Steps to the end of the episode or of the rollout.
    func stepCount(from start: Int) -> Int {
      var index = start
      var count = 1
      while !rollout.isDone[index], index + rollout.environmentCount < rollout.sampleCount {
        index += rollout.environmentCount
        count += 1
      }
      return count
    }

    func seesEnd(from start: Int, after count: Int) -> Bool {
      rollout.isDone[start + (count - 1) * rollout.environmentCount]
    }

    /// The discounted sum of the next `count` rewards.
    func rewards(from start: Int, _ count: Int) -> Double {
      (0..<count).reduce(0) {
        let reward = Double(rollout.rewards[start + $1 * rollout.environmentCount])
        return $0 + pow(discount, Double($1)) * reward * rewardScale
      }
    }

    /// The return when `count` steps are seen and the critic says the rest.
    func bootstrapped(from start: Int, _ count: Int) -> Double {
      let last = start + (count - 1) * rollout.environmentCount
      let next = last + rollout.environmentCount
      let future =
        rollout.isDone[last]
        ? rollout.bootstrapValues[last]
        : next < rollout.sampleCount
          ? rollout.values[next] : rollout.lastValues[next - rollout.sampleCount]
      return rewards(from: start, count) + pow(discount, Double(count)) * Double(future)
    }

    func target(
      _ estimator: EstimatorKind, from start: Int, stepCount: Int, lambda: Double
    ) -> Double {
      switch estimator {
      case .td: return bootstrapped(from: start, 1)
      case .nstep: return bootstrapped(from: start, stepCount)
      case .montecarlo: return rewards(from: start, stepCount)
      case .gae:
        // The average of all bootstrapped returns, weighted by powers of λ; the last has the rest.
        var sum = pow(lambda, Double(stepCount - 1)) * bootstrapped(from: start, stepCount)
        for count in 1..<stepCount {
          let weight = (1 - lambda) * pow(lambda, Double(count - 1))
          sum += weight * bootstrapped(from: start, count)
        }
        return sum
      }
    }
  }

  /// Factor of the rewards after some rollouts: one over the standard deviation of the discounted
  /// sums of the rewards since each episode began.
  static func rewardScale(_ rollouts: [Rollout], discount: Double) -> Double {
    var sums: [Double] = []
    for environment in 0..<rollouts[0].environmentCount {
      var episode: [Double] = []
      for rollout in rollouts {
        for index in stride(
          from: environment, to: rollout.sampleCount, by: rollout.environmentCount)
        {
          episode.append(Double(rollout.rewards[index]))
          sums.append(
            episode.indices.reduce(0) {
              $0 + pow(discount, Double(episode.count - 1 - $1)) * episode[$1]
            })
          if rollout.isDone[index] { episode = [] }
        }
      }
    }
    let mean = sums.reduce(0, +) / Double(sums.count)
    let variance = sums.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(sums.count)
    return 1 / (variance + 1e-8).squareRoot()
  }
}
