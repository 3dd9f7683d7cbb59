import Locomotion
import ParallelArrays
import PolicyNetwork
import RobotDescription
import Testing

@testable import Training

/// A trainer's own actor, evaluated while it learns.
@Suite struct TrainedEvaluationTests {
  private static let command = VelocityCommand(forward: 0.1, left: 0.05)

  /// A trainer with larger actions than a fresh one has.
  private static func trainer(
    threadCount: Int = 1, _ change: (inout LearnerConfiguration) -> Void = { _ in }
  ) throws -> Trainer {
    let trainer = try Spider.trainer(threadCount: threadCount, change)
    try trainer.update(times: 2)
    for index in 0..<trainer.model.actor.end { trainer.model.parameters[index] *= 2 }
    return trainer
  }

  private static func evaluate(_ trainer: Trainer, seed: UInt64 = 5) throws -> Evaluation {
    try trainer.evaluate(command: command, episodes: 4, seed: seed)
  }

  @Test(arguments: TrainerSetting.all)
  func evaluate_betweenUpdates_leavesTheTrainingAsItIs(setting: TrainerSetting) throws {
    let plain = try Spider.trainer(setting.change)
    let evaluated = try Spider.trainer(setting.change)
    try plain.update(times: 2)
    for _ in 0..<2 {
      _ = try evaluated.evaluate(episodes: 3, seed: 5)
      try evaluated.update(times: 1)
    }
    #expect(evaluated.checkpoint() == plain.checkpoint())
  }

  @Test(arguments: TrainerSetting.all)
  func evaluate_trainer_isTheEvaluationOfItsFrozenPolicy(setting: TrainerSetting) throws {
    let trainer = try Self.trainer(setting.change)
    let found = try Self.evaluate(trainer)
    let expected = try withPolicy(try trainer.freeze(Provenance())) {
      try Evaluation.run(
        $0, task: try Spider.task { $0.episodeTicksMax = 10 }, command: Self.command, episodes: 4,
        seed: 5, threadCount: 1)
    }
    #expect(found.episodes == 4)
    #expect(found.falls == expected.falls)
    #expect(found.lengthMean == 10 && expected.lengthMean == 10)
    #expect(abs(expected.returnMean) > 1e-2)
    #expect(abs(found.returnMean - expected.returnMean) < 1e-3)
    #expect(abs(found.returnStandardDeviation - expected.returnStandardDeviation) < 1e-3)
    #expect(abs(found.distanceMean - expected.distanceMean) < 1e-3)
    #expect(abs(found.distanceMin - expected.distanceMin) < 1e-3)
  }

  @Test func evaluate_twiceAndOnTwoThreads_isTheSame() throws {
    let trainer = try Self.trainer()
    let first = try Self.evaluate(trainer)
    #expect(try Self.evaluate(trainer) == first)
    #expect(try Self.evaluate(try Self.trainer(threadCount: 2)) == first)
  }

  @Test func evaluate_anotherSeed_startsOtherwise() throws {
    let trainer = try Self.trainer()
    #expect(try Self.evaluate(trainer, seed: 6).returnMean != Self.evaluate(trainer).returnMean)
  }

  @Test func evaluate_anotherActor_earnsOtherwise() throws {
    let trainer = try Self.trainer()
    let before = try Self.evaluate(trainer)
    for index in 0..<trainer.model.actor.end { trainer.model.parameters[index] *= 2 }
    #expect(try abs(Self.evaluate(trainer).returnMean - before.returnMean) > 1e-4)
  }

  @Test func evaluate_anotherTask_runsThat() throws {
    let task = try Spider.task { $0.episodeTicksMax = 7 }
    let evaluation = try Self.trainer().evaluate(on: .legged(task), episodes: 2, seed: 5)
    #expect(evaluation.lengthMean == 7)
    #expect(evaluation.episodes == 2)
  }
}
