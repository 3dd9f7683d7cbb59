import ParallelArrays
import Testing

@testable import Locomotion
@testable import Physics

@Suite struct GymnasiumTaskTests {
  @Test(arguments: [(GymnasiumTask.Kind.walker2d, 17, 6), (.ant, 105, 8)])
  func init_task_hasTheWidthsThatArePublished(
    kind: GymnasiumTask.Kind, observation: Int, action: Int
  ) throws {
    let environments = try Published.environments(kind, count: 2)
    #expect(environments.observationWidth == observation)
    #expect(environments.actionSpace == .continuous(width: action))
    #expect(environments.observations.count == 2 * observation)
  }

  @Test func init_modelOfAnotherBody_isRefused() {
    let path = Spider.bodyPath
    #expect(
      throws: TaskError.physics(
        .modelUnsuitable(path: path, missing: "the joints and motors of Ant-v5"))
    ) {
      try GymnasiumEnvironments(
        task: GymnasiumTask(kind: .ant, modelPath: path), count: 1, seed: 0, threadCount: 1,
        isTraining: false)
    }
  }

  @Test func start_walker_fillsItsRanges() throws {
    let environments = try Published.environments(.walker2d, count: 40)
    let standing = Published.standing(.walker2d)
    let noise = (0..<40).flatMap { index in
      zip(environments.positions(of: index), standing).map { $0 - $1 }
        + environments.velocities(of: index)
    }
    #expect(noise.allSatisfy { abs($0) <= 5e-3 })
    #expect(Set(noise).count == noise.count)
    // A uniform number's variance is a third of its bound squared; five standard errors.
    let variance = noise.reduce(0) { $0 + $1 * $1 } / Double(noise.count) / 25e-6
    #expect(abs(variance - 1 / 3.0) < 5 * (4 / 45.0 / Double(noise.count)).squareRoot())
  }

  @Test func start_ant_positionsAreUniformAndVelocitiesNormal() throws {
    let environments = try Published.environments(.ant, count: 60)
    let standing = Published.standing(.ant)
    let noise = (0..<60).flatMap { zip(environments.positions(of: $0), standing).map { $0 - $1 } }
    #expect(noise.allSatisfy { abs($0) <= 0.1 })
    let size = Double(noise.count)
    let variance = noise.reduce(0) { $0 + $1 * $1 } / size / 0.01
    #expect(abs(variance - 1 / 3.0) < 5 * (4 / 45.0 / size).squareRoot())

    let rates = (0..<60).flatMap { environments.velocities(of: $0) }.map { $0 / 0.1 }
    let count = Double(rates.count)
    #expect(abs(rates.reduce(0, +) / count) < 5 / count.squareRoot())
    #expect(abs(rates.reduce(0) { $0 + $1 * $1 } / count - 1) < 5 * (2 / count).squareRoot())
    #expect((rates.map { abs($0) }.max() ?? 0) > 2)
  }

  @Test func start_walker_observesPositionsButTheFirstAndLimitedVelocities() throws {
    let environments = try Published.environments(.walker2d)
    let positions = (0..<9).map { 0.1 * Double($0) }
    let observation = environments.start(
      positions: positions, velocities: [11, -12, 9, 0, 1, 2, 3, 4, -10])
    #expect(observation == positions.dropFirst() + [10, -10, 9, 0, 1, 2, 3, 4, -10])
  }

  @Test func start_ant_observesPositionsButTwoAndAllVelocitiesAndNoForces() throws {
    let environments = try Published.environments(.ant)
    let positions = (0..<15).map { 0.1 * Double($0) }
    let velocities = (0..<14).map { 20 - Double($0) }
    _ = environments.start(positions: Published.standing(.ant), velocities: Published.zeros(14))
    for _ in 0..<20 { _ = try environments.step(action: Published.zeros(8)) }
    let observation = environments.start(positions: positions, velocities: velocities)
    #expect(observation == positions.dropFirst(2) + velocities + Published.zeros(78))
  }

  @Test func step_walker_rewardIsSpeedAndHealthLessEffort() throws {
    let environments = try Published.environments(.walker2d)
    var positions = Published.standing(.walker2d)
    positions[0] = 3
    var velocities = Published.zeros(9)
    velocities[0] = 1
    _ = environments.start(positions: positions, velocities: velocities)
    let step = try environments.step(action: [1, -0.5, 0, 0, 2, 0])
    let speed = (environments.positions(of: 0)[0] - 3) / 0.008
    #expect(abs(speed - 1) < 0.5)
    #expect(abs(step.reward - (speed + 1 - 1e-3 * 5.25)) < 1e-12)
  }

  @Test func step_antInTheAir_rewardIsSpeedAndHealthLessEffort() throws {
    let environments = try Published.environments(.ant)
    var positions = Published.standing(.ant)
    positions[2] = 0.95
    // Ankles within their limits, so that nothing acts on the whole body but gravity.
    for (ankle, angle) in [(8, 0.8), (10, -0.8), (12, -0.8), (14, 0.8)] { positions[ankle] = angle }
    var velocities = Published.zeros(14)
    velocities[0] = 0.4
    _ = environments.start(positions: positions, velocities: velocities)
    let step = try environments.step(action: Published.zeros(8))
    #expect(step.observation.suffix(78) == Published.zeros(78)[...])
    // The last stage of Runge and Kutta looks from the end of its step: the speed stays whole.
    #expect(abs(step.reward - (0.4 + 1)) < 1e-9)
    let effort = try environments.step(action: [1, -1, 0.5, 0, 0, 0, 0, 0])
    // Hips turn the legs, which moves the torso a little.
    #expect(abs(effort.reward - (0.4 + 1 - 0.5 * 2.25)) < 0.2)
  }

  @Test func step_antOnTheGround_paysForTheForcesItObserves() throws {
    let environments = try Published.environments(.ant)
    _ = environments.start(
      positions: Published.standing(.ant), velocities: [0.5] + Published.zeros(13))
    var isTouching = false
    var x = 0.0
    for _ in 0..<30 {
      let step = try environments.step(action: Published.zeros(8))
      let forces = step.observation.suffix(78)
      let cost = 5e-4 * forces.reduce(0) { $0 + $1 * $1 }
      let speed = (environments.batch.steppedPosition(axis: 0, part: 1, of: 0) - x) / 0.05
      x += speed * 0.05
      #expect(abs(step.reward - (speed + 1 - cost)) < 1e-12)
      #expect(forces.allSatisfy { abs($0) <= 1 })
      isTouching = isTouching || forces.contains { abs($0) > 0.5 }
    }
    #expect(isTouching)
  }

  @Test(arguments: GymnasiumTask.Kind.allCases)
  func act_actionBeyondTheRange_isTheLimitForMotorAndCost(kind: GymnasiumTask.Kind) throws {
    let environments = try Published.environments(kind, count: 2)
    for index in 0..<2 { environments.batch.setState(environments.initial, of: index) }
    environments.episodes[0].x = 0
    environments.episodes[1].x = 0
    let width = environments.actionSpace.width
    let actions = SliceBuffer<Float>(repeating: 1, count: 2 * width)
    actions[0] = -1
    for motor in 0..<width { actions[width + motor] = motor == 0 ? -7 : 3 }
    try environments.tick(actions)
    #expect(environments.rewards[0] == environments.rewards[1])
    #expect(environments.observation(of: 0) == environments.observation(of: 1))
  }

  @Test(arguments: GymnasiumTask.Kind.allCases)
  func step_actionBeyondTheRange_movesLikeTheLimitAndCostsMore(kind: GymnasiumTask.Kind) throws {
    let environments = try Published.environments(kind)
    let start = { [width = environments.velocityCount] in
      _ = environments.start(
        positions: Published.standing(kind), velocities: Published.zeros(width))
    }
    let width = environments.actionSpace.width
    start()
    let limit = try environments.step(action: [Double](repeating: 1, count: width))
    start()
    let beyond = try environments.step(action: [Double](repeating: 2, count: width))
    #expect(limit.observation == beyond.observation)
    let price = kind == .ant ? 0.5 : 1e-3
    #expect(abs(limit.reward - beyond.reward - price * 3 * Double(width)) < 1e-12)
  }

  @Test func init_staggered_endsFirstEpisodesAtDifferentTicks() throws {
    let environments = try Published.environments(.ant, count: 4, isTraining: true)
    #expect(environments.episodes.elements.map(\.record.ticksMax) == [1000, 750, 500, 250])
  }
}
