import ParallelArrays
import Testing

@testable import Locomotion
@testable import Physics

@Suite struct PhysicsAloneTests {
  private static func environments(
    count: Int = 2, threadCount: Int = 1, _ change: (inout TaskConfiguration) -> Void = { _ in }
  ) throws -> LeggedEnvironments {
    try Spider.environments(try Spider.task(change), count: count, threadCount: threadCount)
  }

  @Test func run_twice_countsTheStepsOfAllSimulations() throws {
    let physics = PhysicsAlone(try Self.environments(count: 3))
    #expect(try physics.run(ticks: 4) == 12)
    #expect(try physics.run(ticks: 2) == 18)
  }

  @Test func run_oneAndTwoThreads_isTheSameBitForBit() throws {
    let one = try Self.environments(threadCount: 1)
    let two = try Self.environments(threadCount: 2)
    _ = try PhysicsAlone(one).run(ticks: 20)
    _ = try PhysicsAlone(two).run(ticks: 20)
    for index in 0..<2 { #expect(one.batch.state(of: index) == two.batch.state(of: index)) }
  }

  @Test func follow_fromTheStateOfOthers_isTheirMotionBitForBit() throws {
    let others = try Self.environments()
    let width = others.actionSpace.width
    _ = try PhysicsAlone(others).run(ticks: 3)
    let start = others.snapshot()
    let actions = SliceBuffer<Float>(repeating: 0, count: 5 * 2 * width)
    for tick in 0..<5 {
      let tickActions = SliceBuffer<Float>(repeating: 0, count: 2 * width)
      for index in 0..<(2 * width) {
        tickActions[index] = Float((7 * tick + 3 * index) % 5) * 0.2 - 0.4
        actions[tick * 2 * width + index] = tickActions[index]
      }
      others.act(tickActions, in: 0..<2)
      try others.advance()
      others.observe(in: 0..<2)
    }
    let same = try Self.environments()
    let physics = PhysicsAlone(same)
    physics.begin(at: start)
    #expect(try physics.run(following: actions) == 10)
    for index in 0..<2 { #expect(same.batch.state(of: index) == others.batch.state(of: index)) }
  }

  @Test func run_noEnd_timeGoesOn() throws {
    let environments = try Self.environments(count: 1)
    _ = try PhysicsAlone(environments).run(ticks: 10)
    #expect(abs(environments.batch.state(of: 0)[0] - 10 * 0.02) < 1e-9)
  }

  @Test func run_fallenAtOnce_beginsAnewEachTick() throws {
    let environments = try Self.environments { $0.heightMinMetres = 10 }
    _ = try PhysicsAlone(environments).run(ticks: 10)
    for index in 0..<2 { #expect(abs(environments.batch.state(of: index)[0] - 0.02) < 1e-9) }
  }

  @Test func run_truncated_beginsAnew() throws {
    let environments = try Self.environments(count: 1) { $0.episodeTicksMax = 4 }
    // The first episode gives way to the second on its fourth tick.
    _ = try PhysicsAlone(environments).run(ticks: 5)
    #expect(abs(environments.batch.state(of: 0)[0] - 2 * 0.02) < 1e-9)
  }
}
