public import Locomotion

/// Where a training stands after an update.
public struct TrainingProgress: Sendable {
  /// Environment steps so far.
  public let steps: Int
  /// Episodes that ended during the update.
  public let episodes: EpisodeTally
  /// Divergence of the policy after the update from that before, in nats.
  public let kl: Float
  /// How much of the returns the critic foresaw; at most 1.
  public let explainedVariance: Float
  /// Mean entropy of the policy, in nats.
  public let entropy: Float
  /// The actor's loss.
  public let policyLoss: Float
  /// The critic's mean squared error.
  public let valueLoss: Float
  /// Mean deviation of the actions, unitless.
  public let deviation: Float
  /// Learning rate of the update.
  public let learningRate: Float
  /// Norm of the gradient before clipping.
  public let gradientNorm: Float

  init(steps: Int, episodes: EpisodeTally, report: UpdateReport) {
    self.steps = steps
    self.episodes = episodes
    kl = report.kl
    explainedVariance = report.explainedVariance
    entropy = report.entropy
    policyLoss = report.policyLoss
    valueLoss = report.valueLoss
    deviation = report.deviation
    learningRate = report.learningRate
    gradientNorm = report.gradientNorm
  }
}
