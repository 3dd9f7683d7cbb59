internal import ParallelArrays

/// Steps along the natural gradient, held to a divergence.
///
/// The step is η F⁻¹ g with η = rate · √(2 δ / gᵀ F⁻¹ g), where δ is the divergence that it is to
/// make: Wu et al. 2017, arXiv 1708.05144, who bound η instead. Here g is the running mean of the
/// gradients: their momentum on the steps would shorten most of them far below δ, since what is left
/// of noise after averaging is small. The rate is 1 where F is right; steering makes it less where
/// it is not.
final class NaturalGradient: Optimiser {
  let factors: KroneckerFactors
  /// Divergence that the next step is to make, in nats; see
  /// ``LearnerConfiguration/klTarget``.
  var kl: Float = 0

  private let logDeviations: Range<Int>
  private let damping: Float
  private let momentum: Float
  private var mean: SliceBuffer<Float>
  private let natural: SliceBuffer<Float>

  /// For the actor of `model`, which comes first among its parameters.
  init(model: ActorCritic, configuration: LearnerConfiguration) {
    factors = KroneckerFactors(shape: model.actor, damping: configuration.damping)
    logDeviations = model.logDeviations
    damping = configuration.damping
    momentum = configuration.momentum
    mean = SliceBuffer(repeating: 0, count: model.logDeviations.upperBound)
    natural = SliceBuffer(repeating: 0, count: model.logDeviations.upperBound)
  }

  var memory: [[Float]] {
    get { [mean.elements] + factors.memory }
    set {
      mean = SliceBuffer(newValue[0])
      factors.memory = Array(newValue.dropFirst())
    }
  }

  /// The first number after the mean counts updates.
  func canTake(_ memory: [[Float]]) -> Bool { (0...1e9).contains(memory[1][0]) }

  /// The divergence bounds the step; `factor`, which bounds plain gradients, is of no use here.
  func step(
    _ parameters: SliceBuffer<Float>, gradient: SliceBuffer<Float>, factor: Float,
    learningRate: Float
  ) {
    for index in 0..<natural.count {
      mean[index] += (1 - momentum) * (gradient[index] - mean[index])
      natural[index] = mean[index]
    }
    factors.precondition(natural)
    // The Fisher information of the logarithm of a deviation is 2.
    for index in logDeviations { natural[index] /= 2 + damping }
    var product: Float = 0
    for index in 0..<natural.count { product += mean[index] * natural[index] }
    let rate = learningRate * (2 * kl / max(product, 1e-12)).squareRoot()
    for index in 0..<natural.count { parameters[index] -= rate * natural[index] }
  }
}
