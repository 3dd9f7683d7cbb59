internal import ParallelArrays

/// Running mean and variance of each number of an observation, in double precision.
///
/// Batches are merged by the method of Chan, Golub and LeVeque (1979): their order and size matter
/// only for rounding.
struct ObservationNormaliser: Equatable, Sendable {
  /// Bound of every normalised number.
  static let clip: Float = 10
  /// Added to the variance, so that constant observations are not divided by 0.
  private static let varianceMin = 1e-4

  private(set) var count: Double = 0
  private(set) var means: [Double]
  /// Sums of squared differences from the mean.
  private(set) var squares: [Double]

  init(width: Int) {
    means = Array(repeating: 0, count: width)
    squares = Array(repeating: 0, count: width)
  }

  /// Continues from stored statistics.
  init(count: Double, means: [Double], squares: [Double]) {
    self.count = count
    self.means = means
    self.squares = squares
  }

  /// Adds observations of shape `[rows, width]`.
  mutating func add(_ observations: Span<Float>) {
    let width = means.count
    let rows = observations.count / width
    guard rows > 0 else { return }
    let total = count + Double(rows)
    for column in 0..<width {
      var sum = 0.0
      for row in 0..<rows { sum += Double(observations[row * width + column]) }
      let mean = sum / Double(rows)
      var square = 0.0
      for row in 0..<rows {
        let difference = Double(observations[row * width + column]) - mean
        square += difference * difference
      }
      let shift = mean - means[column]
      means[column] += shift * Double(rows) / total
      squares[column] += square + shift * shift * count * Double(rows) / total
    }
    count = total
  }

  /// Normalises one number of an observation.
  ///
  /// This order of the bounds leaves NaN as it is, so that the training stops.
  static func normalised(_ observed: Float, mean: Float, factor: Float) -> Float {
    min(max((observed - mean) * factor, -clip), clip)
  }

  /// Normalises the observations of `range` into rows of `output` from `first` on.
  ///
  /// - Parameter numbers: Means, then factors, as ``numbers`` has them.
  static func normalise(
    _ observations: SliceBuffer<Float>, _ range: Range<Int>, numbers: SliceBuffer<Float>,
    into output: SliceBuffer<Float>, first: Int
  ) {
    let width = numbers.count / 2
    for (row, environment) in range.enumerated() {
      for column in 0..<width {
        output[(first + row) * width + column] = normalised(
          observations[environment * width + column], mean: numbers[column],
          factor: numbers[width + column])
      }
    }
  }

  /// Means, then factors: an observation's normalised number is (number − mean) · factor, clipped.
  var numbers: [Float] {
    let factors = squares.map { square in
      let variance = count > 0 ? square / count : 1
      return Float(1 / (variance + Self.varianceMin).squareRoot())
    }
    return means.map { Float($0) } + factors
  }
}
