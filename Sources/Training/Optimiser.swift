internal import ParallelArrays

/// Turns gradients into steps of one part of the parameters: Adam, RMSprop or the natural gradient.
protocol Optimiser: AnyObject {
  /// Gathers curvature from a slice whose forward and backward passes have just been made.
  ///
  /// Slices call it concurrently. It may overwrite the gradients in the slice's outputs, and not
  /// the gradient in the parameters.
  ///
  /// - Parameters:
  ///   - input: The slice's normalised observations, a row for each place.
  ///   - places: Places of the slice's samples in the order of the epoch.
  func gatherCurvature(_ slice: GradientSlice, _ input: UnsafePointer<Float>, places: Range<Int>)

  /// Takes one step down the gradient.
  func step(_ parameters: SliceBuffer<Float>, gradient: SliceBuffer<Float>, _ size: StepSize)

  /// Its whole state, from which it continues bit for bit.
  var memory: [[Float]] { get set }

  /// `false` when a memory of the right sizes holds counts that no training has.
  func canTake(_ memory: [[Float]]) -> Bool
}

/// Bounds of one step; each optimiser uses those that apply to it.
struct StepSize {
  var learningRate: Float
  /// Brings the gradient to the largest norm that is allowed; 1 when it is shorter.
  var gradientScale: Float = 1
  /// KL divergence between the policies before and after the step, in nats.
  var klTarget: Float = 0
}

// Gradient descent needs no curvature, and its state holds no counts.
extension Optimiser {
  func gatherCurvature(_ slice: GradientSlice, _ input: UnsafePointer<Float>, places: Range<Int>) {}

  func canTake(_ memory: [[Float]]) -> Bool { true }
}

extension ActorCritic {
  /// Makes an optimiser for each of ``parts``; beside a natural gradient the critic has Adam.
  func makeOptimisers(
    _ configuration: LearnerConfiguration, head: any PolicyHead, sliceCount: Int, rowsMax: Int,
    seed: UInt64
  ) -> [any Optimiser] {
    parts.enumerated().map { index, part in
      switch configuration.optimiser {
      case .kfac where index == 0:
        NaturalGradient(
          model: self, head: head, configuration: configuration, sliceCount: sliceCount,
          rowsMax: rowsMax, seed: seed)
      case .adam, .kfac: Adam(start: part.lowerBound, parameterCount: part.count)
      case .rmsprop: RMSprop(start: part.lowerBound, parameterCount: part.count)
      }
    }
  }
}

/// Adam (Kingma and Ba 2014, arXiv 1412.6980).
final class Adam: Optimiser {
  private static let meanDecay: Float = 0.9
  private static let squareDecay: Float = 0.999
  private static let epsilon: Float = 1e-5

  /// Decaying means of the gradient and of its square.
  private var means: SliceBuffer<Float>
  private var squares: SliceBuffer<Float>
  /// β₁ᵗ and β₂ᵗ after t steps: shares by which the means are still too small.
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

  func step(_ parameters: SliceBuffer<Float>, gradient: SliceBuffer<Float>, _ size: StepSize) {
    meanBias *= Self.meanDecay
    squareBias *= Self.squareDecay
    let rate = size.learningRate / (1 - meanBias)
    let squareCorrection = 1 / (1 - squareBias)
    let means = means
    let squares = squares
    for index in 0..<means.count {
      let slope = gradient[start + index] * size.gradientScale
      means[index] += (1 - Self.meanDecay) * (slope - means[index])
      squares[index] += (1 - Self.squareDecay) * (slope * slope - squares[index])
      parameters[start + index] -=
        rate * means[index] / ((squares[index] * squareCorrection).squareRoot() + Self.epsilon)
    }
  }
}

/// RMSprop in TensorFlow's form: ε stands inside the root, and the mean square starts at one.
///
/// A2C gains hundreds of points of return from these two details.
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

  func step(_ parameters: SliceBuffer<Float>, gradient: SliceBuffer<Float>, _ size: StepSize) {
    let squares = squares
    for index in 0..<squares.count {
      let slope = gradient[start + index] * size.gradientScale
      squares[index] += (1 - Self.decay) * (slope * slope - squares[index])
      parameters[start + index] -=
        size.learningRate * slope / (squares[index] + Self.epsilon).squareRoot()
    }
  }
}
