import ParallelArrays
import RobotDescription
import Testing

@testable import Locomotion

/// Tallies of episodes whose bodies are moved by hand.
@Suite struct EpisodeTallyTests {
  /// Episodes of the given length at 50 Hz; half a second is 25 ticks.
  private static func environments(
    ticks: Int, count: Int = 1, command: VelocityCommand = VelocityCommand(forward: 0.2)
  ) throws -> LeggedEnvironments {
    let environments = try Spider.environments(
      try Spider.task { $0.episodeTicksMax = ticks }, count: count)
    environments.command(command)
    return environments
  }

  @Test func lastEpisode_noneYet_isEmpty() throws {
    let environments = try Self.environments(ticks: 3)
    environments.observe(in: 0..<1)
    #expect(environments.lastEpisode(of: 0) == EpisodeTally())
  }

  @Test func lastEpisode_ofTwoSimulations_addUpToTheTally() throws {
    let environments = try Self.environments(ticks: 3, count: 2)
    environments.roll(.pi, of: 1)
    for _ in 0..<3 { environments.observe(in: 0..<2) }
    let first = environments.lastEpisode(of: 0)
    let second = environments.lastEpisode(of: 1)
    #expect((first.count, first.falls, first.ticks) == (1, 0, 3))
    #expect((second.count, second.falls, second.ticks) == (1, 1, 1))
    var sum = first
    sum.add(second)
    #expect(environments.takeEpisodes() == sum)
    #expect(environments.lastEpisode(of: 0) == first)
  }

  @Test func velocityError_constantSpeed_countsAfterHalfASecond() throws {
    let environments = try Self.environments(ticks: 80)
    environments.setVelocity(0, to: 0.3, of: 0)
    environments.setVelocity(1, to: 0.1, of: 0)
    for _ in 0..<80 { environments.observe(in: 0..<1) }
    let tally = environments.lastEpisode(of: 0)
    // Half a second settles, two halves count, five ticks are left over.
    #expect(tally[.velocityTicks] == 50)
    #expect(abs(tally[.velocityErrorSquares] - 50 * (0.1 * 0.1 + 0.1 * 0.1)) < 1e-7)
    #expect(tally[.yawRateErrorSquares] == 0)
    #expect(abs(tally[.distanceMetres] - 0.1.squareRoot() * 80 * 0.02) < 1e-6)
  }

  @Test func yawRateError_constantTurning_countsAfterHalfASecond() throws {
    let environments = try Self.environments(
      ticks: 60, command: VelocityCommand(yawRate: 0.5))
    environments.setVelocity(5, to: 0.2, of: 0)
    for _ in 0..<60 { environments.observe(in: 0..<1) }
    let tally = environments.lastEpisode(of: 0)
    #expect(tally[.velocityTicks] == 25)
    #expect(abs(tally[.yawRateErrorSquares] - 25 * 0.3 * 0.3) < 1e-6)
    #expect(tally[.velocityErrorSquares] < 1e-9)
  }

  @Test func lastEpisode_beganLate_countsOnlyItsOwnTicks() throws {
    let environments = try LeggedEnvironments(
      task: try Spider.task { $0.episodeTicksMax = 10 }, count: 2, seed: 1, threadCount: 1,
      isTraining: true)
    for _ in 0..<5 { environments.observe(in: 0..<2) }
    #expect(environments.outcomes[1] == .truncated)
    #expect(environments.lastEpisode(of: 1).ticks == 5)
  }

  @Test func velocityError_newCommand_settlesAgain() throws {
    let environments = try Self.environments(ticks: 100)
    environments.setVelocity(0, to: 0.3, of: 0)
    for tick in 0..<100 {
      if tick == 40 { environments.command(VelocityCommand(forward: 0.5)) }
      environments.observe(in: 0..<1)
    }
    let tally = environments.lastEpisode(of: 0)
    // Of the first 40 ticks none is of a whole second half; of the other 60 the second half is.
    #expect(tally[.velocityTicks] == 25)
    #expect(abs(tally[.velocityErrorSquares] - 25 * 0.2 * 0.2) < 1e-7)
    #expect(abs(tally[.distanceMetres] - 0.3 * 2) < 1e-6)
  }

  @Test func velocityError_swayingOnTheSpot_isThatOfStandingStill() throws {
    let environments = try Self.environments(ticks: 50)
    for tick in 0..<50 {
      environments.setVelocity(0, to: [0.3, 0.3, 0, -0.3, -0.3][tick % 5], of: 0)
      environments.observe(in: 0..<1)
    }
    let tally = environments.lastEpisode(of: 0)
    #expect(tally[.velocityTicks] == 25)
    #expect(abs(tally[.velocityErrorSquares] - 25 * 0.2 * 0.2) < 1e-7)
    #expect(abs(tally[.distanceMetres]) < 1e-9)
  }

  @Test func slip_touchingFootMoves_isItsWay() throws {
    let environments = try Self.environments(ticks: 2)
    environments.look()
    environments.setFoot(1, to: SIMD3(0.003, -0.004, 0.001), of: 0)
    environments.setFoot(3, to: SIMD3(0.1, 0.1, 0.003), of: 0)
    environments.look()
    #expect(abs(environments.episodes[0].record.sums[.slipMetres] - 0.005) < 1e-6)
  }

  @Test func slip_footLands_countsFromTheNextTickOn() throws {
    let environments = try Self.environments(ticks: 2)
    environments.look()
    for (x, height) in [(0.1, 0.003), (0.2, 0.001)] {
      environments.setFoot(3, to: SIMD3(x, 0, height), of: 0)
      environments.look()
    }
    #expect(environments.episodes[0].record.sums[.slipMetres] == 0)
    environments.setFoot(3, to: SIMD3(0.21, 0, 0.001), of: 0)
    environments.look()
    #expect(abs(environments.episodes[0].record.sums[.slipMetres] - 0.01) < 1e-6)
  }

  @Test(arguments: [(0.2, 1), (0, 0)])
  func footLift_halfASecond_isThatOfTheFootLiftedLeast(forward: Float, count: Int) throws {
    let environments = try Self.environments(
      ticks: 60, command: VelocityCommand(forward: forward))
    for tick in 0..<50 {
      for foot in 0..<4 {
        // The first half second does not count; each foot has a height of its own for one tick.
        let isUp = tick < 25 ? foot > 0 : tick == 30 + foot
        let height = isUp ? 0.01 * Double(4 - foot) : 0.001
        environments.setFoot(foot, to: SIMD3(0, 0, height), of: 0)
      }
      environments.look()
    }
    let tally = environments.episodes[0].record.sums
    #expect(tally[.footLiftCount] == Double(count))
    #expect(abs(tally[.footLiftMetres] - 0.01 * Double(count)) < 1e-6)
  }

  @Test func energy_turningServo_isTorqueTimesRateTimesTime() throws {
    let environments = try Self.environments(ticks: 3)
    environments.setServoTorque(4, to: -0.4, of: 0)
    environments.setVelocity(6 + 4, to: 2, of: 0)
    for _ in 0..<3 { environments.observe(in: 0..<1) }
    #expect(abs(environments.lastEpisode(of: 0)[.energyJoules] - 3 * 0.8 * 0.02) < 1e-7)
  }

  @Test func targetChange_oneTargetMovesToAndFro_isTheMeanOverJoints() throws {
    let environments = try Self.environments(ticks: 4)
    let actions = SliceBuffer<Float>(repeating: 0, count: Spider.jointCount)
    let action = 0.06 / environments.task.actions.scale[5]
    for tick in 0..<4 {
      actions[5] = tick % 2 == 0 ? action : -action
      environments.act(actions, in: 0..<1)
      environments.observe(in: 0..<1)
    }
    let tally = environments.lastEpisode(of: 0)
    #expect(abs(tally[.actionRate] - (0.06 + 3 * 0.12) / 12) < 1e-6)
  }

  @Test func sums_nextEpisode_beginAtZero() throws {
    let environments = try Self.environments(ticks: 30)
    environments.setVelocity(0, to: 0.3, of: 0)
    for _ in 0..<30 { environments.observe(in: 0..<1) }
    #expect(environments.lastEpisode(of: 0)[.distanceMetres] > 0.1)
    // The new episode stands.
    for _ in 0..<30 { environments.observe(in: 0..<1) }
    #expect(environments.lastEpisode(of: 0)[.distanceMetres] == 0)
  }
}
