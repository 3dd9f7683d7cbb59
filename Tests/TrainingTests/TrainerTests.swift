import Foundation
@testable import Locomotion
import ParallelArrays
import RobotDescription
import Testing

@testable import Training

@Suite struct TrainerTests {
  @Test(arguments: TrainerSetting.all)
  func update_oneTwoAndFourThreads_learnTheSameBits(setting: TrainerSetting) throws {
    var results: Set<[UInt32]> = []
    for threadCount in [1, 2, 4] {
      // 128 samples, so that a step has slices to share out.
      let trainer = try Spider.trainer(threadCount: threadCount) {
        $0.ticksPerUpdate = 16
        setting.change(&$0)
      }
      let start = trainer.parameterBits
      try trainer.update(times: 2)
      #expect(trainer.threadCount == threadCount)
      #expect(trainer.parameterBits != start)
      results.insert(trainer.parameterBits)
    }
    #expect(results.count == 1)
  }

  @Test func update_oneEpochOneMinibatchAndAClip_isA2C() throws {
    let a2c = try Spider.trainer()
    let ppo = try Spider.trainer { $0.clip = 0.2 }
    let start = a2c.model.parameters.doubles
    try a2c.update(times: 3)
    try ppo.update(times: 3)
    #expect(areClose(a2c.model.parameters.doubles, ppo.model.parameters.doubles, 1e-5))
    #expect(!areClose(a2c.model.parameters.doubles, start, 1e-3))
  }

  @Test func update_averageShare_policyIsTheRunningMean() throws {
    let trainer = try Spider.trainer { $0.averageShare = 0.5 }
    let first = trainer.model.actor.start
    var mean = trainer.model.parameters.doubles[first]
    #expect(trainer.policy.parameters.doubles == trainer.model.parameters.doubles)
    for update in 1...6 {
      try trainer.update(times: 1)
      mean += (trainer.model.parameters.doubles[first] - mean) / max(1, 0.5 * Double(update))
      #expect(abs(trainer.policy.parameters.doubles[first] - mean) < 1e-6)
    }
    #expect(abs(mean - trainer.model.parameters.doubles[first]) > 1e-4)
  }

  @Test func update_averageShare_changesNothingThatIsLearned() throws {
    let plain = try Spider.trainer()
    let averaged = try Spider.trainer(TrainerSetting.averaged.change)
    try plain.update(times: 3)
    try averaged.update(times: 3)
    #expect(averaged.parameterBits == plain.parameterBits)
    #expect(plain.policy === plain.model)
  }

  @Test func update_anotherSeed_learnsOtherwise() throws {
    let first = try Spider.trainer(seed: 1)
    let second = try Spider.trainer(seed: 2)
    for index in 0..<first.model.parameters.count {
      second.model.parameters[index] = first.model.parameters[index]
    }
    try first.update(times: 1)
    try second.update(times: 1)
    #expect(first.parameterBits != second.parameterBits)
  }

  @Test func update_once_countsItsSteps() throws {
    let trainer = try Spider.trainer()
    let progress = try trainer.update()
    #expect(progress.steps == 8 * 4)
    #expect(trainer.steps == 8 * 4)
  }

  @Test func update_episodesOfTenTicks_areReported() throws {
    let trainer = try Spider.trainer()
    var episodes = EpisodeTally()
    for _ in 0..<5 { episodes.add(try trainer.update().episodes) }
    // Twenty ticks of episodes that end after ten, the first of each simulation cut short.
    #expect(episodes.count == 8 * 2)
    #expect(episodes.falls == 0)
  }

  @Test func update_drawnActions_areNoiseOfTheDeviationAboutTheMean() throws {
    let trainer = try Spider.trainer {
      $0.ticksPerUpdate = 32
      $0.logDeviationStart = -1
    }
    _ = try trainer.update()
    let rollout = trainer.rollout
    var sum = 0.0
    var squares = 0.0
    for index in 0..<rollout.actions.count {
      let score = Double((rollout.actions[index] - rollout.outputs[index]) * Float(M_E))
      sum += score
      squares += score * score
    }
    let count = Double(rollout.actions.count)
    #expect(abs(sum / count) < 5 / count.squareRoot())
    #expect(abs(squares / count - 1) < 5 * (2 / count).squareRoot())
  }

  @Test func update_simulationsThatStartAlike_drawNoiseOfTheirOwn() throws {
    let task = try Spider.task { $0.startAngleNoiseRadians = 0 }
    let trainer = try Spider.trainer(task: task) { $0.ticksPerUpdate = 1 }
    _ = try trainer.update()
    let actions = trainer.rollout.actions.elements
    let rows = Set((0..<8).map { Array(actions[($0 * 12)..<($0 * 12 + 12)]) })
    #expect(rows.count == 8)
  }

  @Test func update_stateDependentNoise_isDrawnOncePerRollout() throws {
    // A latent of biases alone is the same whatever is observed, and so then is the noise.
    let trainer = try Spider.trainer { $0.exploration = .stateDependent }
    let actor = trainer.model.actor
    for index in actor.weights(0)..<actor.biases(0) { trainer.model.parameters[index] = 0 }
    for index in actor.biases(0)..<actor.weights(1) { trainer.model.parameters[index] = 0.5 }
    let parameters = trainer.model.parameters.elements
    let rollout = trainer.rollout
    let rowWidth = 8 * rollout.actionWidth
    var rollouts: [[Float]] = []
    for _ in 0..<2 {
      _ = try trainer.update()
      let noise = zip(rollout.actions.elements, rollout.outputs.elements).map { $0 - $1 }
      rollouts.append(Array(noise[..<rowWidth]))
      for time in 1..<rollout.timeCount {
        let now = noise[(time * rowWidth)..<((time + 1) * rowWidth)]
        #expect(zip(now, rollouts[rollouts.count - 1]).allSatisfy { abs($0 - $1) < 1e-5 })
      }
      for index in parameters.indices { trainer.model.parameters[index] = parameters[index] }
    }
    #expect(zip(rollouts[0], rollouts[1]).allSatisfy { $0 != $1 })
  }

  /// The untrained critic's values of some observations.
  private static func values(
    _ trainer: Trainer, _ parameters: [Double], _ observations: SliceBuffer<Float>
  ) -> [Double] {
    let oracle = Oracle(
      model: trainer.model, configuration: trainer.configuration, isDiscrete: false)
    let width = trainer.environments.observationWidth
    // No observation has been seen yet, so that means are 0 and variances 1.
    let factor = 1 / 1.0001.squareRoot()
    return (0..<(observations.count / width)).map { row in
      oracle.value(
        parameters, Oracle.Batch.row(observations, row, width).map { $0 * factor })
    }
  }

  @Test(arguments: Trunk.allCases)
  func update_timeUp_keepsTheFutureThatIsCutOff(trunk: Trunk) throws {
    let task = try Spider.task { $0.episodeTicksMax = 1 }
    let trainer = try Spider.trainer(task: task) {
      $0.ticksPerUpdate = 1
      $0.trunk = trunk
    }
    let parameters = trainer.model.parameters.doubles
    _ = try trainer.update()
    let rollout = trainer.rollout
    let futures = Self.values(trainer, parameters, trainer.environments.finalObservations)
    #expect(rollout.isDone.elements.allSatisfy { $0 })
    #expect(trainer.environments.outcomes.elements.allSatisfy { $0 == .truncated })
    #expect(futures.allSatisfy { abs($0) > 1e-4 })
    #expect(areClose(rollout.bootstrapValues.doubles, futures, 1e-5))
    #expect(rollout.rewards.elements == trainer.environments.rewards.elements)
    let returns = zip(rollout.rewards.doubles, futures).map {
      $0 + Double(trainer.configuration.discount) * $1
    }
    #expect(areClose(rollout.returns.doubles, returns, 1e-5))
  }

  @Test func update_fall_hasNoFuture() throws {
    let task = try Spider.task { $0.heightMinMetres = 10 }
    let trainer = try Spider.trainer(task: task) { $0.ticksPerUpdate = 1 }
    // What an earlier cut-off has left there.
    for index in 0..<8 { trainer.rollout.bootstrapValues[index] = 99 }
    _ = try trainer.update()
    #expect(trainer.rollout.isDone.elements.allSatisfy { $0 })
    #expect(trainer.environments.outcomes.elements.allSatisfy { $0 == .terminated })
    #expect(trainer.rollout.bootstrapValues.elements.allSatisfy { $0 == 0 })
    #expect(areClose(trainer.rollout.returns.doubles, trainer.rollout.rewards.doubles, 1e-6))
  }

  @Test func physicsAlone_underTheActionsOfAnUpdate_isItsMotion() throws {
    let task = try Spider.task { $0.heightMinMetres = -1 }
    let trainer = try Spider.trainer(task: task) { $0.ticksPerUpdate = 5 }
    _ = try trainer.update()
    let start = trainer.simulations()
    _ = try trainer.update()
    let environments = try TrainingTask.legged(task).makeEnvironments(
      count: 8, seed: 9, threadCount: 1, isTraining: true)
    let physics = PhysicsAlone(environments)
    physics.begin(at: start)
    _ = try physics.run(following: trainer.actions)
    let ended = Set(
      (0..<40).filter { trainer.rollout.isDone[$0] }.map { $0 % 8 })
    #expect(ended.count < 4)
    let (states, others) = (environments.snapshot().states, trainer.simulations().states)
    for index in 0..<8 where !ended.contains(index) { #expect(states[index] == others[index]) }
  }

  @Test(arguments: Trunk.allCases)
  func update_rollout_isWhatTheSimulationsWentThrough(trunk: Trunk) throws {
    // One tick after the other by hand, with the actions that the trainer drew.
    let task = try Spider.task { $0.episodeTicksMax = 10 }
    let trainer = try Spider.trainer(task: task) {
      $0.ticksPerUpdate = 12
      $0.trunk = trunk
    }
    let parameters = trainer.model.parameters.doubles
    _ = try trainer.update()
    let rollout = trainer.rollout
    let environments = try TrainingTask.legged(task).makeEnvironments(
      count: 8, seed: 1, threadCount: 1, isTraining: true)
    let width = environments.observationWidth
    let actions = SliceBuffer<Float>(repeating: 0, count: 8 * 12)
    for time in 0..<12 {
      let rows = (time * 8)..<((time + 1) * 8)
      let observed = rollout.observations.elements[
        (rows.lowerBound * width)..<(rows.upperBound * width)]
      #expect(Array(observed) == environments.observations.elements)
      #expect(
        areClose(
          Array(rollout.values.doubles[rows]),
          Self.values(trainer, parameters, environments.observations), 1e-5))
      for index in 0..<actions.count { actions[index] = rollout.actions[time * 96 + index] }
      environments.act(actions, in: 0..<8)
      try environments.advance()
      environments.observe(in: 0..<8)
      #expect(Array(rollout.rewards.elements[rows]) == environments.rewards.elements)
      #expect(
        Array(rollout.isDone.elements[rows])
          == environments.outcomes.elements.map { $0 != .running })
    }
    let last = Self.values(trainer, parameters, environments.observations)
    #expect(areClose(rollout.lastValues.doubles, last, 1e-5))
  }

  @Test(arguments: TrainerSetting.all)
  func update_laterRollout_isDrawnByThePolicyAsItStands(setting: TrainerSetting) throws {
    let trainer = try Spider.trainer(setting.change)
    try trainer.update(times: 2)
    let oracle = Oracle(
      model: trainer.model, configuration: trainer.configuration, isDiscrete: false)
    let parameters = trainer.model.parameters.doubles
    let numbers = trainer.normaliser.numbers.map { Double($0) }
    _ = try trainer.update()
    let rollout = trainer.rollout
    let width = rollout.observationWidth
    for sample in 0..<rollout.sampleCount {
      let observation = Oracle.Batch.row(rollout.observations, sample, width)
      let input = observation.indices.map {
        max(-10, min(10, (observation[$0] - numbers[$0]) * numbers[width + $0]))
      }
      let policy = oracle.policy(parameters, input, held: parameters)
      let action = Oracle.Batch.row(rollout.actions, sample, rollout.actionWidth)
      let expected = policy.logProbability(of: action)
      #expect(abs(Double(rollout.logProbabilities[sample]) - expected) < 1e-3)
      let value = oracle.value(parameters, input)
      #expect(abs(Double(rollout.values[sample]) - value) < 1e-4)
    }
  }

  @Test func update_observations_areTakenIntoTheNormaliserAfterwards() throws {
    let trainer = try Spider.trainer()
    _ = try trainer.update()
    var expected = ObservationNormaliser(width: trainer.environments.observationWidth)
    expected.add(trainer.rollout.observations.elements.span)
    #expect(trainer.normaliser == expected)
    #expect(trainer.normaliserNumbers.elements == expected.numbers)
  }

  @Test func update_noObservationNormalisation_leavesTheNormaliserEmpty() throws {
    let trainer = try Spider.trainer { $0.observationNormalisation = false }
    _ = try trainer.update()
    #expect(
      trainer.normaliser == ObservationNormaliser(width: trainer.environments.observationWidth))
  }

  @Test(arguments: [0, 100, 1_000]) func update_stepsBeyondTheMost_goOn(stepsMax: Int) throws {
    let trainer = try Spider.trainer(stepsMax: stepsMax)
    trainer.steps = 1_000_000
    trainer.learner.learningRate.steered = trainer.configuration.learningRateMin
    // An update that hardly moves the policy asks for a larger rate, however late it is.
    _ = try trainer.update()
    #expect(trainer.learner.learningRate.steered > trainer.configuration.learningRateMin)
  }

  @Test func update_linearRate_fallsWithTheSteps() throws {
    let trainer = try Spider.trainer(stepsMax: 64) { $0.learningRateSchedule = .linear }
    let rates = try (0..<4).map { _ in try trainer.update().report.learningRate }
    #expect(rates == [1e-3, 0.5e-3, 0, 0])
  }

  /// Simulations, ticks, minibatches; and in how many parts a step's samples are cut.
  @Test(
    arguments: [
      (64, 16, 1, 8), (64, 16, 4, 8), (64, 16, 32, 1), (8, 8, 1, 2), (12, 32, 1, 6), (13, 64, 1, 1),
      (1, 2_048, 1, 1), (4_096, 1, 1, 8),
    ])
  func gradientSliceCount_anySize_dividesTheSimulations(
    environments: Int, ticks: Int, minibatches: Int, expected: Int
  ) {
    var configuration = LearnerConfiguration()
    configuration.environmentCount = environments
    configuration.ticksPerUpdate = ticks
    configuration.minibatches = minibatches
    let count = Trainer.gradientSliceCount(configuration)
    #expect(count == expected)
    #expect(environments % count == 0)
  }

  @Test(arguments: [1, 3, 12, 13]) func update_anyNumberOfSimulations_learns(count: Int) throws {
    let trainer = try Spider.trainer { $0.environmentCount = count }
    let start = trainer.parameterBits
    #expect(try trainer.update().steps == count * 4)
    #expect(trainer.parameterBits != start)
  }
}
