internal import Locomotion

/// Steps along the natural gradient, held to a divergence.
///
/// With the divergence δ a step is η = min(rate, √(2 δ / gᵀ F⁻¹ g)) long, with momentum: Wu et al.
/// 2017, arXiv 1708.05144.
final class NaturalGradient: Optimiser {
  let factors: KroneckerFactors
  /// Divergence that the next step is to make at most, in nats; see
  /// ``LearnerConfiguration/divergenceTarget``.
  var divergenceMax: Float = 0

  private let logDeviations: Range<Int>
  private let damping: Float
  private let momentum: Float
  private var velocity: SliceBuffer<Float>
  private let natural: SliceBuffer<Float>

  /// For the actor of `model`, which comes first among its parameters.
  init(model: ActorCritic, configuration: LearnerConfiguration) {
    factors = KroneckerFactors(shape: model.actor, damping: configuration.damping)
    logDeviations = model.logDeviations
    damping = configuration.damping
    momentum = configuration.momentum
    velocity = SliceBuffer(repeating: 0, count: model.logDeviations.upperBound)
    natural = SliceBuffer(repeating: 0, count: model.logDeviations.upperBound)
  }

  var memory: [[Float]] {
    get { [velocity.elements] + factors.memory }
    set {
      velocity = SliceBuffer(newValue[0])
      factors.memory = Array(newValue.dropFirst())
    }
  }

  /// The divergence bounds the step; `factor`, which bounds plain gradients, is of no use here.
  func step(
    _ parameters: SliceBuffer<Float>, gradient: SliceBuffer<Float>, factor: Float,
    learningRate: Float
  ) {
    for index in 0..<natural.count { natural[index] = gradient[index] }
    factors.precondition(natural)
    // The Fisher information of the logarithm of a deviation is 2.
    for index in logDeviations { natural[index] /= 2 + damping }
    var product: Float = 0
    for index in 0..<natural.count { product += gradient[index] * natural[index] }
    let rate = min(learningRate, (2 * divergenceMax / max(product, 1e-12)).squareRoot())
    for index in 0..<natural.count {
      velocity[index] = momentum * velocity[index] + (1 - momentum) * rate * natural[index]
      parameters[index] -= velocity[index]
    }
  }
}
