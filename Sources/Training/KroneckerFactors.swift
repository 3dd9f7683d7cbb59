internal import CBLAS
internal import Foundation
internal import ParallelArrays

/// The Fisher information of a network, layer by layer, as products of two small matrices (K-FAC).
///
/// Martens and Grosse 2015, arXiv 1503.05671; for actor-critics Wu et al. 2017, arXiv 1708.05144.
/// A layer's block is A ⊗ G: A is the second moment of the layer's inputs, with a one for the bias,
/// and G that of the gradients in its sums, for actions drawn from the policy itself. The inverses
/// of both turn a gradient into the natural gradient: the direction of least change of the policy
/// for the same gain.
final class KroneckerFactors {
  /// Share of the running means that an update keeps.
  private static let decay: Float = 0.99
  /// Updates between two inversions, after the first few.
  private static let inversionInterval = 10

  /// Updates so far.
  private(set) var updateCount = 0
  private let layers: [Layer]
  private let damping: Float

  /// Running means and inverses of one layer.
  private final class Layer {
    let weights: Int
    let biases: Int
    let inputs: FactorMatrix
    let outputs: FactorMatrix
    /// Gradient in weights and biases, `[output, input + 1]`, and memory for a product.
    let gradient: SliceBuffer<Float>
    let product: SliceBuffer<Float>

    init(_ shape: NetworkShape, _ layer: Int) {
      weights = shape.weights(layer)
      biases = shape.biases(layer)
      inputs = FactorMatrix(size: shape.widths[layer] + 1)
      outputs = FactorMatrix(size: shape.widths[layer + 1])
      gradient = SliceBuffer(repeating: 0, count: inputs.size * outputs.size)
      product = SliceBuffer(repeating: 0, count: inputs.size * outputs.size)
    }
  }

  init(shape: NetworkShape, damping: Float) {
    layers = (0..<shape.layerCount).map { Layer(shape, $0) }
    self.damping = damping
  }

  /// Its whole state, from which it continues bit for bit.
  var memory: [[Float]] {
    get {
      [[Float(updateCount)]]
        + layers.flatMap { [$0.inputs, $0.outputs] }.flatMap {
          [$0.mean.elements, $0.inverse.elements]
        }
    }
    set {
      updateCount = Int(newValue[0][0])
      for (index, matrix) in layers.flatMap({ [$0.inputs, $0.outputs] }).enumerated() {
        matrix.mean = SliceBuffer(newValue[1 + 2 * index])
        matrix.inverse = SliceBuffer(newValue[2 + 2 * index])
      }
    }
  }

  /// Moves one update's sums into the running means, and inverts these now and then.
  func take(_ sums: [FactorSums]) {
    let rowCount = sums.reduce(0) { $0 + $1.rowCount }
    guard rowCount > 0 else { return }
    let keep = min(Self.decay, 1 - 1 / Float(updateCount + 1))
    for (index, layer) in layers.enumerated() {
      layer.inputs.add(sums.map { $0.inputs[index] }, keep: keep, rowCount: rowCount)
      layer.outputs.add(sums.map { $0.outputs[index] }, keep: keep, rowCount: rowCount)
    }
    if updateCount < Self.inversionInterval || updateCount % Self.inversionInterval == 0 {
      for layer in layers { invert(layer) }
    }
    updateCount += 1
    for part in sums { part.rowCount = 0 }
  }

  /// Replaces the network's part of a gradient by the natural gradient.
  func precondition(_ gradient: SliceBuffer<Float>) {
    for layer in layers {
      let width = layer.inputs.size - 1
      for row in 0..<layer.outputs.size {
        for column in 0..<width {
          layer.gradient[row * (width + 1) + column] =
            gradient[layer.weights + row * width + column]
        }
        layer.gradient[row * (width + 1) + width] = gradient[layer.biases + row]
      }
      let outputs = Int32(layer.outputs.size)
      let inputs = Int32(layer.inputs.size)
      unsafe cblas_sgemm(
        CblasRowMajor, CblasNoTrans, CblasNoTrans, outputs, inputs, outputs, 1,
        layer.outputs.inverse.base, outputs, layer.gradient.base, inputs, 0, layer.product.base,
        inputs)
      unsafe cblas_sgemm(
        CblasRowMajor, CblasNoTrans, CblasNoTrans, outputs, inputs, inputs, 1,
        layer.product.base, inputs, layer.inputs.inverse.base, inputs, 0, layer.gradient.base,
        inputs)
      for row in 0..<layer.outputs.size {
        for column in 0..<width {
          gradient[layer.weights + row * width + column] =
            layer.gradient[row * (width + 1) + column]
        }
        gradient[layer.biases + row] = layer.gradient[row * (width + 1) + width]
      }
    }
  }

  /// Inverts both matrices of a layer; each has a share of the damping by its size.
  private func invert(_ layer: Layer) {
    let balance =
      (max(layer.inputs.meanDiagonal, 1e-8) / max(layer.outputs.meanDiagonal, 1e-8)).squareRoot()
    layer.inputs.invert(damping: damping.squareRoot() * balance)
    layer.outputs.invert(damping: damping.squareRoot() / balance)
  }
}

/// Running mean of a symmetric matrix, and its damped inverse.
final class FactorMatrix {
  let size: Int
  var mean: SliceBuffer<Float>
  var inverse: SliceBuffer<Float>

  init(size: Int) {
    self.size = size
    mean = SliceBuffer(repeating: 0, count: size * size)
    inverse = SliceBuffer(repeating: 0, count: size * size)
  }

  var meanDiagonal: Float {
    (0..<size).reduce(Float(0)) { $0 + mean[$1 * size + $1] } / Float(size)
  }

  /// Adds sums over `rowCount` samples to the running mean, in order.
  func add(_ sums: [SliceBuffer<Float>], keep: Float, rowCount: Int) {
    let scale = (1 - keep) / Float(rowCount)
    for index in 0..<mean.count { mean[index] *= keep }
    for part in sums {
      for index in 0..<mean.count { mean[index] += scale * part[index] }
    }
  }

  /// Inverts the mean plus `damping` on its diagonal.
  func invert(damping: Float) {
    for index in 0..<mean.count { inverse[index] = mean[index] }
    for index in 0..<size { inverse[index * size + index] += damping }
    var count = Int32(size)
    var info: Int32 = 0
    unsafe spotrf_("L", &count, inverse.base, &count, &info)
    if info == 0 { unsafe spotri_("L", &count, inverse.base, &count, &info) }
    guard info == 0 else {
      // Rounding has made it indefinite: the inverse of its diagonal serves.
      for index in 0..<mean.count { inverse[index] = 0 }
      for index in 0..<size {
        inverse[index * size + index] = 1 / (mean[index * size + index] + damping)
      }
      return
    }
    // LAPACK fills the lower triangle by columns: the upper one by rows.
    for row in 0..<size {
      for column in 0..<row { inverse[row * size + column] = inverse[column * size + row] }
    }
  }
}

/// Sums of outer products over one slice's samples, for ``KroneckerFactors``.
final class FactorSums {
  let inputs: [SliceBuffer<Float>]
  let outputs: [SliceBuffer<Float>]
  /// Samples in the sums; 0 once they are taken.
  var rowCount = 0
  private let extended: [SliceBuffer<Float>]
  private let shape: NetworkShape

  init(shape: NetworkShape, rowsMax: Int) {
    self.shape = shape
    inputs = shape.widths.dropLast().map { SliceBuffer(repeating: 0, count: ($0 + 1) * ($0 + 1)) }
    outputs = shape.widths.dropFirst().map { SliceBuffer(repeating: 0, count: $0 * $0) }
    extended = shape.widths.dropLast().map { SliceBuffer(repeating: 1, count: rowsMax * ($0 + 1)) }
  }

  /// Adds up the rows of a workspace after ``PolicyHead/drawScores(_:_:rows:random:)``.
  func compute(_ workspace: NetworkWorkspace, _ input: UnsafePointer<Float>, rows: Int) {
    rowCount = rows
    for layer in 0..<shape.layerCount {
      let width = shape.widths[layer]
      let fed = unsafe workspace.input(ofLayer: layer, input)
      let stride = workspace.stride(ofLayer: layer)
      for row in 0..<rows {
        for column in 0..<width {
          extended[layer][row * (width + 1) + column] = unsafe fed[row * stride + column]
        }
      }
      outerProducts(extended[layer], width + 1, rows, into: inputs[layer])
      outerProducts(
        workspace.sumGradient(ofLayer: layer), shape.widths[layer + 1], rows,
        into: outputs[layer])
    }
  }

  private func outerProducts(
    _ vectors: SliceBuffer<Float>, _ width: Int, _ rows: Int, into sums: SliceBuffer<Float>
  ) {
    unsafe cblas_sgemm(
      CblasRowMajor, CblasTrans, CblasNoTrans, Int32(width), Int32(width), Int32(rows), 1,
      vectors.base, Int32(width), vectors.base, Int32(width), 0, sums.base, Int32(width))
  }
}
