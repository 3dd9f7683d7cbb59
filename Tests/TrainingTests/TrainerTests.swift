import Foundation
import Locomotion
import RobotDescription
import Testing

@testable import Training

@Suite struct TrainerTests {
  @Test func update_oneTwoAndFourThreads_learnTheSameBits() throws {
    var results: Set<[UInt32]> = []
    for threadCount in [1, 2, 4] {
      let trainer = try Spider.trainer(threadCount: threadCount)
      try trainer.update(times: 3)
      #expect(trainer.threadCount == threadCount)
      results.insert(trainer.parameterBits)
    }
    #expect(results.count == 1)
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
      let score = Double((rollout.actions[index] - rollout.means[index]) * Float(M_E))
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

  /// What the critic thinks of the final observations, before anything is learned.
  private static func futures(_ trainer: Trainer, parameters: [Double]) -> [Double] {
    let width = trainer.task.observation.width
    // No observation has been seen yet, so that means are 0 and variances 1.
    let factor = 1 / 1.0001.squareRoot()
    return (0..<8).map { index in
      let observation = (0..<width).map {
        Double(trainer.environments.finalObservations[index * width + $0]) * factor
      }
      return Oracle.forward(trainer.model.critic, parameters, observation)[0]
    }
  }

  @Test func update_timeUp_rewardHoldsTheFutureThatIsCutOff() throws {
    let task = try Spider.task { $0.episodeTicksMax = 1 }
    let trainer = try Spider.trainer(task: task) { $0.ticksPerUpdate = 1 }
    let parameters = trainer.model.parameters.elements.map { Double($0) }
    _ = try trainer.update()
    let futures = Self.futures(trainer, parameters: parameters)
    #expect(trainer.rollout.ended.elements.allSatisfy { $0 })
    #expect(trainer.environments.outcomes.elements.allSatisfy { $0 == .timeUp })
    for index in 0..<8 {
      let added = trainer.rollout.rewards[index] - trainer.environments.rewards[index]
      let expected = Double(trainer.configuration.discount) * futures[index]
      #expect(abs(expected) > 1e-3)
      #expect(abs(Double(added) - expected) < 1e-5)
    }
  }

  @Test func update_fall_rewardHoldsNoFuture() throws {
    let task = try Spider.task { $0.heightMinMetres = 10 }
    let trainer = try Spider.trainer(task: task) { $0.ticksPerUpdate = 1 }
    _ = try trainer.update()
    #expect(trainer.rollout.ended.elements.allSatisfy { $0 })
    #expect(trainer.environments.outcomes.elements.allSatisfy { $0 == .fallen })
    #expect(trainer.rollout.rewards.elements == trainer.environments.rewards.elements)
  }

  @Test func update_observations_areTakenIntoTheNormaliserAfterwards() throws {
    let trainer = try Spider.trainer()
    _ = try trainer.update()
    var expected = ObservationNormaliser(width: trainer.task.observation.width)
    expected.add(trainer.rollout.observations.elements.span)
    #expect(trainer.normaliser == expected)
  }

  @Test(arguments: [0, 100, 1_000]) func update_stepsBeyondTheMost_goOn(stepsMax: Int) throws {
    let trainer = try Spider.trainer(stepsMax: stepsMax)
    trainer.steps = 1_000_000
    trainer.learner.learningRate = trainer.configuration.learningRateMin
    // An update that hardly moves the policy asks for a larger rate, however late it is.
    _ = try trainer.update()
    #expect(trainer.learner.learningRate > trainer.configuration.learningRateMin)
  }
}
