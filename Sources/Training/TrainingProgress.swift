public import Locomotion

/// Figures of a training after an update.
public struct TrainingProgress: Sendable {
  /// Environment steps so far.
  public let steps: Int
  /// Episodes that ended during the update.
  public let episodes: EpisodeTally
  /// KL divergence of the policy after the update from the one before, in nats.
  public let kl: Float
  /// Share of the returns' variance that the critic predicted; at most 1.
  public let explainedVariance: Float
  /// Mean entropy of the policy, in nats.
  public let entropy: Float
  /// The actor's loss.
  public let policyLoss: Float
  /// The critic's mean squared error.
  public let valueLoss: Float
  /// Mean standard deviation of the actions, unitless; 0 for discrete actions.
  public let standardDeviation: Float
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
    standardDeviation = report.standardDeviation
    learningRate = report.learningRate
    gradientNorm = report.gradientNorm
  }
}
