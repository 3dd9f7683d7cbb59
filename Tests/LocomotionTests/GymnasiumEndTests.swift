import ParallelArrays
import Testing

@testable import Locomotion
@testable import Physics

@Suite struct GymnasiumEndTests {
  /// A body that stands, with one position changed, after a tick in which no time passed.
  private static func observed(
    _ kind: GymnasiumTask.Kind, position: Int, at value: Double
  ) throws -> GymnasiumEnvironments {
    let environments = try Published.environments(kind)
    environments.stand(0)
    environments.episodes[0].x = 0
    environments.batch.setGeneralizedPosition(value, position, of: 0)
    environments.observe(in: 0..<1)
    return environments
  }

  @Test(arguments: [
    (1, 0.8, false), (1, 0.8.nextUp, true), (1, 2, false), (1, 2.0.nextDown, true),
    (1, .nan, false),
    (2, -1, false), (2, (-1.0).nextUp, true), (2, 1, false), (2, 1.0.nextDown, true),
  ])
  func observe_walkerAroundItsBounds_isHealthyBetweenThem(
    position: Int, value: Double, isHealthy: Bool
  ) throws {
    let environments = try Self.observed(.walker2d, position: position, at: value)
    #expect(environments.outcomes[0] == (isHealthy ? .running : .terminated))
    // The tick that ends an episode earns nothing for health.
    #expect(environments.rewards[0] == (isHealthy ? 1 : 0))
  }

  @Test(arguments: [
    (2, 0.2, true), (2, 0.2.nextDown, false), (2, 1, true), (2, 1.0.nextUp, false),
    (0, .nan, false), (14, .infinity, false), (14, 9, true),
  ])
  func observe_antAroundItsBounds_isHealthyOnAndBetweenThem(
    position: Int, value: Double, isHealthy: Bool
  ) throws {
    let environments = try Self.observed(.ant, position: position, at: value)
    #expect(environments.outcomes[0] == (isHealthy ? .running : .terminated))
    #expect(environments.rewards[0] == (isHealthy ? 1 : 0))
  }

  @Test func observe_antWithAVelocityThatIsNoNumber_isAFall() throws {
    let environments = try Published.environments(.ant)
    environments.batch.setGeneralizedVelocity(.nan, 13, of: 0)
    environments.observe(in: 0..<1)
    #expect(environments.outcomes[0] == .terminated)
  }

  @Test(arguments: GymnasiumTask.Kind.allCases)
  func observe_thousandthTick_isTruncatedAndNotBefore(kind: GymnasiumTask.Kind) throws {
    let environments = try Published.environments(kind)
    environments.stand(0)
    environments.episodes[0].record.ticks = 998
    environments.observe(in: 0..<1)
    #expect(environments.outcomes[0] == .running)
    environments.observe(in: 0..<1)
    #expect(environments.outcomes[0] == .truncated)
    #expect(environments.episodes[0].record.ticks == 0)
    let tally = environments.takeEpisodes()
    #expect(tally.count == 1 && tally.falls == 0 && tally.ticks == 1000)
  }

  @Test(arguments: GymnasiumTask.Kind.allCases)
  func observe_fallOnTheLastTick_isAFall(kind: GymnasiumTask.Kind) throws {
    let environments = try Published.environments(kind)
    environments.batch.setGeneralizedPosition(0, kind == .ant ? 2 : 1, of: 0)
    environments.episodes[0].record.ticks = 999
    environments.observe(in: 0..<1)
    #expect(environments.outcomes[0] == .terminated)
    #expect(environments.takeEpisodes().falls == 1)
  }

  @Test func observe_fall_finalObservationIsTheOldEpisodesAndTheOtherTheNewOnes() throws {
    let environments = try Self.observed(.walker2d, position: 1, at: 0.5)
    #expect(environments.finalObservation(of: 0) == [0.5] + [Float](repeating: 0, count: 16))
    let start = environments.positions(of: 0).dropFirst() + environments.velocities(of: 0)
    #expect(environments.observation(of: 0) == start.map { Float($0) })
    #expect(abs(environments.positions(of: 0)[1] - 1.25) <= 5e-3)
  }

  @Test func observe_newEpisode_measuresItsSpeedFromItsOwnStart() throws {
    let environments = try Published.environments(.walker2d)
    environments.batch.setGeneralizedPosition(50, 0, of: 0)
    environments.batch.setGeneralizedPosition(0, 1, of: 0)
    environments.observe(in: 0..<1)
    environments.observe(in: 0..<1)
    #expect(environments.rewards[0] == 1)
  }

  @Test(arguments: GymnasiumTask.Kind.allCases)
  func tick_oneAndTwoThreads_isTheSameBitForBit(kind: GymnasiumTask.Kind) throws {
    let one = try Published.environments(kind, count: 4, seed: 3, threadCount: 1)
    let two = try Published.environments(kind, count: 4, seed: 3, threadCount: 2)
    #expect(try Trace(one, ticks: 40) == Trace(two, ticks: 40))
    #expect(one.takeEpisodes() == two.takeEpisodes())
  }

  @Test(arguments: GymnasiumTask.Kind.allCases)
  func restore_otherEnvironments_continueBitForBit(kind: GymnasiumTask.Kind) throws {
    let first = try Published.environments(kind, count: 3, isTraining: true)
    // One episode is truncated within the trace.
    first.episodes[2].record.ticks = first.episodes[2].record.ticksMax - 15
    _ = try Trace(first, ticks: 10, actionSeed: 1)
    let second = try Published.environments(kind, count: 3, seed: 2)
    _ = try Trace(second, ticks: 3, actionSeed: 2)
    #expect(second.restore(first.snapshot()))
    #expect(second.snapshot() == first.snapshot())
    #expect(try Trace(second, ticks: 30) == Trace(first, ticks: 30))
  }

  @Test func restore_anySizeThatDiffers_isRefusedAndChangesNothing() throws {
    let environments = try Published.environments(.walker2d, count: 3)
    let before = environments.snapshot()
    _ = try Trace(environments, ticks: 2)
    let now = environments.snapshot()
    let changes: [(inout EnvironmentsSnapshot) -> Void] = [
      { $0.states[1].removeLast() },
      { $0.states.removeLast() },
      { $0.observations.append(0) },
      { $0.episodes = .gymnasium([]) },
      { $0.episodes = .legged([]) },
    ]
    for change in changes {
      var snapshot = before
      change(&snapshot)
      #expect(!environments.restore(snapshot))
      #expect(environments.snapshot() == now)
    }
  }

  @Test(arguments: GymnasiumTask.Kind.allCases)
  func physicsAlone_manyTicks_fallsAreMadeGoodAndTimeGoesOn(kind: GymnasiumTask.Kind) throws {
    let environments = try Published.environments(kind, count: 2)
    let physics = PhysicsAlone(environments)
    #expect(try physics.run(ticks: 3) == 6)
    let tick = kind == .ant ? 0.05 : 0.008
    // The first number of a state is the time.
    #expect(abs(environments.batch.state(of: 0)[0] - 3 * tick) < 1e-9)
    environments.batch.setGeneralizedPosition(0, kind == .ant ? 2 : 1, of: 0)
    environments.episodes[1].record.ticks = 999
    #expect(try physics.run(ticks: 1) == 8)
    for index in 0..<2 { #expect(abs(environments.batch.state(of: index)[0] - tick) < 1e-9) }
  }

  @Test func physicsAlone_actions_coverTheRangeOfTheMotors() throws {
    let environments = try Published.environments(.ant, count: 1)
    let physics = PhysicsAlone(environments)
    var controls: [Double] = []
    for _ in 0..<100 {
      _ = try physics.run(ticks: 1)
      controls += (0..<8).map { environments.batch.control($0, of: 0) }
    }
    #expect(controls.allSatisfy { abs($0) <= 1 })
    #expect((controls.max() ?? 0) > 0.98 && (controls.min() ?? 0) < -0.98)
  }
}
