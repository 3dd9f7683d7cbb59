import Locomotion
import ParallelArrays
import RobotDescription
import Testing

@testable import Training

/// Numbers of an observation that the critic alone sees.
@Suite struct PrivilegedCriticTests {
  /// Outputs and value for a row, and for the same row with its last number changed.
  private static func passed(
    trunk: Trunk, isPrivileged: Bool
  ) -> (outputs: [[Float]], values: [Float]) {
    let small = SmallLearner(privilegedWidth: 1) {
      $0.trunk = trunk
      $0.privilegedCritic = isPrivileged
    }
    let networks = ActorCriticWorkspace(model: small.model, rowsMax: 2)
    let rows: [Float] = [0.3, -0.2, 0.1, 0.3, -0.2, 5]
    unsafe networks.forward(rows, rows: 2)
    let outputs = (0..<2).map { row in
      (0..<small.model.actorWidth).map { networks.outputs[row * networks.outputStride + $0] }
    }
    return (outputs, [networks.value(0), networks.value(1)])
  }

  @Test func forward_privilegedNumberChanges_onlyTheValueChanges() {
    let passed = Self.passed(trunk: .separate, isPrivileged: true)
    #expect(passed.outputs[0] == passed.outputs[1])
    #expect(passed.values[0] != passed.values[1])
  }

  @Test(arguments: [(Trunk.separate, false), (.shared, true), (.shared, false)])
  func forward_criticWithoutPrivilege_seesNoneOfIt(trunk: Trunk, isPrivileged: Bool) {
    let passed = Self.passed(trunk: trunk, isPrivileged: isPrivileged)
    #expect(passed.outputs[0] == passed.outputs[1])
    #expect(passed.values[0] == passed.values[1])
  }

  @Test func init_spider_actorSeesTheRobotsObservation() throws {
    let trainer = try Spider.trainer()
    let task = try Spider.task()
    #expect(trainer.model.actor.inputWidth == task.observation.width)
    #expect(trainer.model.critic?.inputWidth == trainer.environments.observationWidth)
    #expect(trainer.environments.privilegedWidth == 11)
  }
}
