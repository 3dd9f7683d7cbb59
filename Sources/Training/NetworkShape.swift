internal import CBLAS
internal import ParallelArrays
internal import PolicyNetwork

/// Shapes of a fully connected network, and the places of its parameters.
///
/// Each layer has weights `[output, input]`, then biases `[output]`: the order of a policy file.
/// The last layer has no activation function.
struct NetworkShape: Equatable, Sendable {
  /// Widths of the input and of each layer's output.
  let widths: [Int]
  /// Activation function of the hidden layers.
  let activation: Activation
  /// Index of the network's first parameter.
  let start: Int
  /// Distance between rows of inputs, which may be longer than the part that the network sees.
  let inputStride: Int

  /// - Parameter inputStride: `nil` when rows hold only the inputs.
  init(widths: [Int], activation: Activation, start: Int, inputStride: Int? = nil) {
    self.widths = widths
    self.activation = activation
    self.start = start
    self.inputStride = inputStride ?? widths[0]
  }

  var layerCount: Int { widths.count - 1 }
  var inputWidth: Int { widths[0] }
  var outputWidth: Int { widths[layerCount] }

  /// Index of a layer's first weight.
  func weights(_ layer: Int) -> Int {
    (0..<layer).reduce(start) { $0 + widths[$1] * widths[$1 + 1] + widths[$1 + 1] }
  }

  /// Index of a layer's first bias.
  func biases(_ layer: Int) -> Int { weights(layer) + widths[layer] * widths[layer + 1] }

  /// Index behind the network's last parameter.
  var end: Int { weights(layerCount) }
}

/// Working memory for forward and backward passes of up to `rowsMax` samples through a network.
final class NetworkWorkspace {
  let shape: NetworkShape
  private let outputs: [SliceBuffer<Float>]
  private let gradients: [SliceBuffer<Float>]

  init(shape: NetworkShape, rowsMax: Int) {
    self.shape = shape
    outputs = shape.widths.dropFirst().map { SliceBuffer(repeating: 0, count: rowsMax * $0) }
    gradients = shape.widths.dropFirst().map { SliceBuffer(repeating: 0, count: rowsMax * $0) }
  }

  /// Outputs of the last ``forward(_:_:rows:)``: shape `[rows, outputWidth]`.
  var output: SliceBuffer<Float> { outputs[shape.layerCount - 1] }

  /// Inputs of the last layer: shape `[rows, width]`.
  var latents: SliceBuffer<Float> { outputs[shape.layerCount - 2] }

  /// Gradient of the loss in ``output``; callers fill it in before ``backward(_:_:rows:into:)``.
  var outputGradient: SliceBuffer<Float> { gradients[shape.layerCount - 1] }

  /// Runs the network on `rows` inputs: the first `inputWidth` of each `inputStride` numbers.
  func forward(
    _ parameters: UnsafePointer<Float>, _ input: UnsafePointer<Float>, rows: Int
  ) {
    var input = unsafe input
    for layer in 0..<shape.layerCount {
      let inputWidth = shape.widths[layer]
      let outputWidth = shape.widths[layer + 1]
      let output = unsafe outputs[layer].base
      let biases = unsafe parameters + shape.biases(layer)
      for row in 0..<rows {
        unsafe (output + row * outputWidth).update(from: biases, count: outputWidth)
      }
      unsafe cblas_sgemm(
        CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows), Int32(outputWidth),
        Int32(inputWidth), 1, input, Int32(stride(ofLayer: layer)),
        parameters + shape.weights(layer),
        Int32(inputWidth), 1, output, Int32(outputWidth))
      if layer < shape.layerCount - 1 {
        unsafe shape.activation.apply(
          to: UnsafeMutableBufferPointer(start: output, count: rows * outputWidth))
      }
      unsafe input = UnsafePointer(output)
    }
  }

  /// Inputs of a layer in the last forward pass.
  func input(ofLayer layer: Int, _ input: UnsafePointer<Float>) -> UnsafePointer<Float> {
    unsafe layer == 0 ? input : UnsafePointer(outputs[layer - 1].base)
  }

  /// Distance between rows of a layer's inputs.
  func stride(ofLayer layer: Int) -> Int { layer == 0 ? shape.inputStride : shape.widths[layer] }

  /// Gradient in a layer's sums before activation, of the last backward pass.
  func sumGradient(ofLayer layer: Int) -> SliceBuffer<Float> { gradients[layer] }

  /// Propagates ``outputGradient`` back to the sums of every layer, without parameter gradients.
  func propagate(_ parameters: UnsafePointer<Float>, rows: Int) {
    for layer in (1..<shape.layerCount).reversed() {
      unsafe propagate(parameters, layer: layer, rows: rows)
    }
  }

  /// Propagates the gradient in a layer's sums to the layer before it.
  private func propagate(_ parameters: UnsafePointer<Float>, layer: Int, rows: Int) {
    let inputWidth = shape.widths[layer]
    let outputWidth = shape.widths[layer + 1]
    let below = unsafe gradients[layer - 1].base
    let values = unsafe outputs[layer - 1].base
    unsafe cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(rows), Int32(inputWidth),
      Int32(outputWidth), 1, gradients[layer].base, Int32(outputWidth),
      parameters + shape.weights(layer), Int32(inputWidth), 0, below, Int32(inputWidth))
    for index in 0..<(rows * inputWidth) {
      unsafe below[index] *= shape.activation.derivative(at: values[index])
    }
  }

  /// Adds the gradient of the loss in the parameters, after a forward pass on the same inputs.
  ///
  /// - Parameter gradient: Of all parameters; only the network's own part changes.
  func backward(
    _ parameters: UnsafePointer<Float>, _ input: UnsafePointer<Float>, rows: Int,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    for layer in (0..<shape.layerCount).reversed() {
      let inputWidth = shape.widths[layer]
      let outputWidth = shape.widths[layer + 1]
      let above = unsafe gradients[layer].base
      let layerInput = unsafe self.input(ofLayer: layer, input)
      unsafe cblas_sgemm(
        CblasRowMajor, CblasTrans, CblasNoTrans, Int32(outputWidth), Int32(inputWidth),
        Int32(rows), 1, above, Int32(outputWidth), layerInput, Int32(stride(ofLayer: layer)), 1,
        gradient + shape.weights(layer), Int32(inputWidth))
      let biases = unsafe gradient + shape.biases(layer)
      for row in 0..<rows {
        for column in 0..<outputWidth {
          unsafe biases[column] += above[row * outputWidth + column]
        }
      }
      if layer > 0 { unsafe propagate(parameters, layer: layer, rows: rows) }
    }
  }
}
