import Foundation
import Locomotion
import ParallelArrays
import PolicyNetwork
import Testing

@testable import Training

/// Whole trainings of a task whose actions are choices.
@Suite struct DiscreteTrainerTests {
  private static func trainer(_ setting: TrainerSetting) throws -> Trainer {
    var configuration = LearnerConfiguration()
    configuration.environmentCount = 8
    configuration.ticksPerUpdate = 16
    configuration.hiddenWidths = [6]
    setting.change(&configuration)
    return try Trainer(
      task: .cartPole, configuration: configuration, seed: 1, stepsMax: 1_000, threadCount: 1)
  }

  @Test(arguments: TrainerSetting.all)
  func resume_afterTwoOfFourUpdates_endsAsIfNeverInterrupted(setting: TrainerSetting) throws {
    let whole = try Self.trainer(setting)
    try whole.update(times: 4)
    let first = try Self.trainer(setting)
    try first.update(times: 2)
    let second = try Spider.withTemporaryFile { path in
      try first.checkpoint().write(path: path)
      return try Trainer(
        resuming: try Checkpoint(path: path), path: path, task: .cartPole, threadCount: 2)
    }
    try second.update(times: 2)
    #expect(second.parameterBits == whole.parameterBits)
    #expect(second.checkpoint() == whole.checkpoint())
  }

  /// After the first ten updates K-FAC inverts its matrices every tenth time.
  @Test func resume_betweenTwoInversions_endsAsIfNeverInterrupted() throws {
    let whole = try Self.trainer(.kfac)
    try whole.update(times: 15)
    let first = try Self.trainer(.kfac)
    try first.update(times: 12)
    let second = try Trainer(
      resuming: first.checkpoint(), path: "memory", task: .cartPole, threadCount: 1)
    try second.update(times: 3)
    #expect(second.parameterBits == whole.parameterBits)
  }

  @Test func evaluate_betweenUpdates_leavesTheTrainingAsItIs() throws {
    let plain = try Self.trainer(TrainerSetting.all[0])
    let evaluated = try Self.trainer(TrainerSetting.all[0])
    try plain.update(times: 2)
    try evaluated.update(times: 1)
    let first = try evaluated.evaluate(episodes: 3, seed: 5)
    #expect(try evaluated.evaluate(episodes: 3, seed: 5) == first)
    #expect(first.lengthMean > 1)
    try evaluated.update(times: 1)
    #expect(evaluated.checkpoint() == plain.checkpoint())
  }

  @Test func freeze_taskWithoutARobot_isRefused() throws {
    let trainer = try Self.trainer(TrainerSetting.all[0])
    #expect(throws: TrainingError.notDeployable(task: trainer.task.name)) {
      _ = try trainer.freeze(Provenance())
    }
  }
}
