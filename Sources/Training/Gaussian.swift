internal import Foundation

/// Normal distribution of one action; a policy draws its actions independently.
struct Gaussian {
  let mean: Float
  /// Natural logarithm of the standard deviation.
  let logStandardDeviation: Float
  /// One over the standard deviation.
  let inverseStandardDeviation: Float

  init(mean: Float, logStandardDeviation: Float) {
    self.init(
      mean: mean, logStandardDeviation: logStandardDeviation,
      inverseStandardDeviation: exp(-logStandardDeviation))
  }

  /// Makes a distribution with an inverse standard deviation that is known already.
  init(mean: Float, logStandardDeviation: Float, inverseStandardDeviation: Float) {
    self.mean = mean
    self.logStandardDeviation = logStandardDeviation
    self.inverseStandardDeviation = inverseStandardDeviation
  }

  /// `log π(a)`.
  func logProbability(of action: Float) -> Float {
    let score = (action - mean) * inverseStandardDeviation
    return -0.5 * score * score - logStandardDeviation - Self.halfLogTwoPi
  }

  /// Derivatives of `log π(a)` in the mean and in the logarithm of the standard deviation.
  func gradient(at action: Float) -> (mean: Float, logStandardDeviation: Float) {
    let score = (action - mean) * inverseStandardDeviation
    return (mean: score * inverseStandardDeviation, logStandardDeviation: score * score - 1)
  }

  /// Entropy, in nats; its derivative in the logarithm of the standard deviation is 1.
  var entropy: Float { logStandardDeviation + 0.5 + Self.halfLogTwoPi }

  /// Kullback-Leibler divergence from `old` to this one, in nats.
  func divergence(from old: Gaussian) -> Float {
    let ratio = exp(old.logStandardDeviation) * inverseStandardDeviation
    let shift = (old.mean - mean) * inverseStandardDeviation
    return logStandardDeviation - old.logStandardDeviation + 0.5
      * (ratio * ratio + shift * shift - 1)
  }

  private static let halfLogTwoPi = 0.5 * log(2 * Float.pi)
}
