internal import CBLAS
internal import Foundation
internal import Locomotion
internal import ParallelArrays
internal import PolicyNetwork

/// The learned parameters: an actor, its standard deviations, and a critic.
///
/// The actor computes the mean of each continuous action, or the logits of a discrete one; the
/// critic estimates the return. They are two networks, or two heads of one.
final class ActorCritic {
  /// The actor's network; on a shared trunk its last output is the critic's.
  let actor: NetworkShape
  /// The critic's network; `nil` on a shared trunk.
  let critic: NetworkShape?
  /// Width of an observation, privileged numbers included.
  let observationWidth: Int
  /// Outputs of the actor that belong to the policy.
  let actorWidth: Int
  /// Indexes of the logarithms of the standard deviations; empty for discrete actions.
  let logStandardDeviations: Range<Int>
  /// All parameters: the actor's, the logarithms of the standard deviations, the critic's.
  let parameters: SliceBuffer<Float>

  /// Makes orthogonal weights, the customary start of A2C, and biases of 0.
  ///
  /// The gain is √2 in the hidden layers, 0.01 for the actor's outputs and 1 for the value.
  ///
  /// - Parameters:
  ///   - observationWidth: Width of an observation, privileged numbers included.
  ///   - privilegedWidth: Numbers at its end that only a separate critic sees.
  init(
    observationWidth: Int, privilegedWidth: Int = 0, actionSpace: ActionSpace,
    configuration: LearnerConfiguration, seed: UInt64
  ) {
    // One BLAS thread: the slices of a batch already use all processors.
    openblas_set_num_threads(1)
    self.observationWidth = observationWidth
    let policyWidth = observationWidth - privilegedWidth
    let criticWidth = configuration.privilegedCritic ? observationWidth : policyWidth
    let hidden = configuration.hiddenWidths
    let activation = configuration.activation.activation
    let isShared = configuration.trunk == .shared
    let logStandardDeviationCount: Int
    switch actionSpace {
    case .continuous(let width):
      actorWidth = width
      let isFree = configuration.exploration == .free
      logStandardDeviationCount = isFree ? width : width * hidden[hidden.count - 1]
    case .discrete(let count):
      actorWidth = count
      logStandardDeviationCount = 0
    }
    actor = NetworkShape(
      widths: [policyWidth] + hidden + [actorWidth + (isShared ? 1 : 0)], activation: activation,
      start: 0, inputStride: observationWidth)
    logStandardDeviations = actor.end..<(actor.end + logStandardDeviationCount)
    critic =
      isShared
      ? nil
      : NetworkShape(
        widths: [criticWidth] + hidden + [1], activation: activation,
        start: logStandardDeviations.upperBound, inputStride: observationWidth)
    parameters = SliceBuffer(repeating: 0, count: critic?.end ?? logStandardDeviations.upperBound)
    for index in logStandardDeviations { parameters[index] = configuration.logDeviationStart }
    fill(seed: seed)
  }

  /// Parameters of each optimiser: actor with exploration, and critic; one part on a shared trunk.
  var parts: [Range<Int>] {
    guard let critic else { return [0..<parameters.count] }
    return [0..<critic.start, critic.start..<critic.end]
  }

  /// Raises the logarithms of the standard deviations to at least `min`.
  func limitLogStandardDeviations(min: Float) {
    for index in logStandardDeviations { parameters[index] = max(parameters[index], min) }
  }

  /// The actor's parameters alone, in the order of a policy file.
  var actorNumbers: [Float] {
    let last = actor.layerCount - 1
    let inputWidth = actor.widths[last]
    let weights = actor.weights(last)
    let ranges = [
      actor.start..<(weights + actorWidth * inputWidth),
      actor.biases(last)..<(actor.biases(last) + actorWidth),
    ]
    return ranges.flatMap { $0.map { parameters[$0] } }
  }

  private func fill(seed: UInt64) {
    var random = RandomSource(seed: seed, stream: .max)
    let hiddenGain = Float(2).squareRoot()
    for network in [actor, critic].compactMap({ $0 }) {
      for layer in 0..<(network.layerCount - 1) {
        fillOrthogonal(
          network.weights(layer), outputs: network.widths[layer + 1],
          inputs: network.widths[layer], gain: hiddenGain, random: &random)
      }
    }
    let last = actor.layerCount - 1
    let inputs = actor.widths[last]
    fillOrthogonal(
      actor.weights(last), outputs: actorWidth, inputs: inputs, gain: 0.01, random: &random)
    let value = critic?.weights(last) ?? actor.weights(last) + actorWidth * inputs
    fillOrthogonal(value, outputs: 1, inputs: inputs, gain: 1, random: &random)
  }

  /// Fills weights `[outputs, inputs]` with `gain` times orthonormal rows or columns.
  ///
  /// The rows are orthonormal when they are fewer than the columns, otherwise the columns.
  private func fillOrthogonal(
    _ start: Int, outputs: Int, inputs: Int, gain: Float, random: inout RandomSource
  ) {
    let count = min(outputs, inputs)
    let length = max(outputs, inputs)
    var vectors: [[Float]] = []
    while vectors.count < count {
      var vector = (0..<length).map { _ in random.normals().0 }
      // Gram and Schmidt, twice, which is enough in single precision.
      for _ in 0..<2 {
        for other in vectors {
          let overlap = zip(vector, other).reduce(Float(0)) { $0 + $1.0 * $1.1 }
          for index in 0..<length { vector[index] -= overlap * other[index] }
        }
      }
      let norm = vector.reduce(Float(0)) { $0 + $1 * $1 }.squareRoot()
      guard norm > 1e-3 else { continue }
      vectors.append(vector.map { $0 / norm })
    }
    for row in 0..<outputs {
      for column in 0..<inputs {
        let value = outputs <= inputs ? vectors[row][column] : vectors[column][row]
        parameters[start + row * inputs + column] = gain * value
      }
    }
  }
}

/// Working memory for forward and backward passes of up to `rowsMax` samples.
final class ActorCriticWorkspace {
  private let model: ActorCritic
  let actor: NetworkWorkspace
  private let critic: NetworkWorkspace?

  init(model: ActorCritic, rowsMax: Int) {
    self.model = model
    actor = NetworkWorkspace(shape: model.actor, rowsMax: rowsMax)
    critic = model.critic.map { NetworkWorkspace(shape: $0, rowsMax: rowsMax) }
  }

  /// The actor's outputs, a row for each sample, ``outputStride`` apart.
  var outputs: SliceBuffer<Float> { actor.output }
  /// The gradient of the loss in ``outputs``.
  var outputGradients: SliceBuffer<Float> { actor.outputGradient }
  /// Distance from one sample's outputs to the next's.
  var outputStride: Int { model.actor.outputWidth }
  /// Activations of the actor's last hidden layer: shape `[rows, latentWidth]`.
  var latents: SliceBuffer<Float> { actor.latents }
  /// Width of the actor's last hidden layer.
  var latentWidth: Int { model.actor.widths[model.actor.layerCount - 1] }

  /// The critic's estimate for a sample.
  func value(_ row: Int) -> Float {
    critic?.output[row] ?? outputs[row * outputStride + model.actorWidth]
  }

  /// Sets the gradient of the loss in the critic's estimate for a sample.
  func setValueGradient(_ gradient: Float, _ row: Int) {
    if let critic {
      critic.outputGradient[row] = gradient
    } else {
      outputGradients[row * outputStride + model.actorWidth] = gradient
    }
  }

  /// Runs actor and critic on inputs of shape `[rows, observationWidth]`.
  func forward(_ input: UnsafePointer<Float>, rows: Int) {
    unsafe forwardActor(input, rows: rows)
    unsafe critic?.forward(UnsafePointer(model.parameters.base), input, rows: rows)
  }

  /// Runs the actor's network.
  func forwardActor(_ input: UnsafePointer<Float>, rows: Int) {
    unsafe actor.forward(UnsafePointer(model.parameters.base), input, rows: rows)
  }

  /// Runs the network that ``value(_:)`` reads.
  func forwardCritic(_ input: UnsafePointer<Float>, rows: Int) {
    unsafe (critic ?? actor).forward(UnsafePointer(model.parameters.base), input, rows: rows)
  }

  /// Adds the gradient of the loss in the parameters, after ``forward(_:rows:)`` on the inputs.
  func backward(_ input: UnsafePointer<Float>, rows: Int, into gradient: SliceBuffer<Float>) {
    let parameters = unsafe UnsafePointer(model.parameters.base)
    unsafe actor.backward(parameters, input, rows: rows, into: gradient.base)
    unsafe critic?.backward(parameters, input, rows: rows, into: gradient.base)
  }

  /// Adds the critic's part alone, after ``forwardCritic(_:rows:)`` on the same inputs.
  func backwardCritic(_ input: UnsafePointer<Float>, rows: Int, into gradient: SliceBuffer<Float>) {
    let parameters = unsafe UnsafePointer(model.parameters.base)
    unsafe critic?.backward(parameters, input, rows: rows, into: gradient.base)
  }
}

extension HiddenActivation {
  /// The activation function of that name.
  var activation: Activation {
    switch self {
    case .tanh: .tanh
    case .elu: .elu
    case .relu: .relu
    }
  }
}
