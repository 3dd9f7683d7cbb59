internal import Locomotion

/// Adam (Kingma and Ba 2014, arXiv 1412.6980), with the gradient clipped by its norm beforehand.
final class Adam {
  private static let meanDecay: Float = 0.9
  private static let squareDecay: Float = 0.999
  private static let epsilon: Float = 1e-5

  /// Decaying mean of the gradient.
  var means: [Float]
  /// Decaying mean of its square.
  var squares: [Float]
  /// β₁ᵗ and β₂ᵗ after t steps: by how much the means are still too small.
  var meanBias: Float = 1
  var squareBias: Float = 1

  init(parameterCount: Int) {
    means = Array(repeating: 0, count: parameterCount)
    squares = Array(repeating: 0, count: parameterCount)
  }

  /// Takes one step down the gradient.
  ///
  /// - Returns: The gradient's norm before clipping.
  @discardableResult
  func step(
    _ parameters: SliceBuffer<Float>, gradient: SliceBuffer<Float>, learningRate: Float,
    normMax: Float
  ) -> Float {
    var sum = 0.0
    for index in 0..<gradient.count { sum += Double(gradient[index]) * Double(gradient[index]) }
    let norm = Float(sum.squareRoot())
    let factor = norm > normMax ? normMax / norm : 1
    meanBias *= Self.meanDecay
    squareBias *= Self.squareDecay
    let rate = learningRate / (1 - meanBias)
    let squareCorrection = 1 / (1 - squareBias)
    for index in 0..<gradient.count {
      let slope = gradient[index] * factor
      means[index] += (1 - Self.meanDecay) * (slope - means[index])
      squares[index] += (1 - Self.squareDecay) * (slope * slope - squares[index])
      parameters[index] -=
        rate * means[index] / ((squares[index] * squareCorrection).squareRoot() + Self.epsilon)
    }
    return norm
  }
}
