internal import ParallelArrays

/// Running standard deviation of the discounted return; rewards are divided by it, not centred.
struct ReturnNormaliser: Equatable, Sendable, Codable {
  private static let varianceMin = 1e-8

  private var count = 0.0
  private var mean = 0.0
  private var squares = 0.0
  /// Discounted rewards of each environment's episode so far.
  private var sums: [Double]

  init(environmentCount: Int) { sums = Array(repeating: 0, count: environmentCount) }

  /// Environments with a sum each.
  var environmentCount: Int { sums.count }

  /// Adds the rewards of a rollout.
  mutating func add(_ rollout: Rollout, discount: Float) {
    for time in 0..<rollout.timeCount {
      for environment in 0..<rollout.environmentCount {
        let index = time * rollout.environmentCount + environment
        sums[environment] =
          sums[environment] * Double(discount) + Double(rollout.rewards[index])
        add(sums[environment])
        if rollout.isDone[index] { sums[environment] = 0 }
      }
    }
  }

  private mutating func add(_ value: Double) {
    count += 1
    let shift = value - mean
    mean += shift / count
    squares += shift * (value - mean)
  }

  /// Factor of the rewards; 1 as long as all sums were equal.
  var scale: Float {
    squares > 0 ? Float(1 / (squares / count + Self.varianceMin).squareRoot()) : 1
  }
}
