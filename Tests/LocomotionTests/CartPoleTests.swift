import Foundation
import ParallelArrays
import Testing

@testable import Locomotion

@Suite struct CartPoleTests {
  private static func environments(
    count: Int = 1, seed: UInt64 = 1, isTraining: Bool = false
  ) -> CartPoleEnvironments {
    CartPoleEnvironments(count: count, seed: seed, isTraining: isTraining)
  }

  @Test func trainingTask_cartPole_hasItsPublishedNameAndSpaces() throws {
    let environments = try TrainingTask.cartPole.makeEnvironments(
      count: 2, seed: 0, threadCount: 0, isTraining: false)
    #expect(TrainingTask.cartPole.name == "CartPole-v1")
    #expect(environments.actionSpace == .discrete(count: 2))
    #expect(environments.observationWidth == 4)
  }

  @Test func start_manyEpisodes_fillTheirRange() {
    let environments = Self.environments(count: 100)
    let numbers = environments.observations.elements.map { Double($0) }
    #expect(numbers.allSatisfy { abs($0) <= 0.05 })
    #expect(Set(numbers).count == 400)
    let variance = numbers.reduce(0) { $0 + $1 * $1 } / 400 / 0.0025
    #expect(abs(variance - 1 / 3.0) < 5 * (4 / 45.0 / 400).squareRoot())
  }

  @Test func step_uprightAtRest_acceleratesAsTheEquationsSay() throws {
    // With the pole upright and at rest: pole (4/3 − m/M)·l·α = −F/M, cart a = F/M − m·l·α/M.
    let environments = Self.environments()
    _ = environments.start(positions: [1, 0], velocities: [0.5, 0])
    let step = try environments.step(action: [1])
    let angular = -(10 / 1.1) / (0.5 * (4 / 3.0 - 0.1 / 1.1))
    let linear = 10 / 1.1 - 0.1 * 0.5 * angular / 1.1
    let expected = [1 + 0.02 * 0.5, 0.5 + 0.02 * linear, 0, 0.02 * angular]
    #expect(zip(step.observation, expected).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(step.reward == 1 && !step.isTerminated && !step.isTruncated)
  }

  @Test func step_pushes_areMirrorImages() throws {
    let environments = Self.environments()
    _ = environments.start(positions: [0.1, 0.05], velocities: [0.2, -0.3])
    let right = try environments.step(action: [1]).observation
    _ = environments.start(positions: [-0.1, -0.05], velocities: [-0.2, 0.3])
    let left = try environments.step(action: [0]).observation
    #expect(right == left.map { -$0 })
  }

  @Test func step_energyWithoutPush_isKeptByShortSteps() {
    // Averaged over both pushes the force is zero: a check of the coupled equations against the
    // energy of cart and pole, whose rate is force × speed. The pole is a rod of length 2·l.
    func energy(_ cart: CartPole) -> Double {
      let along = cart.speed * cart.rate * cos(cart.angle) * 0.05
      return 0.55 * cart.speed * cart.speed + along
        + 0.5 * (4 / 3.0) * 0.1 * 0.25 * cart.rate * cart.rate + 0.05 * 9.8 * cos(cart.angle)
    }
    let start = CartPole(place: 0, speed: 0.3, angle: 0.15, rate: -0.4)
    func rate(_ isPushedRight: Bool) -> Double {
      var cart = start
      cart.advance(isPushedRight: isPushedRight)
      // Accelerations of the step, applied for a short time.
      let seconds = 1e-6
      let share = seconds / 0.02
      let after = CartPole(
        place: 0, speed: start.speed + share * (cart.speed - start.speed),
        angle: start.angle + seconds * start.rate,
        rate: start.rate + share * (cart.rate - start.rate))
      return (energy(after) - energy(start)) / seconds
    }
    #expect(abs(rate(true) - 10 * 0.3) < 1e-3)
    #expect(abs(rate(false) + 10 * 0.3) < 1e-3)
  }

  @Test(arguments: [
    (CartPole(place: 2.4), false), (CartPole(place: 2.4.nextUp), true),
    (CartPole(place: -2.4), false), (CartPole(place: (-2.4).nextDown), true),
    (CartPole(angle: 0.2094), false), (CartPole(angle: 0.2095), true),
    (CartPole(angle: -0.2094), false), (CartPole(angle: -0.2095), true),
    (CartPole(angle: .nan), true),
  ])
  func observe_cartAroundItsBounds_failsBeyondThem(cart: CartPole, hasFailed: Bool) {
    let environments = Self.environments()
    environments.bodies.carts[0] = cart
    environments.observe(in: 0..<1)
    #expect(environments.outcomes[0] == (hasFailed ? .terminated : .running))
    // The step that fails earns its reward too.
    #expect(environments.rewards[0] == 1)
  }

  @Test func observe_fiveHundredthTick_isTruncatedUnlessItFails() {
    let environments = Self.environments(count: 3)
    for index in 0..<3 {
      environments.bodies.carts[index] = CartPole()
      environments.episodes[index].record.ticks = index == 0 ? 498 : 499
    }
    environments.bodies.carts[2].angle = 1
    environments.observe(in: 0..<3)
    #expect(environments.outcomes.elements == [.running, .truncated, .terminated])
    #expect(environments.finalObservation(of: 2) == [0, 0, 1, 0])
    #expect(environments.observation(of: 2) != [0, 0, 1, 0])
    let tally = environments.takeEpisodes()
    #expect(tally.count == 2 && tally.falls == 1 && tally.ticks == 1000)
  }

  @Test func act_choices_pushEachItsWay() throws {
    let environments = Self.environments(count: 2)
    for index in 0..<2 { environments.bodies.carts[index] = CartPole() }
    try environments.tick(SliceBuffer<Float>([0, 1]))
    #expect(environments.bodies.carts[0].speed < 0)
    #expect(environments.bodies.carts[1].speed > 0)
  }

  @Test func restore_otherEnvironments_continueBitForBit() throws {
    let first = Self.environments(count: 3, isTraining: true)
    _ = try Trace(first, ticks: 30, actionSeed: 1)
    let second = Self.environments(count: 3, seed: 2)
    #expect(second.restore(first.snapshot()))
    #expect(second.snapshot() == first.snapshot())
    #expect(try Trace(second, ticks: 60) == Trace(first, ticks: 60))
    #expect(!second.restore(Self.environments(count: 2).snapshot()))
  }

  @Test func physicsAlone_manyTicks_keepsCartsUpAndPushesBothWays() throws {
    let environments = Self.environments(count: 2)
    var pushes: Set<Bool> = []
    let physics = PhysicsAlone(environments)
    for tick in 1...300 {
      #expect(try physics.run(ticks: 1) == 2 * tick)
      pushes.insert(environments.bodies.isPushedRight[0])
      // A cart that fails in one tick is reset in the next.
      #expect(environments.bodies.carts.elements.allSatisfy { abs($0.angle) < 0.35 })
    }
    #expect(pushes == [true, false])
  }
}
