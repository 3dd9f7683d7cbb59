import CAllocationCounter
import ParallelArrays
import Physics
import RobotDescription
import Testing

@testable import Locomotion

@Suite struct RandomisationTests {
  private static func bits(_ environments: LeggedEnvironments) -> [[UInt64]] {
    (0..<environments.count).map { environments.batch.state(of: $0).map(\.bitPattern) }
  }

  @Test func tick_everyTermOfZeroWidth_isBitIdenticalToOff() throws {
    let off = try Randomised.environments(RandomisationConfiguration()) { $0.episodeTicksMax = 9 }
    let zero = try Randomised.environments(.only()) { $0.episodeTicksMax = 9 }
    #expect(try Trace(zero, ticks: 25) == Trace(off, ticks: 25))
    #expect(Self.bits(zero) == Self.bits(off))
    #expect(
      zero.episodes.elements.map(\.record.random) == off.episodes.elements.map(\.record.random))
  }

  @Test func tick_off_randomisesNothingWhateverTheRanges() throws {
    var ranges = RandomisationConfiguration.everything
    ranges.isOn = false
    let off = try Randomised.environments(ranges)
    let plain = try Randomised.environments(RandomisationConfiguration())
    #expect(try Trace(off, ticks: 15) == Trace(plain, ticks: 15))
  }

  @Test func tick_shareOfNone_isAsTheModelHasIt() throws {
    var ranges = RandomisationConfiguration.everything
    ranges.share = 0
    let none = try Randomised.environments(ranges)
    let off = try Randomised.environments(RandomisationConfiguration())
    #expect(try Trace(none, ticks: 25) == Trace(off, ticks: 25))
    #expect(Self.bits(none) == Self.bits(off))
  }

  @Test(
    arguments: [(0, 0...0), (0.2, 0...0), (0.35, 15...49), (0.5, 64...64), (1, 64...64)]
      as [(Float, ClosedRange<Int>)])
  func begin_shareGrows_asTheTrainingDoes(progress: Float, expected: ClosedRange<Int>) throws {
    var ranges = RandomisationConfiguration.everything
    ranges.shareRamp = 0.2...0.5
    let environments = try Randomised.environments(ranges, count: 64) { $0.episodeTicksMax = 1 }
    environments.setProgress(progress)
    _ = try Trace(environments, ticks: 1)
    #expect(expected.contains((0..<64).count { environments.isVaried($0) }))
  }

  @Test(arguments: [(true, 0), (false, 64)])
  func init_shareThatGrows_beginsWithNoneOnlyInTraining(isTraining: Bool, expected: Int) throws {
    let task = try Spider.task {
      $0.randomisation = .everything
      $0.randomisation.shareRamp = 0.2...0.5
    }
    let environments = try Spider.environments(task, count: 64, isTraining: isTraining)
    #expect((0..<64).count { environments.isVaried($0) } == expected)
  }

  @Test func begin_afterARandomisedEpisode_undoesAllOfIt() throws {
    var ranges = RandomisationConfiguration.everything
    ranges.share = 0.5
    let environments = try Randomised.environments(ranges, count: 64) { $0.episodeTicksMax = 2 }
    func varied() -> Set<Int> { Set((0..<64).filter { environments.isVaried($0) }) }
    let first = varied()
    #expect((20...44).contains(first.count))
    _ = try Trace(environments, ticks: 2)
    // Any simulation whose first episode was varied and whose second is not: it falls freely and
    // lands just as one that never was.
    let index = try #require(first.subtracting(varied()).min())
    let plain = try Randomised.environments(RandomisationConfiguration(), count: 64)
    for environments in [environments, plain] {
      environments.batch.setState(environments.standing, of: index)
      try environments.batch.step(count: 200)
    }
    #expect(environments.batch.state(of: index) == plain.batch.state(of: index))
  }

  @Test func tick_everythingOn_isTheSameBitForBitAtAnyNumberOfThreads() throws {
    let traces = try [1, 2, 4].map { threadCount in
      let environments = try Randomised.environments(
        .everything, count: 8, threadCount: threadCount
      ) { $0.episodeTicksMax = 10 }
      return try Trace(environments, ticks: 25)
    }
    #expect(traces[1] == traces[0])
    #expect(traces[2] == traces[0])
  }

  @Test func restore_everythingOn_continuesBitForBit() throws {
    let first = try Randomised.environments(.everything) { $0.episodeTicksMax = 17 }
    _ = try Trace(first, ticks: 23, actionSeed: 1)
    let snapshot = first.snapshot()
    let second = try Randomised.environments(.everything, seed: 2) { $0.episodeTicksMax = 17 }
    #expect(second.restore(snapshot))
    #expect(second.snapshot() == snapshot)
    #expect(try Trace(second, ticks: 30) == Trace(first, ticks: 30))
    #expect(Self.bits(second) == Self.bits(first))
  }

  @Test func restore_snapshotWithoutRandomisation_isRefusedAndChangesNothing() throws {
    let environments = try Randomised.environments(.everything)
    let before = environments.snapshot()
    let plain = try Randomised.environments(RandomisationConfiguration())
    #expect(!environments.restore(plain.snapshot()))
    #expect(environments.snapshot() == before)
  }

  @Test func begin_everyEpisode_drawsAnew() throws {
    let environments = try Randomised.environments(.everything) { $0.episodeTicksMax = 4 }
    func drawn(_ index: Int) throws -> [Float] {
      let variation = try environments.variation(of: index)
      return [
        variation.friction, variation.massFactors[3], variation.encoderBias[0],
        variation.mounting.x,
      ]
    }
    let first = try drawn(0)
    #expect(try drawn(1) != first)
    try environments.stand(ticks: 3)
    #expect(try drawn(0) == first)
    try environments.stand(ticks: 1)
    #expect(zip(try drawn(0), first).allSatisfy { $0 != $1 })
  }

  @Test func push_drawnIntervals_kickWithinTheirBounds() throws {
    // 5 to 10 ticks of 20 ms.
    let environments = try Randomised.environments(
      .only {
        $0.pushSpeedMax = 0.4
        $0.pushIntervalSeconds = 0.1...0.2
      }, count: 6)
    var before = (0..<6).map { environments.batch.velocity(of: $0) }
    var lastPush = [Int](repeating: -1, count: 6)
    var pushes: [SIMD3<Double>] = []
    var intervals: Set<Int> = []
    var tick = 0
    try Randomised.run(
      environments, ticks: 120,
      afterAct: {
        for index in 0..<6 {
          let kick = environments.batch.velocity(of: index) - before[index]
          guard kick != .zero else { continue }
          pushes.append(kick)
          intervals.insert(tick - lastPush[index])
          lastPush[index] = tick
        }
      },
      { _ in
        before = (0..<6).map { environments.batch.velocity(of: $0) }
        // A new episode draws its own first push.
        for index in 0..<6 where environments.outcomes[index] != .running {
          lastPush[index] = tick
        }
        tick += 1
      })
    let speeds = pushes.map { ($0.x * $0.x + $0.y * $0.y).squareRoot() }
    #expect(intervals == Set(5...10))
    #expect(speeds.allSatisfy { $0 <= 0.4 + 1e-6 } && speeds.contains { $0 > 0.3 })
    #expect(pushes.allSatisfy { $0.z == 0 })
    for quarter in [(1.0, 1.0), (1, -1), (-1, 1), (-1, -1)] {
      #expect(pushes.contains { $0.x * quarter.0 > 0 && $0.y * quarter.1 > 0 })
    }
  }

  @Test func tick_everythingOn_allocatesNoMoreThanOff() throws {
    func allocations(_ configuration: RandomisationConfiguration) throws -> UInt64 {
      let environments = try Randomised.environments(configuration, count: 1)
      let actions = SliceBuffer<Float>(repeating: 0.1, count: Spider.jointCount)
      func tick() throws -> UInt64 {
        let before = allocationCounterThreadTotal()
        environments.act(actions, in: 0..<1)
        try environments.advance()
        environments.observe(in: 0..<1)
        return allocationCounterThreadTotal() - before
      }
      _ = try tick()
      return try (0..<20).map { _ in try tick() }.reduce(0, +)
    }
    #expect(try allocations(.everything) == allocations(RandomisationConfiguration()))
  }
}
