import Foundation
import RobotDescription
import Testing

@testable import Locomotion

/// Each term alone: how much the reward grows when only its weight grows by one, per second.
@Suite struct RewardTests {
  private static let periodSeconds: Float = 0.02

  private static func term(
    _ weight: WritableKeyPath<RewardWeights, Float>,
    command: VelocityCommand = VelocityCommand(forward: 0.2),
    _ arrange: (LeggedEnvironments) -> Void = { _ in }
  ) throws -> Float {
    var rewards: [Float] = []
    for more: Float in [0, 1] {
      let task = try Spider.task {
        $0.velocitySmoothing = 0.25
        $0.reward[keyPath: weight] += more
      }
      let environments = try Spider.environments(task)
      environments.command(command)
      arrange(environments)
      rewards.append(environments.reward(0))
    }
    return (rewards[1] - rewards[0]) / periodSeconds
  }

  private static func expect(
    _ term: Float, _ expected: Float, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(abs(term - expected) < 2e-4 * max(1, abs(expected)), sourceLocation: sourceLocation)
  }

  @Test func alive_standing_isOne() throws {
    Self.expect(try Self.term(\.alive), 1)
  }

  @Test func everyOtherTerm_standingStill_isZero() throws {
    let weights: [WritableKeyPath<RewardWeights, Float>] = [
      \.progress, \.drift, \.turning, \.tilt, \.bounce, \.targetChange, \.jointRate,
    ]
    for weight in weights { Self.expect(try Self.term(weight), 0) }
  }

  @Test(arguments: [(0.2, 0.25), (0.4, 0.5), (0.8, 1), (1.2, 0.5), (1.6, 0), (-0.8, -1), (-4, -1)])
  func progress_forwardSpeed_isATentOverTheCommand(speed: Double, expected: Float) throws {
    // A quarter of the speed enters the smoothed velocity, and 0.2 m/s are asked for.
    Self.expect(
      try Self.term(\.progress) { $0.setVelocity(0, to: speed, of: 0) }, expected)
  }

  @Test func progress_turnedBody_countsAlongItsOwnHeading() throws {
    let term = try Self.term(\.progress) {
      $0.setPosition(3, to: cos(0.4), of: 0)
      $0.setPosition(6, to: sin(0.4), of: 0)
      $0.setVelocity(0, to: 0.8 * cos(0.8), of: 0)
      $0.setVelocity(1, to: 0.8 * sin(0.8), of: 0)
    }
    Self.expect(term, 1)
  }

  @Test func progress_commandToTheLeft_countsSpeedToTheLeft() throws {
    let term = try Self.term(\.progress, command: VelocityCommand(left: 0.1)) {
      $0.setVelocity(1, to: 0.2, of: 0)
    }
    Self.expect(term, 0.5)
  }

  @Test func progress_commandToStand_isOneAtRest() throws {
    Self.expect(try Self.term(\.progress, command: VelocityCommand()), 1)
  }

  @Test func progress_secondTick_smoothsTheVelocity() throws {
    let term = try Self.term(\.progress) {
      $0.setVelocity(0, to: 0.4, of: 0)
      _ = $0.reward(0)
    }
    // 0.1 after one tick, 0.1 + (0.4 − 0.1)/4 after two, of 0.2 m/s.
    Self.expect(term, 0.875)
  }

  @Test(arguments: [0.4, -0.4]) func drift_speedAcross_isItsSmoothedSize(speed: Double) throws {
    Self.expect(try Self.term(\.drift) { $0.setVelocity(1, to: speed, of: 0) }, 0.1)
  }

  @Test func turning_rateOffTheCommand_isTheSmoothedDifference() throws {
    let command = VelocityCommand(forward: 0.2, yawRate: 0.5)
    let term = try Self.term(\.turning, command: command) { $0.setVelocity(5, to: -0.2, of: 0) }
    // A quarter of −0.2 after one tick, against 0.5.
    Self.expect(term, 0.55)
  }

  @Test func tilt_rolledBody_isTheSquareOfTheSine() throws {
    let sine = Float(sin(0.3))
    Self.expect(try Self.term(\.tilt) { $0.roll(0.3, of: 0) }, sine * sine)
  }

  @Test func bounce_verticalSpeed_isItsSquare() throws {
    Self.expect(try Self.term(\.bounce) { $0.setVelocity(2, to: -0.5, of: 0) }, 0.25)
  }

  @Test func targetChange_oneTargetMoves_isTheMeanSquare() throws {
    let task = try Spider.task()
    let term = try Self.term(\.targetChange) {
      let actions = SliceBuffer<Float>(repeating: 0, count: Spider.jointCount)
      actions[3] = 0.1 / task.actions.scale[3]
      $0.act(actions, in: 0..<1)
    }
    Self.expect(term, 0.1 * 0.1 / 12)
  }

  @Test func jointRate_twoJointsMove_isTheMeanSquare() throws {
    let term = try Self.term(\.jointRate) {
      $0.setVelocity(6, to: 3, of: 0)
      $0.setVelocity(17, to: -1, of: 0)
    }
    Self.expect(term, 10 / 12)
  }

  @Test func reward_standingStill_isAliveForOneTick() throws {
    let environments = try Spider.environments(try Spider.task())
    let weights = environments.task.configuration.reward
    Self.expect(environments.reward(0) / Self.periodSeconds, weights.alive)
  }
}
