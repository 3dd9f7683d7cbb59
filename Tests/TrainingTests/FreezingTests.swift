import Locomotion
import ParallelArrays
import PolicyNetwork
import RobotDescription
import Testing

@testable import Training

@Suite struct FreezingTests {
  /// A trainer that has learned a little, with larger actions than a fresh one has.
  private static func trainer(
    environmentCount: Int = 8, _ change: (inout LearnerConfiguration) -> Void = { _ in }
  ) throws -> Trainer {
    let trainer = try Spider.trainer {
      $0.environmentCount = environmentCount
      $0.hiddenWidths = [9, 6]
      change(&$0)
    }
    try trainer.update(times: 2)
    for index in 0..<trainer.policy.actor.end { trainer.policy.parameters[index] *= 3 }
    return trainer
  }

  private static func action(_ policy: PolicyFile, _ observation: [Float]) -> [Float] {
    var action = [Float](repeating: .nan, count: policy.contract.jointCount)
    var scratch = [Float](repeating: 0, count: PolicyFile.scratchCount)
    var output = action.mutableSpan
    var room = scratch.mutableSpan
    policy.forward(observation.span, into: &output, scratch: &room)
    return action
  }

  @Test(arguments: TrainerSetting.all)
  func freeze_freshObservations_reproducesTheTrainersMean(setting: TrainerSetting) throws {
    let trainer = try Self.trainer(setting.change)
    let bytes = try trainer.freeze(Provenance())
    let width = trainer.environments.policyObservationWidth
    let stride = trainer.environments.observationWidth
    let parameters = trainer.policy.parameters.doubles
    let numbers = trainer.normaliser.numbers.map { Double($0) }
    var random = RandomSource(seed: 8, stream: 0)
    try withPolicy(bytes) { policy in
      for _ in 0..<20 {
        let observation = (0..<width).map { _ in 2 * random.normals().0 }
        let normalised = observation.indices.map {
          max(-10, min(10, (Double(observation[$0]) - numbers[$0]) * numbers[stride + $0]))
        }
        let expected = Oracle.forward(trainer.model.actor, parameters, normalised)[..<12]
        let found = Self.action(policy, observation)
        #expect(expected.contains { abs($0) > 1e-3 })
        #expect(found.count == 12)
        #expect(zip(found, expected).allSatisfy { abs(Double($0) - $1) < 1e-4 })
      }
    }
  }

  @Test(arguments: [8, 16, 40]) func freeze_anyEnvironmentCount_passesItsGoldenPairs(
    environmentCount: Int
  ) throws {
    let bytes = try Self.trainer(environmentCount: environmentCount).freeze(Provenance())
    try withPolicy(bytes) { policy in
      var scratch = [Float](repeating: 0, count: PolicyFile.scratchCount)
      var room = scratch.mutableSpan
      try policy.verifyGolden(scratch: &room)
      #expect(policy.goldenCount == 32)
    }
  }

  @Test func freeze_contract_equalsTheRobot() throws {
    let task = try Spider.task()
    try withPolicy(try Self.trainer().freeze(Provenance())) { policy in
      #expect(policy.contract.firstDifference(from: task.robot) == nil)
      #expect(policy.contract.actions.scale[0] == task.actions.scale[0])
      #expect(policy.observationWidth == task.observation.width)
    }
  }

  @Test(arguments: Trunk.allCases) func freeze_layers_areTheActorsAlone(trunk: Trunk) throws {
    try withPolicy(try Self.trainer { $0.trunk = trunk }.freeze(Provenance())) { policy in
      #expect((0..<policy.layerCount).map { policy.outputCount(ofLayer: $0) } == [9, 6, 12])
    }
  }

  @Test func freeze_provenance_isFilledIn() throws {
    var provenance = Provenance()
    provenance.episodes = 16
    provenance.commit = Label("abc")
    try withPolicy(try Self.trainer().freeze(provenance)) { policy in
      #expect(policy.provenance.task == Label("spider"))
      #expect(policy.provenance.seed == 1)
      #expect(policy.provenance.steps == 64)
      #expect(policy.provenance.episodes == 16)
      #expect(policy.provenance.commit == Label("abc"))
    }
  }

  @Test func freeze_twice_isTheSameBytes() throws {
    let trainer = try Self.trainer()
    #expect(try trainer.freeze(Provenance()) == trainer.freeze(Provenance()))
  }

  @Test func freeze_weightNotANumber_isRefused() throws {
    let trainer = try Self.trainer()
    trainer.model.parameters[3] = .nan
    #expect(throws: PolicyFileError.invalid(.layers)) { _ = try trainer.freeze(Provenance()) }
  }
}
