internal import ParallelArrays

/// Turns gradients into steps of the parameters, or of a part of them that follow one another.
protocol Optimiser: AnyObject {
  /// Takes one step down the gradient, which is multiplied by `factor` first.
  func step(
    _ parameters: SliceBuffer<Float>, gradient: SliceBuffer<Float>, factor: Float,
    learningRate: Float)

  /// Everything it remembers, to be continued from bit for bit.
  var memory: [[Float]] { get set }

  /// Whether the numbers of a memory make sense; its sizes are those of ``memory``.
  func canTake(_ memory: [[Float]]) -> Bool
}

extension Optimiser {
  /// All do, where none of them counts.
  func canTake(_ memory: [[Float]]) -> Bool { true }
}

/// Adam (Kingma and Ba 2014, arXiv 1412.6980).
final class Adam: Optimiser {
  private static let meanDecay: Float = 0.9
  private static let squareDecay: Float = 0.999
  private static let epsilon: Float = 1e-5

  /// Decaying means of the gradient and of its square.
  private var means: SliceBuffer<Float>
  private var squares: SliceBuffer<Float>
  /// β₁ᵗ and β₂ᵗ after t steps: by how much the means are still too small.
  private var meanBias: Float = 1
  private var squareBias: Float = 1
  private let start: Int

  init(start: Int = 0, parameterCount: Int) {
    self.start = start
    means = SliceBuffer(repeating: 0, count: parameterCount)
    squares = SliceBuffer(repeating: 0, count: parameterCount)
  }

  var memory: [[Float]] {
    get { [means.elements, squares.elements, [meanBias, squareBias]] }
    set {
      means = SliceBuffer(newValue[0])
      squares = SliceBuffer(newValue[1])
      meanBias = newValue[2][0]
      squareBias = newValue[2][1]
    }
  }

  func step(
    _ parameters: SliceBuffer<Float>, gradient: SliceBuffer<Float>, factor: Float,
    learningRate: Float
  ) {
    meanBias *= Self.meanDecay
    squareBias *= Self.squareDecay
    let rate = learningRate / (1 - meanBias)
    let squareCorrection = 1 / (1 - squareBias)
    let means = means
    let squares = squares
    for index in 0..<means.count {
      let slope = gradient[start + index] * factor
      means[index] += (1 - Self.meanDecay) * (slope - means[index])
      squares[index] += (1 - Self.squareDecay) * (slope * slope - squares[index])
      parameters[start + index] -=
        rate * means[index] / ((squares[index] * squareCorrection).squareRoot() + Self.epsilon)
    }
  }
}

/// RMSprop as TensorFlow has it: ε stands inside the root, and the mean square starts at one.
///
/// The two details are worth hundreds of points of return to A2C (training.md, 4.5).
final class RMSprop: Optimiser {
  private static let decay: Float = 0.99
  private static let epsilon: Float = 1e-5

  private var squares: SliceBuffer<Float>
  private let start: Int

  init(start: Int = 0, parameterCount: Int) {
    self.start = start
    squares = SliceBuffer(repeating: 1, count: parameterCount)
  }

  var memory: [[Float]] {
    get { [squares.elements] }
    set { squares = SliceBuffer(newValue[0]) }
  }

  func step(
    _ parameters: SliceBuffer<Float>, gradient: SliceBuffer<Float>, factor: Float,
    learningRate: Float
  ) {
    let squares = squares
    for index in 0..<squares.count {
      let slope = gradient[start + index] * factor
      squares[index] += (1 - Self.decay) * (slope * slope - squares[index])
      parameters[start + index] -=
        learningRate * slope / (squares[index] + Self.epsilon).squareRoot()
    }
  }
}
