import Foundation
import Locomotion
import ParallelArrays

@testable import Training

extension Oracle {
  /// The samples of a rollout with known returns, in double precision.
  struct Batch {
    var samples: [Sample] = []

    struct Sample {
      var input: [Double]
      var action: [Double]
      /// `log π(a|s)` when it was drawn.
      var logProbability: Double
      var advantage: Double
      var target: Double
    }

    init(_ rollout: Rollout, _ configuration: LearnerConfiguration) {
      let scale =
        configuration.returnNormalisation
        ? Oracle.rewardScale([rollout], discount: Double(configuration.discount)) : 1
      let estimate = Estimate(rollout, configuration, rewardScale: scale)
      for index in 0..<rollout.sampleCount where estimate.isUsable[index] {
        samples.append(
          Sample(
            input: Self.row(rollout.normalised, index, rollout.observationWidth),
            action: Self.row(rollout.actions, index, rollout.actionWidth),
            logProbability: Double(rollout.logProbabilities[index]),
            advantage: estimate.advantages[index], target: estimate.returns[index]))
      }
      guard configuration.advantageNormalisation else { return }
      let count = Double(samples.count)
      let mean = samples.reduce(0) { $0 + $1.advantage } / count
      let variance =
        samples.reduce(0) { $0 + ($1.advantage - mean) * ($1.advantage - mean) } / count
      for index in samples.indices {
        let advantage = (samples[index].advantage - mean) / variance.squareRoot()
        let largest = Double(configuration.advantageMax)
        samples[index].advantage =
          largest > 0 ? min(max(advantage, -largest), largest) : advantage
      }
    }

    static func row(_ buffer: SliceBuffer<Float>, _ index: Int, _ width: Int) -> [Double] {
      (0..<width).map { Double(buffer[index * width + $0]) }
    }

    func mean(_ term: (Sample) -> Double) -> Double {
      samples.reduce(0) { $0 + term($1) } / Double(samples.count)
    }
  }

  /// − mean(A · log π(a|s)), or with a clip − mean(min(ρ A, clamp(ρ) A)).
  func policyLoss(_ parameters: [Double], _ batch: Batch, held: [Double]) -> Double {
    batch.mean { policyLoss(policy(parameters, $0.input, held: held), $0) }
  }

  private func policyLoss(_ policy: OraclePolicy, _ sample: Batch.Sample) -> Double {
    let clip = Double(configuration.clip)
    let logProbability = policy.logProbability(of: sample.action)
    guard clip > 0 else { return -sample.advantage * logProbability }
    let ratio = exp(logProbability - sample.logProbability)
    let limited = ratio < 1 - clip ? 1 - clip : ratio > 1 + clip ? 1 + clip : ratio
    return -min(ratio * sample.advantage, limited * sample.advantage)
  }

  /// mean(H(π)).
  func entropy(_ parameters: [Double], _ batch: Batch, held: [Double]) -> Double {
    batch.mean { policy(parameters, $0.input, held: held).entropy }
  }

  /// mean((R − V(s))²).
  func valueLoss(_ parameters: [Double], _ batch: Batch) -> Double {
    batch.mean { valueLoss(parameters, $0) }
  }

  private func valueLoss(_ parameters: [Double], _ sample: Batch.Sample) -> Double {
    let error = sample.target - value(parameters, sample.input)
    return error * error
  }

  /// The whole loss.
  func loss(_ parameters: [Double], _ batch: Batch, held: [Double]) -> Double {
    batch.mean { sample in
      let policy = policy(parameters, sample.input, held: held)
      return policyLoss(policy, sample) - Double(configuration.entropyWeight) * policy.entropy
        + Double(configuration.valueWeight) * valueLoss(parameters, sample)
    }
  }

  /// Mean over the samples of the divergence of the new policy from the old, in nats.
  func divergence(_ old: [Double], _ new: [Double], _ batch: Batch) -> Double {
    batch.mean {
      policy(new, $0.input, held: new).divergence(from: policy(old, $0.input, held: old))
    }
  }
}
