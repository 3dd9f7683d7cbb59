/// Learning rates over a training, by the schedule of the settings.
final class LearningRate {
  private let configuration: LearnerConfiguration
  /// The rate as steered so far.
  var steered: Float

  init(_ configuration: LearnerConfiguration) {
    self.configuration = configuration
    steered = configuration.learningRate
  }

  /// The actor's rate in the next update.
  ///
  /// - Parameter progress: Share of the training that is done, from 0 to 1.
  func value(progress: Float) -> Float {
    switch configuration.learningRateSchedule {
    case .constant: configuration.learningRate
    case .linear: configuration.learningRate * (1 - progress)
    case .kl: steered
    }
  }

  /// The rate of a separate critic in the next update.
  func criticValue(progress: Float) -> Float {
    guard configuration.criticLearningRate > 0 else { return value(progress: progress) }
    let isConstant = configuration.learningRateSchedule == .constant
    return configuration.criticLearningRate * (isConstant ? 1 : 1 - progress)
  }

  /// Target of the KL divergence of an update, in nats.
  func klTarget(progress: Float) -> Float {
    configuration.klTarget * (1 - progress * (1 - configuration.klFinalShare))
  }

  /// Lowers the rate after an update with twice the KL target, and raises it after one with half.
  ///
  /// - Parameter kl: KL divergence of the update, in nats.
  func steer(kl: Float, progress: Float) {
    let target = klTarget(progress: progress)
    if kl > 2 * target {
      steered = max(configuration.learningRateMin, steered / 1.5)
    } else if kl < target / 2 {
      steered = min(configuration.learningRateMax, steered * 1.5)
    }
  }
}
