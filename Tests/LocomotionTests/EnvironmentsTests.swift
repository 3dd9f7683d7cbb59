import ParallelArrays
import RobotDescription
import Testing

@testable import Locomotion
@testable import Physics

@Suite struct EnvironmentsTests {
  /// Short episodes, each with another start and another command.
  private static func variedTask() throws -> LocomotionTask {
    try Spider.task {
      $0.episodeTicksMax = 10
      $0.startAngleNoiseRadians = 0.1
      $0.forwardRange = 0...0.2
      $0.leftRange = -0.1...0.1
      $0.yawRateRange = -1...1
    }
  }

  @Test func tick_oneAndTwoThreads_isTheSameBitForBit() throws {
    let task = try Self.variedTask()
    let one = try Spider.environments(task, count: 6, seed: 3, threadCount: 1)
    let two = try Spider.environments(task, count: 6, seed: 3, threadCount: 2)
    #expect(try Trace(one, ticks: 25) == Trace(two, ticks: 25))
    #expect(one.takeEpisodes() == two.takeEpisodes())
  }

  @Test func init_anotherSeed_startsOtherwise() throws {
    let task = try Self.variedTask()
    let first = try Spider.environments(task, seed: 3)
    let second = try Spider.environments(task, seed: 4)
    #expect(first.observation(of: 0) != second.observation(of: 0))
    #expect(first.command(of: 0) != second.command(of: 0))
  }

  @Test func init_simulationsOfOneSeed_startEachInItsOwnWay() throws {
    let environments = try Spider.environments(try Self.variedTask(), count: 5)
    let starts = Set((0..<5).map { environments.observation(of: $0) })
    #expect(starts.count == 5)
  }

  @Test func init_startNoise_movesEveryJointWithinItsBound() throws {
    let task = try Spider.task { $0.startAngleNoiseRadians = 0.1 }
    let environments = try Spider.environments(task, count: 8)
    for index in 0..<8 {
      let offsets = (0..<Spider.jointCount).map {
        environments.batch.jointAngle($0, of: index) - Double(Spider.standingLeg[$0 % 3])
      }
      #expect(offsets.allSatisfy { abs($0) <= 0.1 + 1e-6 && $0 != 0 })
    }
  }

  @Test func command_drawn_liesInTheRangesOfTheTask() throws {
    let environments = try Spider.environments(try Self.variedTask(), count: 20)
    for index in 0..<20 {
      let command = environments.command(of: index)
      #expect((0...0.2).contains(command.forward))
      #expect((-0.1...0.1).contains(command.left))
      #expect((-1...1).contains(command.yawRate))
    }
  }

  @Test func command_given_isObservedUntilTheEpisodeEnds() throws {
    let task = try Spider.task {
      $0.episodeTicksMax = 2
      $0.forwardRange = 0.1...0.1
    }
    let environments = try Spider.environments(task)
    let asked = VelocityCommand(forward: 0.05, left: 0.02, yawRate: -0.3)
    environments.command(asked)
    #expect(environments.observation(of: 0).suffix(3) == [0.05, 0.02, -0.3])
    try environments.stand(ticks: 1)
    #expect(environments.command(of: 0) == asked)
    try environments.stand(ticks: 1)
    #expect(environments.command(of: 0) == VelocityCommand(forward: 0.1))
  }

  @Test func act_hugeAction_targetMovesByTheSlewUpToTheLimit() throws {
    let environments = try Spider.environments(try Spider.task())
    let actions = SliceBuffer<Float>(repeating: 100, count: Spider.jointCount)
    // 8 rad/s at 50 Hz.
    for tick in 1...5 {
      environments.act(actions, in: 0..<1)
      let expected = min(0.8, 0.16 * Double(tick))
      #expect(abs(environments.target(0, of: 0) - expected) < 1e-6)
    }
  }

  @Test func act_smallAction_targetIsTheStandingPosePlusScaleTimesAction() throws {
    let task = try Spider.task { $0.actionScale = 0.3 }
    let environments = try Spider.environments(task, count: 2)
    let actions = SliceBuffer<Float>(repeating: 0, count: 2 * Spider.jointCount)
    for joint in 0..<Spider.jointCount { actions[Spider.jointCount + joint] = 0.4 }
    environments.act(actions, in: 0..<2)
    for joint in 0..<Spider.jointCount {
      let standing = Double(Spider.standingLeg[joint % 3])
      #expect(abs(environments.target(joint, of: 0) - standing) < 1e-6)
      #expect(abs(environments.target(joint, of: 1) - (standing + 0.12)) < 1e-6)
    }
  }

  @Test func act_notANumber_leavesTheTarget() throws {
    let environments = try Spider.environments(try Spider.task())
    environments.act(SliceBuffer(repeating: .nan, count: Spider.jointCount), in: 0..<1)
    #expect(
      (0..<Spider.jointCount).map { Float(environments.target($0, of: 0)) }
        == (0..<Spider.jointCount).map { Spider.standingLeg[$0 % 3] })
  }

  @Test func advance_oneTick_isOneControlPeriodOfPhysics() throws {
    let environments = try Spider.environments(try Spider.task())
    try environments.advance()
    // The first number of a state is the time.
    #expect(abs(environments.batch.state(of: 0)[0] - 0.02) < 1e-12)
  }

  @Test func pose_turnedBody_isItsPlaceAndHeading() throws {
    let environments = try Spider.environments(try Spider.task())
    environments.setPosition(0, to: 0.3, of: 0)
    environments.setPosition(1, to: -0.2, of: 0)
    // A quarter turn to the left.
    environments.setPosition(3, to: 0.5.squareRoot(), of: 0)
    environments.setPosition(6, to: 0.5.squareRoot(), of: 0)
    let pose = environments.pose(of: 0)
    #expect(pose.position == SIMD2(0.3, -0.2))
    #expect(abs(pose.heading.x) < 1e-12 && abs(pose.heading.y - 1) < 1e-12)
  }
}
