import Foundation
import Locomotion
import ParallelArrays
import Testing

@testable import Training

@Suite struct OptimiserTests {
  /// An optimiser as its authors have it, for one number in double precision.
  private enum Oracle {
    case adam(mean: Double = 0, square: Double = 0, time: Double = 0)
    case rmsprop(square: Double = 1)

    init(_ kind: OptimiserKind) { self = kind == .rmsprop ? .rmsprop() : .adam() }

    /// By how much the number changes.
    mutating func step(_ slope: Double, rate: Double) -> Double {
      switch self {
      case .adam(var mean, var square, var time):
        // Algorithm 1 of the paper, with ε outside the root.
        time += 1
        mean = 0.9 * mean + 0.1 * slope
        square = 0.999 * square + 0.001 * slope * slope
        self = .adam(mean: mean, square: square, time: time)
        let unbiased = (square / (1 - pow(0.999, time))).squareRoot()
        return -rate * mean / (1 - pow(0.9, time)) / (unbiased + 1e-5)
      case .rmsprop(var square):
        // TensorFlow: the mean square starts at one, and ε stands inside the root.
        square = 0.99 * square + 0.01 * slope * slope
        self = .rmsprop(square: square)
        return -rate * slope / (square + 1e-5).squareRoot()
      }
    }
  }

  /// Those that treat each number by itself.
  static let kinds: [OptimiserKind] = [.adam, .rmsprop]

  private static func make(_ kind: OptimiserKind, _ count: Int) -> any Optimiser {
    kind == .rmsprop ? RMSprop(parameterCount: count) : Adam(parameterCount: count)
  }

  /// The slopes of a valley that is ten times as steep across as along.
  private static func slopes(_ parameters: [Double]) -> [Double] {
    [2 * parameters[0], 20 * parameters[1]]
  }

  @Test(arguments: kinds, [1, 0.01] as [Double])
  func step_valleyOfTwoDimensions_followsTheDefinition(kind: OptimiserKind, factor: Double) {
    let parameters = SliceBuffer<Float>([3, -2])
    let optimiser = Self.make(kind, 2)
    var expected = [3.0, -2.0]
    var oracles = [Oracle(kind), Oracle(kind)]
    for _ in 0..<50 {
      let gradient = Self.slopes(parameters.doubles).map { Float($0) }
      optimiser.step(
        parameters, gradient: SliceBuffer(gradient),
        StepSize(learningRate: 0.05, gradientScale: Float(factor)))
      for (index, slope) in Self.slopes(expected).enumerated() {
        expected[index] += oracles[index].step(factor * slope, rate: 0.05)
      }
      #expect(areClose(parameters.doubles, expected, 1e-4))
    }
  }

  @Test(arguments: kinds)
  func step_smallSlopes_followTheDefinition(kind: OptimiserKind) {
    // Slopes near ε tell where it stands.
    let optimiser = Self.make(kind, 2)
    let parameters = SliceBuffer<Float>([0, 0])
    var expected = [0.0, 0.0]
    var oracles = [Oracle(kind), Oracle(kind)]
    for _ in 0..<2_000 {
      optimiser.step(
        parameters, gradient: SliceBuffer([1e-5, 3e-3]), StepSize(learningRate: 0.01))
      for (index, slope) in [1e-5, 3e-3].enumerated() {
        expected[index] += oracles[index].step(slope, rate: 0.01)
      }
    }
    for index in 0..<2 {
      #expect(abs(Double(parameters[index]) / expected[index] - 1) < 2e-3)
    }
  }

  @Test(arguments: kinds)
  func step_valley_reachesItsFloor(kind: OptimiserKind) {
    let parameters = SliceBuffer<Float>([3, -2])
    let optimiser = Self.make(kind, 2)
    for index in 0..<500 {
      let gradient = Self.slopes(parameters.doubles).map { Float($0) }
      optimiser.step(
        parameters, gradient: SliceBuffer(gradient),
        StepSize(learningRate: 0.05 * (1 - Float(index) / 500)))
    }
    #expect(abs(parameters[0]) < 0.02 && abs(parameters[1]) < 0.02)
  }

  @Test(arguments: kinds)
  func memory_setInAnother_goesOnBitForBit(kind: OptimiserKind) {
    let gradient = SliceBuffer<Float>([0.3, -0.2])
    let first = Self.make(kind, 2)
    let parameters = SliceBuffer<Float>([1, 2])
    for _ in 0..<3 { first.step(parameters, gradient: gradient, StepSize(learningRate: 0.1)) }
    let copy = SliceBuffer<Float>(parameters.elements)
    let second = Self.make(kind, 2)
    second.memory = first.memory
    for (optimiser, numbers) in [(first, parameters), (second, copy)] {
      optimiser.step(numbers, gradient: gradient, StepSize(learningRate: 0.1))
    }
    #expect(parameters.elements == copy.elements)
    #expect(first.memory == second.memory)
  }

  /// On a shared trunk, where there is one norm of everything.
  @Test(arguments: kinds, [0.01, 1e3] as [Float])
  func update_anyGradient_isStepOfTheGradientClippedToTheNorm(kind: OptimiserKind, normMax: Float) {
    let small = SmallLearner {
      $0.trunk = .shared
      $0.optimiser = kind
      $0.learningRateSchedule = .constant
      $0.learningRate = 1e-2
      $0.learningRateMax = 1e-2
      $0.gradientNormMax = normMax
    }
    var oracles = small.parameters.map { _ in Oracle(kind) }
    // The second step tells: Adam's first goes by the same length whatever the gradient's.
    for round in 0..<2 {
      if round == 1 {
        for index in 0..<small.rollout.rewards.count { small.rollout.rewards[index] *= 5 }
      }
      var expected = small.parameters
      small.update()
      let gradient = small.learner.gradient.doubles
      let norm = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let factor = min(1, Double(normMax) / norm)
      for index in expected.indices {
        expected[index] += oracles[index].step(factor * gradient[index], rate: 1e-2)
      }
      #expect(areClose(small.parameters, expected, 1e-5))
    }
  }

  @Test(arguments: kinds)
  func update_separateCritic_isClippedAndSteppedByItself(kind: OptimiserKind) throws {
    let small = SmallLearner {
      $0.optimiser = kind
      $0.learningRateSchedule = .constant
      $0.learningRate = 1e-3
      $0.criticLearningRate = 2e-2
      $0.gradientNormMax = 0.01
    }
    let critic = try #require(small.model.critic)
    var expected = small.parameters
    var oracles = expected.map { _ in Oracle(kind) }
    small.update()
    let gradient = small.learner.gradient.doubles
    for (part, rate) in [(0..<critic.start, 1e-3), (critic.start..<critic.end, 2e-2)] {
      let norm = gradient[part].reduce(0) { $0 + $1 * $1 }.squareRoot()
      #expect(norm > 0.02)
      for index in part {
        expected[index] += oracles[index].step(0.01 / norm * gradient[index], rate: rate)
      }
    }
    #expect(areClose(small.parameters, expected, 1e-6))
  }
}
