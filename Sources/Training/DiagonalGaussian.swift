internal import Foundation

/// A normal distribution with independent components, one per action: the policy's.
enum DiagonalGaussian {
  /// `log π(a)` of one component.
  static func logProbability(_ action: Float, mean: Float, logDeviation: Float) -> Float {
    let score = (action - mean) * exp(-logDeviation)
    return -0.5 * score * score - logDeviation - 0.5 * log(2 * .pi)
  }

  /// Derivatives of `log π(a)` of one component in its mean and in the logarithm of its deviation.
  static func gradient(
    _ action: Float, mean: Float, inverseDeviation: Float
  ) -> (mean: Float, logDeviation: Float) {
    let score = (action - mean) * inverseDeviation
    return (mean: score * inverseDeviation, logDeviation: score * score - 1)
  }

  /// Entropy of one component, in nats; its derivative in the logarithm of the deviation is 1.
  static func entropy(logDeviation: Float) -> Float {
    logDeviation + 0.5 * log(2 * .pi * Float(M_E))
  }

  /// Kullback-Leibler divergence of one component, from `old` to `new`, in nats.
  static func divergence(
    old: (mean: Float, logDeviation: Float), new: (mean: Float, logDeviation: Float)
  ) -> Float {
    let ratio = exp(old.logDeviation - new.logDeviation)
    let shift = (old.mean - new.mean) * exp(-new.logDeviation)
    return new.logDeviation - old.logDeviation + 0.5 * (ratio * ratio + shift * shift - 1)
  }
}
