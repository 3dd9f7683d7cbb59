internal import CBLAS
internal import Foundation
internal import Locomotion
internal import ParallelArrays
internal import PolicyNetwork

/// The learned numbers: an actor, what its exploration learns, and a critic.
///
/// The actor gives the mean of each action, or the logits of a choice; the critic estimates the
/// return. They are two networks, or two heads of one.
final class ActorCritic {
  /// The actor's network; on a shared trunk its last output is the critic's.
  let actor: NetworkShape
  /// The critic's network; `nil` on a shared trunk.
  let critic: NetworkShape?
  /// Numbers in a row of observations.
  let observationWidth: Int
  /// Outputs of the actor that are the policy's.
  let actorWidth: Int
  /// Where the logarithms of the deviations stand; empty for a choice.
  let logDeviations: Range<Int>
  /// All numbers: the actor's, the logarithms of the deviations, the critic's.
  let parameters: SliceBuffer<Float>

  /// Orthogonal weights, as A2C is usually begun: gain √2 in the hidden layers, 0.01 for the
  /// actor's outputs, 1 for the value; biases 0.
  ///
  /// - Parameters:
  ///   - observationWidth: Numbers in a row of observations.
  ///   - privilegedWidth: Those at its end that a critic with a network of its own alone sees.
  init(
    observationWidth: Int, privilegedWidth: Int = 0, actionSpace: ActionSpace,
    configuration: LearnerConfiguration, seed: UInt64
  ) {
    // One BLAS thread: the slices of a batch are what is spread over the processors.
    openblas_set_num_threads(1)
    self.observationWidth = observationWidth
    let policyWidth = observationWidth - privilegedWidth
    let criticWidth = configuration.privilegedCritic ? observationWidth : policyWidth
    let hidden = configuration.hiddenWidths
    let activation = configuration.activation.activation
    let isShared = configuration.trunk == .shared
    let logDeviationCount: Int
    switch actionSpace {
    case .continuous(let width):
      actorWidth = width
      let isFree = configuration.exploration == .free
      logDeviationCount = isFree ? width : width * hidden[hidden.count - 1]
    case .discrete(let count):
      actorWidth = count
      logDeviationCount = 0
    }
    actor = NetworkShape(
      widths: [policyWidth] + hidden + [actorWidth + (isShared ? 1 : 0)], activation: activation,
      start: 0, inputStride: observationWidth)
    logDeviations = actor.end..<(actor.end + logDeviationCount)
    critic =
      isShared
      ? nil
      : NetworkShape(
        widths: [criticWidth] + hidden + [1], activation: activation,
        start: logDeviations.upperBound, inputStride: observationWidth)
    parameters = SliceBuffer(repeating: 0, count: critic?.end ?? logDeviations.upperBound)
    for index in logDeviations { parameters[index] = configuration.logDeviationStart }
    fill(seed: seed)
  }

  /// What learns by itself: the actor with its exploration, and the critic; one on a shared trunk.
  var parts: [Range<Int>] {
    guard let critic else { return [0..<parameters.count] }
    return [0..<critic.start, critic.start..<critic.end]
  }

  /// The actor's numbers alone, in the order of a policy file.
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

  /// Fills weights `[outputs, inputs]` with orthonormal rows or columns, whichever are fewer, times
  /// `gain`.
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

/// Working memory for passing up to `rowsMax` samples through actor and critic, forward and back.
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
  /// From one sample's outputs to the next's.
  var outputStride: Int { model.actor.outputWidth }
  /// What the actor's last layer is made from: shape `[rows, latentWidth]`.
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

  /// Passes inputs of shape `[rows, observationWidth]` through both.
  func forward(_ input: UnsafePointer<Float>, rows: Int) {
    unsafe forwardActor(input, rows: rows)
    unsafe critic?.forward(UnsafePointer(model.parameters.base), input, rows: rows)
  }

  /// Passes inputs through what the actor's outputs need.
  func forwardActor(_ input: UnsafePointer<Float>, rows: Int) {
    unsafe actor.forward(UnsafePointer(model.parameters.base), input, rows: rows)
  }

  /// Passes inputs through what ``value(_:)`` needs.
  func forwardCritic(_ input: UnsafePointer<Float>, rows: Int) {
    unsafe (critic ?? actor).forward(UnsafePointer(model.parameters.base), input, rows: rows)
  }

  /// Adds the gradient of the loss in the parameters, for the inputs of the last ``forward(_:rows:)``.
  func backward(_ input: UnsafePointer<Float>, rows: Int, into gradient: SliceBuffer<Float>) {
    let parameters = unsafe UnsafePointer(model.parameters.base)
    unsafe actor.backward(parameters, input, rows: rows, into: gradient.base)
    unsafe critic?.backward(parameters, input, rows: rows, into: gradient.base)
  }

  /// Adds the critic's part of it alone, for the inputs of the last ``forwardCritic(_:rows:)``.
  func backwardCritic(_ input: UnsafePointer<Float>, rows: Int, into gradient: SliceBuffer<Float>) {
    let parameters = unsafe UnsafePointer(model.parameters.base)
    unsafe critic?.backward(parameters, input, rows: rows, into: gradient.base)
  }
}

extension HiddenActivation {
  /// The layer function of that name.
  var activation: Activation {
    switch self {
    case .tanh: .tanh
    case .elu: .elu
    case .relu: .relu
    }
  }
}
