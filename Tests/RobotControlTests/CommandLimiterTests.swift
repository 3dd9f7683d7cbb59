import RobotControl
import RobotDescription
import Testing

@Suite struct CommandLimiterTests {
  private static func limiter() -> CommandLimiter {
    CommandLimiter(
      range: CommandRange(
        lower: VelocityCommand(forward: -0.1, yawRate: -0.5),
        upper: VelocityCommand(forward: 0.25, yawRate: 0.5)),
      periodSeconds: 0.02)
  }

  @Test func next_wishWithinTheRange_comesThereAtHalfAMetrePerSecondSquared() {
    var limiter = Self.limiter()
    let wish = VelocityCommand(forward: 0.2)
    for tick in 1...20 {
      #expect(abs(limiter.next(towards: wish).forward - 0.01 * Float(tick)) < 1e-6)
    }
    #expect(limiter.next(towards: wish) == wish)
  }

  @Test func next_turn_comesThereAtTwoRadiansPerSecondSquared() {
    var limiter = Self.limiter()
    #expect(abs(limiter.next(towards: VelocityCommand(yawRate: -1)).yawRate + 0.04) < 1e-6)
  }

  @Test func next_wishBeyondTheRange_endsAtItsEdge() {
    var limiter = Self.limiter()
    let wish = VelocityCommand(forward: 9, left: 1, yawRate: -9)
    for _ in 0..<100 { _ = limiter.next(towards: wish) }
    #expect(
      limiter.next(towards: wish) == VelocityCommand(forward: 0.25, left: 0, yawRate: -0.5))
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func next_wishNotFinite_comesToAStand(_ number: Float) {
    var limiter = Self.limiter()
    for _ in 0..<100 { _ = limiter.next(towards: VelocityCommand(forward: 0.2)) }
    for _ in 0..<100 { _ = limiter.next(towards: VelocityCommand(forward: 0.2, left: number)) }
    #expect(limiter.next(towards: VelocityCommand()) == VelocityCommand())
  }
}
