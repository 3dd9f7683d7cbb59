import ParallelArrays
import RobotDescription
import Testing

@testable import Locomotion

@Suite struct CommandTests {
  private static func environments(
    count: Int = 1, _ change: (inout TaskConfiguration) -> Void
  ) throws -> LeggedEnvironments {
    try Spider.environments(
      try Spider.task {
        $0.forwardRange = 0.1...0.2
        $0.yawRateRange = -1...1
        change(&$0)
      }, count: count)
  }

  @Test func observe_commandInterval_anotherCommandIsDrawnAndObserved() throws {
    let environments = try Self.environments { $0.commandIntervalTicks = 3 }
    var commands: [VelocityCommand] = []
    for _ in 0..<9 {
      environments.observe(in: 0..<1)
      let command = environments.command(of: 0)
      commands.append(command)
      #expect(
        environments.observation(of: 0).suffix(3) == [
          command.forward, command.left, command.yawRate,
        ])
    }
    #expect(commands[0] == commands[1])
    #expect(commands[1] != commands[2])
    #expect(commands[2] == commands[4])
    #expect(commands[4] != commands[5])
    #expect(commands.allSatisfy { (0.1...0.2).contains($0.forward) })
  }

  @Test func observe_intervalOfZero_theCommandStays() throws {
    let environments = try Self.environments { $0.commandIntervalTicks = 0 }
    let command = environments.command(of: 0)
    for _ in 0..<300 { environments.observe(in: 0..<1) }
    #expect(environments.command(of: 0) == command)
  }

  @Test func observe_commandGiven_isNotDrawnAgain() throws {
    let environments = try Self.environments { $0.commandIntervalTicks = 2 }
    let asked = VelocityCommand(forward: 0.05)
    environments.command(asked)
    for _ in 0..<6 { environments.observe(in: 0..<1) }
    #expect(environments.command(of: 0) == asked)
  }

  @Test(arguments: [(Float(0), 0...0), (0.3, 45...75), (1, 200...200)])
  func begin_standingShare_soManyAreAskedToStand(
    share: Float, expected: ClosedRange<Int>
  ) throws {
    let environments = try Self.environments(count: 200) { $0.standingShare = share }
    let standing = (0..<200).count { environments.command(of: $0) == VelocityCommand() }
    #expect(expected.contains(standing))
  }

  @Test func command_whileUnderWay_isInTheNextObservation() throws {
    let environments = try Self.environments { $0.commandIntervalTicks = 0 }
    environments.observe(in: 0..<1)
    let before = environments.observation(of: 0)
    environments.command(VelocityCommand(forward: 0.05))
    #expect(environments.observation(of: 0) == before)
    environments.observe(in: 0..<1)
    #expect(environments.observation(of: 0).suffix(3) == [0.05, 0, 0])
  }

  @Test func observation_gaitClock_countsFromTheStartOfEachEpisode() throws {
    let environments = try Self.environments(count: 2) {
      $0.gaitPeriodTicks = 4
      $0.episodeTicksMax = 6
    }
    // A first episode that is truncated early has the clock of a whole one.
    environments.episodes[1].record.ticks = 3
    let quarters: [[Float]] = [[0, 1], [1, 0], [0, -1], [-1, 0]]
    #expect(environments.observation(of: 0).suffix(2) == [0, 1])
    for tick in 1...11 {
      environments.observe(in: 0..<2)
      #expect(Array(environments.observation(of: 0).suffix(2)) == quarters[tick % 6 % 4])
      let second = tick < 3 ? tick : (tick - 3) % 6
      #expect(Array(environments.observation(of: 1).suffix(2)) == quarters[second % 4])
    }
  }
}
