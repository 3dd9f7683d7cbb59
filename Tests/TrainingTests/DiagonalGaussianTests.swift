import Foundation
import Testing

@testable import Training

@Suite struct DiagonalGaussianTests {
  private static let mean: Float = 0.4
  private static let logDeviation: Float = -0.7

  private static func density(_ action: Double, mean: Float, logDeviation: Float) -> Double {
    exp(
      Double(
        DiagonalGaussian.logProbability(Float(action), mean: mean, logDeviation: logDeviation)))
  }

  /// The integral over twelve deviations of 0.5 about the mean, by the trapezoidal rule.
  private static func integral(_ function: (Double) -> Double) -> Double {
    let step = 0.01
    return (-600...600).reduce(0) { $0 + function(Double(mean) + Double($1) * step) * step }
  }

  @Test func logProbability_allActions_integratesToOne() {
    let total = Self.integral {
      Self.density($0, mean: Self.mean, logDeviation: Self.logDeviation)
    }
    #expect(abs(total - 1) < 1e-5)
  }

  @Test func logProbability_twoDeviationsOff_isTheClosedForm() {
    let found = DiagonalGaussian.logProbability(3, mean: 1, logDeviation: 0)
    #expect(abs(Double(found) - (-2 - log((2 * Double.pi).squareRoot()))) < 1e-6)
  }

  @Test func entropy_anyDeviation_isTheIntegralOfItsDefinition() {
    let expected = Self.integral {
      let density = Self.density($0, mean: Self.mean, logDeviation: Self.logDeviation)
      return density > 0 ? -density * log(density) : 0
    }
    #expect(
      abs(Double(DiagonalGaussian.entropy(logDeviation: Self.logDeviation)) - expected) < 1e-5)
  }

  @Test(arguments: [(0.4, -0.7), (0.9, -0.7), (0.4, -0.2), (-0.3, -1.1)] as [(Float, Float)])
  func divergence_fromOldToNew_isTheIntegralOfItsDefinition(mean: Float, logDeviation: Float) {
    let expected = Self.integral { action in
      let old = DiagonalGaussian.logProbability(
        Float(action), mean: Self.mean, logDeviation: Self.logDeviation)
      let new = DiagonalGaussian.logProbability(
        Float(action), mean: mean, logDeviation: logDeviation)
      return exp(Double(old)) * (Double(old) - Double(new))
    }
    let found = DiagonalGaussian.divergence(
      old: (Self.mean, Self.logDeviation), new: (mean, logDeviation))
    #expect(abs(Double(found) - expected) < 1e-4)
  }

  @Test func divergence_samePolicy_isZero() {
    let policy = (mean: Self.mean, logDeviation: Self.logDeviation)
    #expect(DiagonalGaussian.divergence(old: policy, new: policy) == 0)
  }

  @Test(arguments: [-1.5, 0.1, 0.9] as [Double])
  func gradient_anyAction_equalsFiniteDifferences(action: Double) {
    func logProbability(_ mean: Double, _ logDeviation: Double) -> Double {
      let score = (action - mean) / exp(logDeviation)
      return -score * score / 2 - logDeviation
    }
    let step = 1e-5
    let mean = Double(Self.mean)
    let logDeviation = Double(Self.logDeviation)
    let slope = DiagonalGaussian.gradient(
      Float(action), mean: Self.mean, inverseDeviation: Float(exp(-logDeviation)))
    let inMean =
      (logProbability(mean + step, logDeviation) - logProbability(mean - step, logDeviation))
      / (2 * step)
    let inDeviation =
      (logProbability(mean, logDeviation + step) - logProbability(mean, logDeviation - step))
      / (2 * step)
    #expect(abs(Double(slope.mean) - inMean) < 1e-4)
    #expect(abs(Double(slope.logDeviation) - inDeviation) < 1e-4)
  }
}
