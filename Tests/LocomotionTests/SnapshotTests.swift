import ParallelArrays
import Testing

@testable import Locomotion

extension EnvironmentsSnapshot {
  /// Changes the episodes of a legged body.
  mutating func changeEpisodes(_ change: (inout [LeggedEpisode]) -> Void) {
    guard case .legged(var legged) = episodes else { return }
    change(&legged)
    episodes = .legged(legged)
  }
}

@Suite struct SnapshotTests {
  /// Episodes short enough to end within a test.
  private static func environments(count: Int = 3, seed: UInt64 = 1) throws -> LeggedEnvironments {
    let task = try Spider.task {
      $0.episodeTicksMax = 7
      $0.startAngleNoiseRadians = 0.1
      $0.forwardRange = 0...0.2
      $0.standingShare = 0.1
      $0.commandIntervalTicks = 3
      $0.gaitPeriodTicks = 5
      $0.reward.footSlip = -1
      $0.reward.clearance = -1
      $0.reward.airTime = 1
      $0.reward.gaitContact = 1
      $0.reward.targetAcceleration = -1
    }
    return try Spider.environments(task, count: count, seed: seed, isTraining: true)
  }

  @Test func restore_otherEnvironments_continueBitForBit() throws {
    let first = try Self.environments()
    _ = try Trace(first, ticks: 10, actionSeed: 1)
    let snapshot = first.snapshot()
    let second = try Self.environments(seed: 2)
    #expect(second.restore(snapshot))
    #expect(try Trace(second, ticks: 20) == Trace(first, ticks: 20))
  }

  @Test func restore_sameEnvironmentsLater_repeatWhatTheyDid() throws {
    let environments = try Self.environments()
    let snapshot = environments.snapshot()
    let first = try Trace(environments, ticks: 10)
    #expect(environments.restore(snapshot))
    #expect(try Trace(environments, ticks: 10) == first)
  }

  @Test func snapshot_restored_isItselfAgain() throws {
    let first = try Self.environments()
    _ = try Trace(first, ticks: 5)
    let second = try Self.environments(seed: 2)
    #expect(second.restore(first.snapshot()))
    #expect(second.snapshot() == first.snapshot())
  }

  @Test func restore_anotherNumberOfSimulations_isRefusedAndChangesNothing() throws {
    let environments = try Self.environments(count: 3)
    let before = environments.snapshot()
    #expect(!environments.restore(try Self.environments(count: 2).snapshot()))
    #expect(environments.snapshot() == before)
  }

  @Test func restore_anySizeThatDiffers_isRefusedAndChangesNothing() throws {
    let environments = try Self.environments()
    let before = environments.snapshot()
    _ = try Trace(environments, ticks: 2)
    let changes: [(inout EnvironmentsSnapshot) -> Void] = [
      { $0.states[1].removeLast() },
      { $0.states.removeLast() },
      { $0.observations.append(0) },
      { $0.changeEpisodes { $0.removeLast() } },
      { $0.changeEpisodes { $0[2].record.sums.rewardTerms.append(0) } },
      { $0.changeEpisodes { $0[0].record.sums.rewardTerms.removeLast() } },
      { $0.changeEpisodes { $0[0].averaging.ticks = .max } },
      { $0.changeEpisodes { $0[0].motion.feet[3].airTicks = .max } },
      { $0.changeEpisodes { $0[1].commandTicksLeft = .min } },
      { $0.episodes = .cartPole([]) },
    ]
    let now = environments.snapshot()
    for change in changes {
      var snapshot = before
      change(&snapshot)
      #expect(!environments.restore(snapshot))
      #expect(environments.snapshot() == now)
    }
  }
}
