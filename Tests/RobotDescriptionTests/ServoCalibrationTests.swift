import RobotDescription
import Testing

struct ServoCalibrationTests {
  static let straight = ServoCalibration(
    id: 1, isReversed: false, zeroTicks: 2048, positionGain: 800)
  static let reversed = ServoCalibration(
    id: 2, isReversed: true, zeroTicks: 1000, positionGain: 800)

  @Test func radians_quarterTurn_isHalfPi() {
    #expect(abs(Self.straight.radians(ticks: 2048 + 1024) - .pi / 2) < 1e-6)
    #expect(abs(Self.reversed.radians(ticks: 1000 + 1024) + .pi / 2) < 1e-6)
  }

  @Test func radians_zeroTicks_isZero() {
    #expect(Self.straight.radians(ticks: 2048) == 0)
    #expect(Self.reversed.radians(ticks: 1000) == 0)
  }

  @Test(arguments: [straight, reversed])
  func radians_everyTick_agreesWithDoublePrecision(servo: ServoCalibration) {
    let direction: Double = servo.isReversed ? -1 : 1
    var largestError = 0.0
    for ticks in Int16.min...Int16.max {
      let expected =
        direction * (Double(ticks) - Double(servo.zeroTicks)) * 2 * Double.pi / 4096
      let error = abs(Double(servo.radians(ticks: ticks)) - expected)
      largestError = max(largestError, error / max(1, abs(expected)))
    }
    #expect(largestError < 3e-7)
  }

  @Test(arguments: [straight, reversed])
  func ticks_ofTheRadiansOfEveryTick_givesTheTickBack(servo: ServoCalibration) {
    let changed = (Int16.min...Int16.max).filter {
      servo.ticks(radians: servo.radians(ticks: $0)) != $0
    }
    #expect(changed.isEmpty)
  }

  @Test(arguments: zip([0.4, 0.6, -0.4, -0.6], [0, 1, 0, -1]))
  func ticks_betweenTwo_isTheNearest(part: Float, expected: Int16) {
    let radians = part * 2 * .pi / 4096
    #expect(Self.straight.ticks(radians: radians) == 2048 + expected)
    #expect(Self.reversed.ticks(radians: radians) == 1000 - expected)
    #expect(Self.straight.ticksPerSecond(radiansPerSecond: radians) == expected)
  }

  @Test(arguments: [Float.infinity, 1e30, 100])
  func ticks_outOfRange_saturates(radians: Float) {
    #expect(Self.straight.ticks(radians: radians) == .max)
    #expect(Self.straight.ticks(radians: -radians) == .min)
    #expect(Self.reversed.ticks(radians: radians) == .min)
    #expect(Self.reversed.ticks(radians: -radians) == .max)
    #expect(Self.straight.ticksPerSecond(radiansPerSecond: radians) == .max)
    #expect(Self.reversed.ticksPerSecond(radiansPerSecond: radians) == .min)
  }

  @Test func ticks_notANumber_isZero() {
    #expect(Self.straight.ticks(radians: .nan) == 0)
    #expect(Self.reversed.ticks(radians: .signalingNaN) == 0)
    #expect(Self.straight.ticksPerSecond(radiansPerSecond: .nan) == 0)
  }

  @Test func radiansPerSecond_smallestInt32OnAReversedServo_doesNotTrap() {
    let expected = 2_147_483_648 * 2 * Double.pi / 4096
    let rate = Self.reversed.radiansPerSecond(ticksPerSecond: .min)
    #expect(abs(Double(rate) / expected - 1) < 1e-6)
  }

  @Test func radiansPerSecond_oneTurnASecond_isTwoPi() {
    #expect(abs(Self.straight.radiansPerSecond(ticksPerSecond: 4096) - 2 * .pi) < 1e-6)
    #expect(abs(Self.reversed.radiansPerSecond(ticksPerSecond: 4096) + 2 * .pi) < 1e-6)
  }
}
