import Foundation
import Locomotion
import ParallelArrays
import PolicyNetwork
import Testing

@testable import Training

/// K-FAC against plain arithmetic in double precision.
@Suite struct NaturalGradientTests {
  private typealias Matrix = [[Double]]

  private static func product(_ left: Matrix, _ right: Matrix) -> Matrix {
    left.map { row in
      right[0].indices.map { column in
        row.indices.reduce(0) { $0 + row[$1] * right[$1][column] }
      }
    }
  }

  /// By Gauss and Jordan, of a positive definite matrix.
  private static func inverse(_ matrix: Matrix) -> Matrix {
    let size = matrix.count
    var rows = matrix.enumerated().map { index, row in
      row + (0..<size).map { $0 == index ? 1.0 : 0 }
    }
    for pivot in 0..<size {
      let factor = rows[pivot][pivot]
      rows[pivot] = rows[pivot].map { $0 / factor }
      for other in 0..<size where other != pivot {
        let share = rows[other][pivot]
        rows[other] = zip(rows[other], rows[pivot]).map { $0 - share * $1 }
      }
    }
    return rows.map { Array($0[size...]) }
  }

  private static func square(_ values: SliceBuffer<Float>, _ size: Int) -> Matrix {
    (0..<size).map { row in (0..<size).map { Double(values[row * size + $0]) } }
  }

  /// Sums of outer products of random vectors.
  private static func sums(
    _ shape: NetworkShape, rows: Int, _ random: inout RandomSource
  ) -> FactorSums {
    let sums = FactorSums(shape: shape, rowsMax: rows)
    sums.rowCount = rows
    for buffer in sums.inputs + sums.outputs {
      let size = Int(Double(buffer.count).squareRoot())
      for _ in 0..<rows {
        let vector = (0..<size).map { _ in random.normals().0 }
        for row in 0..<size {
          for column in 0..<size { buffer[row * size + column] += vector[row] * vector[column] }
        }
      }
    }
    return sums
  }

  /// A layer's damped inverse factors, with the damping shared out by the factors' sizes.
  private static func inverses(
    inputs: Matrix, outputs: Matrix, damping: Double
  ) -> (inputs: Matrix, outputs: Matrix) {
    func meanDiagonal(_ matrix: Matrix) -> Double {
      matrix.indices.reduce(0) { $0 + matrix[$1][$1] } / Double(matrix.count)
    }
    func damped(_ matrix: Matrix, _ damping: Double) -> Matrix {
      matrix.enumerated().map { row, values in
        values.enumerated().map { $0.element + ($0.offset == row ? damping : 0) }
      }
    }
    let balance = (meanDiagonal(inputs) / meanDiagonal(outputs)).squareRoot()
    return (
      inverse(damped(inputs, damping.squareRoot() * balance)),
      inverse(damped(outputs, damping.squareRoot() / balance))
    )
  }

  @Test func precondition_oneUpdate_isInverseTimesGradientTimesInverse() {
    let shape = NetworkShape(widths: [3, 4, 2], activation: .tanh, start: 0)
    let damping: Float = 0.05
    let factors = KroneckerFactors(shape: shape, damping: damping)
    var random = RandomSource(seed: 1, stream: 0)
    let sums = Self.sums(shape, rows: 20, &random)
    factors.take([sums])
    let gradient = SliceBuffer<Float>(repeating: 0, count: shape.end)
    for index in 0..<gradient.count { gradient[index] = random.normals().0 }
    let before = gradient.elements
    factors.precondition(gradient)
    for layer in 0..<shape.layerCount {
      let (width, height) = (shape.widths[layer], shape.widths[layer + 1])
      func read(_ numbers: [Float]) -> Matrix {
        (0..<height).map { row in
          (0..<width).map { Double(numbers[shape.weights(layer) + row * width + $0]) }
            + [Double(numbers[shape.biases(layer) + row])]
        }
      }
      func mean(_ buffer: SliceBuffer<Float>, _ size: Int) -> Matrix {
        Self.square(buffer, size).map { $0.map { $0 / 20 } }
      }
      let inverses = Self.inverses(
        inputs: mean(sums.inputs[layer], width + 1), outputs: mean(sums.outputs[layer], height),
        damping: Double(damping))
      let expected = Self.product(
        Self.product(inverses.outputs, read(before)), inverses.inputs)
      #expect(areClose(read(gradient.elements).flatMap(\.self), expected.flatMap(\.self), 1e-3))
    }
  }

  @Test func compute_rows_areOuterProductsOfInputsAndSlopes() {
    let small = SmallLearner(privilegedWidth: 1)
    let shape = small.model.actor
    let networks = NetworkWorkspace(shape: shape, rowsMax: 6)
    let parameters = small.model.parameters
    let input = small.rollout.normalised
    unsafe networks.forward(parameters.base, input.base, rows: 6)
    var random = RandomSource(seed: 3, stream: 0)
    for index in 0..<(6 * shape.outputWidth) {
      networks.outputGradient[index] = random.normals().0
    }
    unsafe networks.propagate(parameters.base, rows: 6)
    let sums = FactorSums(shape: shape, rowsMax: 6)
    unsafe sums.compute(networks, input.base, rows: 6)
    var inputs = (0..<3).map { _ in (0..<3).map { _ in 0.0 } }
    var slopes = (0..<5).map { _ in (0..<5).map { _ in 0.0 } }
    for row in 0..<6 {
      // Two of each three numbers are the actor's, and a one for the bias.
      let seen = [Double(input[3 * row]), Double(input[3 * row + 1]), 1]
      let slope = (0..<5).map { Double(networks.sumGradient(ofLayer: 0)[5 * row + $0]) }
      for left in 0..<3 { for right in 0..<3 { inputs[left][right] += seen[left] * seen[right] } }
      for left in 0..<5 { for right in 0..<5 { slopes[left][right] += slope[left] * slope[right] } }
    }
    #expect(
      areClose(Self.square(sums.inputs[0], 3).flatMap(\.self), inputs.flatMap(\.self), 1e-4))
    #expect(
      areClose(Self.square(sums.outputs[0], 5).flatMap(\.self), slopes.flatMap(\.self), 1e-4))
  }

  @Test func step_withoutMomentum_isAsLongAsTheDivergenceSays() {
    var configuration = LearnerConfiguration()
    configuration.optimiser = .kfac
    configuration.momentum = 0
    let small = SmallLearner(.free, TrainerSetting.kfac.change)
    let natural = small.naturalGradient(configuration)
    var random = RandomSource(seed: 5, stream: 0)
    natural.factors.take([Self.sums(small.model.actor, rows: 30, &random)])
    let gradient = SliceBuffer<Float>(repeating: 0, count: small.model.parameters.count)
    for index in 0..<small.model.logStandardDeviations.upperBound {
      gradient[index] = random.normals().0
    }
    let direction = SliceBuffer(
      Array(gradient.elements[..<small.model.logStandardDeviations.upperBound]))
    natural.factors.precondition(direction)
    for index in small.model.logStandardDeviations { direction[index] /= 2 + configuration.damping }
    let product = direction.elements.enumerated().reduce(0.0) {
      $0 + Double(gradient[$1.offset]) * Double($1.element)
    }
    let before = small.model.parameters.elements
    natural.step(
      small.model.parameters, gradient: gradient, StepSize(learningRate: 0.5, klTarget: 0.02))
    let scale = 0.5 * (2 * 0.02 / product).squareRoot()
    for index in 0..<direction.count {
      let moved = Double(small.model.parameters[index] - before[index])
      #expect(abs(moved + scale * Double(direction[index])) < 1e-4)
    }
    #expect(small.model.parameters.elements[direction.count...] == before[direction.count...])
  }

  @Test func step_withMomentum_followsTheRunningMean() {
    var configuration = LearnerConfiguration()
    configuration.optimiser = .kfac
    configuration.momentum = 0.75
    let small = SmallLearner(.free, TrainerSetting.kfac.change)
    let count = small.model.logStandardDeviations.upperBound
    var random = RandomSource(seed: 6, stream: 0)
    func steps(_ configuration: LearnerConfiguration, _ gradients: [[Float]]) -> [[Float]] {
      let natural = small.naturalGradient(configuration)
      var random = RandomSource(seed: 5, stream: 0)
      natural.factors.take([Self.sums(small.model.actor, rows: 30, &random)])
      return gradients.map { gradient in
        let parameters = SliceBuffer<Float>(repeating: 0, count: count)
        natural.step(
          parameters, gradient: SliceBuffer(gradient), StepSize(learningRate: 1, klTarget: 0.02))
        return parameters.elements
      }
    }
    let gradients = (0..<3).map { _ in (0..<count).map { _ in random.normals().0 } }
    var mean = [Float](repeating: 0, count: count)
    let means = gradients.map { gradient in
      mean = zip(mean, gradient).map { $0 + 0.25 * ($1 - $0) }
      return mean
    }
    var plain = configuration
    plain.momentum = 0
    for (step, expected) in zip(steps(configuration, gradients), steps(plain, means)) {
      #expect(zip(step, expected).allSatisfy { abs($0 - $1) < 1e-5 })
      #expect(step.contains { abs($0) > 1e-3 })
    }
  }

  @Test func update_fisherKnown_divergesAboutAsAsked() {
    let small = SmallLearner {
      $0.optimiser = .kfac
      $0.environmentCount = 64
      $0.ticksPerUpdate = 32
      $0.momentum = 0
      $0.learningRate = 1
      $0.learningRateSchedule = .constant
      $0.criticLearningRate = 1e-3
      $0.klTarget = 0.01
      $0.entropyWeight = 0
    }
    let report = small.update()
    // K-FAC takes layers for independent, which they are not.
    #expect((0.005...0.02).contains(report.kl), "\(report.kl)")
  }
}

extension SmallLearner {
  /// A natural gradient for the model, with settings of its own.
  fileprivate func naturalGradient(_ configuration: LearnerConfiguration) -> NaturalGradient {
    NaturalGradient(
      model: model, head: learner.head, configuration: configuration, sliceCount: 1, rowsMax: 1,
      seed: 1)
  }
}
