internal import Foundation

/// A normal distribution of one number: of one action, where a policy draws several independently.
struct Gaussian {
  let mean: Float
  /// Natural logarithm of the deviation.
  let logDeviation: Float
  /// One over the deviation.
  let inverseDeviation: Float

  init(mean: Float, logDeviation: Float) {
    self.init(mean: mean, logDeviation: logDeviation, inverseDeviation: exp(-logDeviation))
  }

  /// Takes the inverse of the deviation from one who has it already.
  init(mean: Float, logDeviation: Float, inverseDeviation: Float) {
    self.mean = mean
    self.logDeviation = logDeviation
    self.inverseDeviation = inverseDeviation
  }

  /// `log π(a)`.
  func logProbability(of action: Float) -> Float {
    let score = (action - mean) * inverseDeviation
    return -0.5 * score * score - logDeviation - Self.halfLogTwoPi
  }

  /// Derivatives of `log π(a)` in the mean and in the logarithm of the deviation.
  func gradient(at action: Float) -> (mean: Float, logDeviation: Float) {
    let score = (action - mean) * inverseDeviation
    return (mean: score * inverseDeviation, logDeviation: score * score - 1)
  }

  /// Entropy, in nats; its derivative in the logarithm of the deviation is 1.
  var entropy: Float { logDeviation + 0.5 + Self.halfLogTwoPi }

  /// Kullback-Leibler divergence from `old` to this one, in nats.
  func divergence(from old: Gaussian) -> Float {
    let ratio = exp(old.logDeviation) * inverseDeviation
    let shift = (old.mean - mean) * inverseDeviation
    return logDeviation - old.logDeviation + 0.5 * (ratio * ratio + shift * shift - 1)
  }

  private static let halfLogTwoPi = 0.5 * log(2 * Float.pi)
}
