/// The learning rate over a training.
final class LearningRate {
  private let configuration: LearnerConfiguration
  /// Where the steering has brought the rate.
  var steered: Float

  init(_ configuration: LearnerConfiguration) {
    self.configuration = configuration
    steered = configuration.learningRate
  }

  /// The rate of the next update.
  ///
  /// - Parameter progress: Share of the training that is done, from 0 to 1.
  func value(progress: Float) -> Float {
    switch configuration.learningRateSchedule {
    case .constant: configuration.learningRate
    case .linear: configuration.learningRate * (1 - progress)
    case .kl: steered
    }
  }

  /// The critic's rate in the next update, where it has a network of its own.
  func criticValue(progress: Float) -> Float {
    guard configuration.criticLearningRate > 0 else { return value(progress: progress) }
    let isConstant = configuration.learningRateSchedule == .constant
    return configuration.criticLearningRate * (isConstant ? 1 : 1 - progress)
  }

  /// Divergence that an update is to make, in nats.
  func klTarget(progress: Float) -> Float {
    configuration.klTarget * (1 - progress * (1 - configuration.klFinalShare))
  }

  /// Takes in how far an update moved the policy, in nats: far more or less than wanted moves the
  /// rate.
  func steer(kl: Float, progress: Float) {
    let target = klTarget(progress: progress)
    if kl > 2 * target {
      steered = max(configuration.learningRateMin, steered / 1.5)
    } else if kl < target / 2 {
      steered = min(configuration.learningRateMax, steered * 1.5)
    }
  }
}
