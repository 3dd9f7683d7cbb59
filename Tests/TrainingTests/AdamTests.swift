import Foundation
import Locomotion
import Testing

@testable import Training

@Suite struct AdamTests {
  /// Adam as algorithm 1 of the paper has it, in double precision.
  private struct Oracle {
    var parameters: [Double]
    var means: [Double]
    var squares: [Double]
    var time = 0.0

    init(_ parameters: [Double]) {
      self.parameters = parameters
      means = parameters.map { _ in 0 }
      squares = means
    }

    mutating func step(_ gradient: [Double], rate: Double) {
      time += 1
      for (index, slope) in gradient.enumerated() {
        means[index] = 0.9 * means[index] + 0.1 * slope
        squares[index] = 0.999 * squares[index] + 0.001 * slope * slope
        let mean = means[index] / (1 - pow(0.9, time))
        let square = squares[index] / (1 - pow(0.999, time))
        parameters[index] -= rate * mean / (square.squareRoot() + 1e-5)
      }
    }
  }

  @Test func step_valleyOfTwoDimensions_followsThePaper() {
    let parameters = SliceBuffer<Float>([3, -2])
    let adam = Adam(parameterCount: 2)
    var oracle = Oracle([3, -2])
    for _ in 0..<50 {
      let gradient = SliceBuffer<Float>([2 * parameters[0], 20 * parameters[1]])
      adam.step(parameters, gradient: gradient, learningRate: 0.05, normMax: 1e9)
      oracle.step([2 * oracle.parameters[0], 20 * oracle.parameters[1]], rate: 0.05)
      #expect(abs(Double(parameters[0]) - oracle.parameters[0]) < 1e-4)
      #expect(abs(Double(parameters[1]) - oracle.parameters[1]) < 1e-4)
    }
  }

  @Test func step_valley_reachesItsFloor() {
    let parameters = SliceBuffer<Float>([3, -2])
    let adam = Adam(parameterCount: 2)
    for _ in 0..<500 {
      let gradient = SliceBuffer<Float>([2 * parameters[0], 20 * parameters[1]])
      adam.step(parameters, gradient: gradient, learningRate: 0.05, normMax: 1e9)
    }
    #expect(abs(parameters[0]) < 0.01 && abs(parameters[1]) < 0.01)
  }

  @Test func step_gradientTooLong_isClippedToTheNorm() {
    // The second step tells: the first goes by the same length whatever the gradient's.
    let clipped = SliceBuffer<Float>([0, 0])
    let scaled = SliceBuffer<Float>([0, 0])
    let first = Adam(parameterCount: 2)
    let second = Adam(parameterCount: 2)
    for gradient: [Float] in [[0.1, 0.2], [30, -40]] {
      first.step(clipped, gradient: SliceBuffer(gradient), learningRate: 0.1, normMax: 0.5)
    }
    for gradient: [Float] in [[0.1, 0.2], [0.3, -0.4]] {
      second.step(scaled, gradient: SliceBuffer(gradient), learningRate: 0.1, normMax: 1e9)
    }
    for index in 0..<2 { #expect(abs(clipped[index] - scaled[index]) < 1e-6) }
  }

  @Test func step_gradient_returnsItsNormBeforeClipping() {
    let norm = Adam(parameterCount: 2).step(
      SliceBuffer([0, 0]), gradient: SliceBuffer([30, -40]), learningRate: 0.1, normMax: 0.5)
    #expect(norm == 50)
  }

  @Test func step_shortGradient_isNotStretched() {
    let adam = Adam(parameterCount: 1)
    adam.step(SliceBuffer([0]), gradient: SliceBuffer([0.25]), learningRate: 0.1, normMax: 0.5)
    #expect(abs(adam.means[0] - 0.025) < 1e-8)
  }
}
