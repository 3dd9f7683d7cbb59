internal import ParallelArrays

/// Steps the actor along its natural gradient; a KL divergence sets the length of each step.
///
/// The step is η F⁻¹ g with η = rate · √(2 δ / gᵀ F⁻¹ g), where F is the Fisher information
/// (``KroneckerFactors``) and δ the divergence that the step is to make. Wu et al. 2017, arXiv
/// 1708.05144, bound η instead. Here g is the running mean of the gradients: momentum on the steps
/// would shorten most of them far below δ, since little of the noise is left after averaging. At
/// rate 1 the step has length δ where F is exact; the schedule lowers the rate where it is not.
final class NaturalGradient: Optimiser {
  let factors: KroneckerFactors

  private let model: ActorCritic
  private let head: any PolicyHead
  private let damping: Float
  private let momentum: Float
  private let seed: UInt64
  /// Sums of each gradient slice for the factors.
  private let sums: [FactorSums]
  private var mean: SliceBuffer<Float>
  private let natural: SliceBuffer<Float>

  /// For the actor of `model`, which comes first among its parameters.
  init(
    model: ActorCritic, head: any PolicyHead, configuration: LearnerConfiguration,
    sliceCount: Int, rowsMax: Int, seed: UInt64
  ) {
    self.model = model
    self.head = head
    self.seed = seed
    damping = configuration.damping
    momentum = configuration.momentum
    factors = KroneckerFactors(shape: model.actor, damping: damping)
    sums = (0..<sliceCount).map { _ in FactorSums(shape: model.actor, rowsMax: rowsMax) }
    mean = SliceBuffer(repeating: 0, count: model.logStandardDeviations.upperBound)
    natural = SliceBuffer(repeating: 0, count: model.logStandardDeviations.upperBound)
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

  /// Adds up the slice's outer products, for new actions drawn from the policy.
  func gatherCurvature(_ slice: GradientSlice, _ input: UnsafePointer<Float>, places: Range<Int>) {
    var random = RandomSource(
      seed: seed &+ UInt64(factors.updateCount), stream: UInt64(places.lowerBound))
    let rows = places.count
    head.drawScores(slice.networks, slice.head, rows: rows, random: &random)
    unsafe slice.networks.actor.propagate(UnsafePointer(model.parameters.base), rows: rows)
    unsafe sums[slice.index].compute(slice.networks.actor, input, rows: rows)
  }

  /// The divergence bounds the step; the scale, which bounds plain gradients, is not used.
  func step(_ parameters: SliceBuffer<Float>, gradient: SliceBuffer<Float>, _ size: StepSize) {
    factors.take(sums)
    for index in 0..<natural.count {
      mean[index] += (1 - momentum) * (gradient[index] - mean[index])
      natural[index] = mean[index]
    }
    factors.precondition(natural)
    // The Fisher information of the logarithm of a standard deviation is 2.
    for index in model.logStandardDeviations { natural[index] /= 2 + damping }
    var product: Float = 0
    for index in 0..<natural.count { product += mean[index] * natural[index] }
    let rate = size.learningRate * (2 * size.klTarget / max(product, 1e-12)).squareRoot()
    for index in 0..<natural.count { parameters[index] -= rate * natural[index] }
  }
}
