import Foundation
import Locomotion
import Testing

@testable import Training

/// Numbers that are no longer finite stop a training, whatever they began in.
@Suite struct DivergenceTests {
  private static func expectDiverged(
    _ trainer: Trainer, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let error = #expect(throws: TrainingError.self, sourceLocation: sourceLocation) {
      _ = try trainer.update()
    }
    guard case .diverged(step: trainer.steps, _)? = error else {
      Issue.record("found \(String(describing: error))", sourceLocation: sourceLocation)
      return
    }
  }

  @Test func update_actorNotANumber_throwsDiverged() throws {
    let trainer = try Spider.trainer()
    trainer.model.parameters[0] = .nan
    Self.expectDiverged(trainer)
  }

  @Test func update_criticNotANumber_throwsDiverged() throws {
    let trainer = try Spider.trainer()
    trainer.model.parameters[trainer.model.critic.start] = .nan
    Self.expectDiverged(trainer)
  }

  @Test func update_deviationInfinite_throwsDiverged() throws {
    let trainer = try Spider.trainer()
    trainer.model.parameters[trainer.model.logDeviations.lowerBound] = .infinity
    Self.expectDiverged(trainer)
  }

  @Test func update_observationNotANumber_throwsDiverged() throws {
    let trainer = try Spider.trainer()
    trainer.environments.observations[5] = .nan
    Self.expectDiverged(trainer)
  }

  @Test func update_diverged_leavesTheCheckpointAlone() throws {
    try Spider.withTemporaryFile { path in
      let trainer = try Spider.trainer()
      try trainer.update(times: 1)
      try trainer.checkpoint().write(path: path)
      let before = FileManager.default.contents(atPath: path)
      trainer.model.parameters[0] = .nan
      Self.expectDiverged(trainer)
      #expect(FileManager.default.contents(atPath: path) == before)
    }
  }
}
