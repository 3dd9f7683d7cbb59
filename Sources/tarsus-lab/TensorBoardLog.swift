internal import Exchange
internal import Foundation
internal import Locomotion
internal import Training

/// The rows of a training as curves for TensorBoard, under the tags that Stable-Baselines3 uses.
final class TensorBoardLog {
  private var writer: TensorBoardWriter?

  /// - Parameter step: The last step that is done.
  init(folder: RunFolder, afterStep step: Int) throws(TensorBoardError) {
    writer = try TensorBoardWriter(
      folder: folder.path, afterStep: step, wallTime: Date().timeIntervalSince1970)
  }

  /// Adds a row.
  ///
  /// When it fails the curves end there, with a word on standard error: the training goes on.
  ///
  /// - Parameters:
  ///   - episodes: Those that ended since the last row; without one, no curve of theirs goes on.
  ///   - divergence: The mean since the last row, in nats.
  ///   - rate: Steps per second.
  func add(
    _ progress: TrainingProgress, episodes: EpisodeTally, divergence: Float, rate: Double
  ) {
    var scalars: [(tag: String, value: Float)] = [
      ("time/fps", Float(rate)),
      ("train/approx_kl", divergence),
      ("train/explained_variance", progress.explainedVariance),
      ("train/std", progress.deviation),
      ("train/learning_rate", progress.learningRate),
      ("train/value_loss", progress.valueLoss),
      ("train/policy_gradient_loss", progress.policyLoss),
      ("train/entropy_loss", -progress.entropy),
    ]
    if episodes.count > 0 {
      let count = Double(episodes.count)
      scalars.append(("rollout/ep_rew_mean", Float(episodes.reward / count)))
      scalars.append(("rollout/ep_len_mean", Float(Double(episodes.ticks) / count)))
    }
    do {
      try writer?.add(
        step: progress.steps, wallTime: Date().timeIntervalSince1970, scalars)
    } catch {
      FileHandle.standardError.write(Data("tarsus-lab: \(error)\n".utf8))
      writer = nil
    }
  }
}
