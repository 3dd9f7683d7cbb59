import Foundation
import Testing

@testable import Training

@Suite struct GaussianTests {
  private static let gaussian = Gaussian(mean: 0.4, logStandardDeviation: -0.7)

  private static func density(_ action: Double, _ gaussian: Gaussian = gaussian) -> Double {
    exp(Double(gaussian.logProbability(of: Float(action))))
  }

  /// The integral over twelve deviations of 0.5 about the mean, by the trapezoidal rule.
  private static func integral(_ function: (Double) -> Double) -> Double {
    let step = 0.01
    return (-600...600).reduce(0) { $0 + function(0.4 + Double($1) * step) * step }
  }

  @Test func logProbability_allActions_integratesToOne() {
    #expect(abs(Self.integral { Self.density($0) } - 1) < 1e-5)
  }

  @Test func logProbability_twoDeviationsOff_isTheClosedForm() {
    let found = Gaussian(mean: 1, logStandardDeviation: 0).logProbability(of: 3)
    #expect(abs(Double(found) - (-2 - log((2 * Double.pi).squareRoot()))) < 1e-6)
  }

  @Test func entropy_anyDeviation_isTheIntegralOfItsDefinition() {
    let expected = Self.integral {
      let density = Self.density($0)
      return density > 0 ? -density * log(density) : 0
    }
    #expect(abs(Double(Self.gaussian.entropy) - expected) < 1e-5)
  }

  @Test(arguments: [(0.4, -0.7), (0.9, -0.7), (0.4, -0.2), (-0.3, -1.1)] as [(Float, Float)])
  func divergence_fromOldToNew_isTheIntegralOfItsDefinition(
    mean: Float, logStandardDeviation: Float
  ) {
    let new = Gaussian(mean: mean, logStandardDeviation: logStandardDeviation)
    let expected = Self.integral { action in
      let difference =
        Self.gaussian.logProbability(of: Float(action)) - new.logProbability(of: Float(action))
      return Self.density(action) * Double(difference)
    }
    #expect(abs(Double(new.divergence(from: Self.gaussian)) - expected) < 1e-4)
  }

  @Test func divergence_samePolicy_isZero() {
    #expect(Self.gaussian.divergence(from: Self.gaussian) == 0)
  }

  @Test(arguments: [-1.5, 0.1, 0.9] as [Double])
  func gradient_anyAction_equalsFiniteDifferences(action: Double) {
    func logProbability(_ mean: Double, _ logStandardDeviation: Double) -> Double {
      let score = (action - mean) / exp(logStandardDeviation)
      return -score * score / 2 - logStandardDeviation
    }
    let step = 1e-5
    let mean = Double(Self.gaussian.mean)
    let logStandardDeviation = Double(Self.gaussian.logStandardDeviation)
    let slope = Self.gaussian.gradient(at: Float(action))
    let inMean =
      (logProbability(mean + step, logStandardDeviation)
        - logProbability(mean - step, logStandardDeviation))
      / (2 * step)
    let inDeviation =
      (logProbability(mean, logStandardDeviation + step)
        - logProbability(mean, logStandardDeviation - step))
      / (2 * step)
    #expect(abs(Double(slope.mean) - inMean) < 1e-4)
    #expect(abs(Double(slope.logStandardDeviation) - inDeviation) < 1e-4)
  }
}
