import Locomotion
import Testing

@testable import Training

/// Figures of a tally, against arithmetic by hand.
@Suite struct MotionEvaluationTests {
  private static var tally: EpisodeTally {
    var tally = EpisodeTally()
    tally.ticks = 200
    tally[.velocityTicks] = 50
    tally[.velocityErrorSquares] = 50 * 0.04
    tally[.yawRateErrorSquares] = 50 * 0.09
    tally[.energyJoules] = 29.43
    tally[.distanceMetres] = 1.5
    tally[.slipMetres] = 0.3
    tally[.footLiftMetres] = 0.06
    tally[.footLiftCount] = 4
    tally[.actionRate] = 10
    return tally
  }

  @Test func init_tally_isItsMeans() throws {
    let motion = MotionEvaluation(Self.tally, massKilograms: 2)
    #expect(abs(try #require(motion.velocityErrorRMS) - 0.2) < 1e-12)
    #expect(abs(try #require(motion.yawRateErrorRMS) - 0.3) < 1e-12)
    // 29.43 J over 2 kg · 9.81 m/s² · 1.5 m.
    #expect(abs(motion.costOfTransport - 1) < 1e-12)
    #expect(abs(motion.slipPerDistance - 0.2) < 1e-12)
    #expect(abs(try #require(motion.footLiftMean) - 0.015) < 1e-12)
    #expect(abs(motion.targetChangeMean - 0.05) < 1e-12)
  }

  @Test func init_noMotionAskedFor_saysNoLift() {
    var tally = Self.tally
    tally[.footLiftCount] = 0
    #expect(MotionEvaluation(tally, massKilograms: 2).footLiftMean == nil)
  }

  @Test func init_noErrorMeasured_saysNone() {
    var tally = Self.tally
    tally[.velocityTicks] = 0
    let motion = MotionEvaluation(tally, massKilograms: 2)
    #expect(motion.velocityErrorRMS == nil && motion.yawRateErrorRMS == nil)
  }
}
