public import Locomotion

/// Figures of a training after an update.
public struct TrainingProgress: Sendable {
  /// Environment steps so far.
  public let steps: Int
  /// Episodes that were done during the update.
  public let episodes: EpisodeTally
  /// Figures of the learner.
  public let report: UpdateReport
}

/// Figures of one update; losses and norms are means over its gradient steps.
public struct UpdateReport: Sendable {
  /// KL divergence of the policy after the update from the one before, in nats.
  public internal(set) var kl: Float = 0
  /// Share of the returns' variance that the critic predicted; at most 1.
  public internal(set) var explainedVariance: Float = 0
  /// Mean standard deviation of the actions, unitless; 0 for discrete actions.
  public internal(set) var standardDeviation: Float = 0
  /// Mean entropy of the policy, in nats.
  public private(set) var entropy: Float = 0
  /// The actor's loss.
  public private(set) var policyLoss: Float = 0
  /// The critic's mean squared error.
  public private(set) var valueLoss: Float = 0
  /// Norm of the gradient before clipping.
  public private(set) var gradientNorm: Float = 0
  /// Learning rate of the update.
  public let learningRate: Float
  private var stepCount: Float = 0

  init(learningRate: Float) { self.learningRate = learningRate }

  /// `false` when the rollout held no sample to learn from.
  var hasStepped: Bool { stepCount > 0 }

  mutating func add(_ slices: [GradientSlice], gradientNorm norm: Float) {
    func include(_ mean: inout Float, _ value: Float) { mean += (value - mean) / stepCount }
    stepCount += 1
    include(&gradientNorm, norm)
    include(&entropy, slices.reduce(0) { $0 + $1.entropy })
    include(&policyLoss, slices.reduce(0) { $0 + $1.policyLoss })
    include(&valueLoss, slices.reduce(0) { $0 + $1.valueLoss })
  }
}
