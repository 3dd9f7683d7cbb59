import Foundation
import Locomotion
import ParallelArrays
import Testing

@testable import Training

@Suite struct CheckpointTests {
  /// A trainer that goes on from what `trainer` has written and a file has held.
  private static func resumed(_ trainer: Trainer, threadCount: Int = 1) throws -> Trainer {
    try Spider.withTemporaryFile { path in
      try trainer.checkpoint().write(path: path)
      return try Trainer(
        resuming: try Checkpoint(path: path), path: path, task: trainer.task,
        threadCount: threadCount)
    }
  }

  @Test(arguments: TrainerSetting.all)
  func resume_afterTwoOfFourUpdates_endsAsIfNeverInterrupted(setting: TrainerSetting) throws {
    let whole = try Spider.trainer(setting.change)
    try whole.update(times: 4)
    let first = try Spider.trainer(setting.change)
    try first.update(times: 2)
    let second = try Self.resumed(first, threadCount: 2)
    try second.update(times: 2)
    #expect(second.parameterBits == whole.parameterBits)
    #expect(second.checkpoint() == whole.checkpoint())
  }

  @Test(arguments: TrainerSetting.all)
  func resume_atOnce_isTheSameTraining(setting: TrainerSetting) throws {
    let trainer = try Spider.trainer(setting.change)
    try trainer.update(times: 1)
    #expect(try Self.resumed(trainer).checkpoint() == trainer.checkpoint())
  }

  @Test func resume_largestSeed_survivesTheFile() throws {
    let trainer = try Spider.trainer(seed: .max)
    #expect(try Self.resumed(trainer).seed == .max)
  }

  @Test func checkpoint_trainer_holdsWhatItWasMadeWith() throws {
    let task = try Spider.task { $0.forwardRange = 0.05...0.25 }
    let checkpoint = try Spider.trainer(task: task, seed: 7, stepsMax: 99).checkpoint()
    #expect(checkpoint.task == "spider")
    #expect(checkpoint.taskConfiguration == task.configuration)
    #expect(checkpoint.learnerConfiguration.hiddenWidths == [6])
    #expect(checkpoint.seed == 7)
    #expect(checkpoint.stepsMax == 99)
    #expect(checkpoint.steps == 0)
  }

  @Test func write_overAnother_replacesIt() throws {
    try Spider.withTemporaryFile { path in
      let trainer = try Spider.trainer()
      try trainer.checkpoint().write(path: path)
      try trainer.update(times: 1)
      try trainer.checkpoint().write(path: path)
      #expect(try Checkpoint(path: path).steps == 32)
    }
  }

  @Test func write_folderThatIsNotThere_throwsFile() throws {
    let path = "/no/such/folder/checkpoint"
    let checkpoint = try Spider.trainer().checkpoint()
    let error = #expect(throws: TrainingError.self) { try checkpoint.write(path: path) }
    guard case .file(path: path, _)? = error else {
      Issue.record("found \(String(describing: error))")
      return
    }
  }

  @Test func write_folderThatIsNotThere_leavesNoTrace() throws {
    try Spider.withTemporaryFile { path in
      let checkpoint = try Spider.trainer().checkpoint()
      try? checkpoint.write(path: path + "/checkpoint")
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }
}
