internal import Foundation

/// Distribution over a few discrete actions, given by logits: log-probabilities up to a constant.
enum Categorical {
  /// Turns logits into log-probabilities.
  static func normalise(_ logits: inout [Float]) {
    let largest = logits.max() ?? 0
    let total = logits.reduce(Float(0)) { $0 + exp($1 - largest) }
    let constant = log(total)
    // One after the other: the sum of both would be rounded to the largest logit's last bit.
    for index in logits.indices { logits[index] = logits[index] - largest - constant }
  }

  /// The action that a uniform number in `0..<1` draws.
  static func draw(_ logProbabilities: [Float], _ uniform: Float) -> Int {
    var left = uniform
    for index in 0..<(logProbabilities.count - 1) {
      left -= exp(logProbabilities[index])
      if left < 0 { return index }
    }
    return logProbabilities.count - 1
  }

  /// Entropy, in nats.
  static func entropy(_ logProbabilities: [Float]) -> Float {
    logProbabilities.reduce(0) { $0 - exp($1) * $1 }
  }

  /// Derivative of `log π(choice)` in a logit.
  static func gradient(_ logProbabilities: [Float], choice: Int, in logit: Int) -> Float {
    (logit == choice ? 1 : 0) - exp(logProbabilities[logit])
  }

  /// Derivative of the entropy in a logit.
  static func entropyGradient(_ logProbabilities: [Float], entropy: Float, in logit: Int) -> Float {
    -exp(logProbabilities[logit]) * (logProbabilities[logit] + entropy)
  }

  /// Kullback-Leibler divergence from `old` to `new`, in nats.
  static func divergence(old: [Float], new: [Float]) -> Float {
    zip(old, new).reduce(0) { $0 + exp($1.0) * ($1.0 - $1.1) }
  }
}
