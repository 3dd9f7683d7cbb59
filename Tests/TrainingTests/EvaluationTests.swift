import Locomotion
import ParallelArrays
import PolicyNetwork
import RobotDescription
import Testing

@testable import Training

@Suite struct EvaluationTests {
  /// A policy whose actions are all `action`.
  private static func policy(action: Float = 0, actionScale: Float = 0.3) throws -> [UInt8] {
    let trainer = try Spider.trainer(task: try Spider.task { $0.actionScale = actionScale })
    let actor = trainer.model.actor
    for index in 0..<actor.end { trainer.model.parameters[index] = 0 }
    let biases = actor.biases(actor.layerCount - 1)
    for joint in 0..<12 { trainer.model.parameters[biases + joint] = action }
    return try trainer.freeze(Provenance())
  }

  private static func evaluate(
    _ policy: [UInt8], task: LocomotionTask, command: VelocityCommand? = nil, episodes: Int = 4,
    threadCount: Int = 1
  ) throws -> Evaluation {
    try withPolicy(policy) {
      try Evaluation.run(
        $0, task: task, command: command, episodes: episodes, seed: 5, threadCount: threadCount)
    }
  }

  @Test func run_standingPolicy_lastsTheWholeTimeWithoutAFall() throws {
    let task = try Spider.task { $0.episodeTicksMax = 20 }
    let evaluation = try Self.evaluate(try Self.policy(), task: task)
    #expect(evaluation.episodes == 4)
    #expect(evaluation.falls == 0)
    #expect(evaluation.lengthMean == 20)
  }

  @Test func run_bodyThatCountsAsFallen_lastsOneTick() throws {
    let task = try Spider.task { $0.heightMinMetres = 10 }
    let evaluation = try Self.evaluate(try Self.policy(), task: task)
    #expect(evaluation.falls == 4)
    #expect(evaluation.lengthMean == 1)
  }

  @Test func run_standingPolicy_returnsWhatStandingEarns() throws {
    let task = try Spider.task { $0.episodeTicksMax = 20 }
    let environments = try task.makeEnvironments(count: 4, seed: 5, threadCount: 1)
    let actions = SliceBuffer<Float>(repeating: 0, count: 4 * 12)
    var returns = [Double](repeating: 0, count: 4)
    for _ in 0..<20 {
      environments.act(actions, in: 0..<4)
      try environments.advance()
      environments.observe(in: 0..<4)
      for index in 0..<4 { returns[index] += Double(environments.rewards[index]) }
    }
    let mean = returns.reduce(0, +) / 4
    let variance = returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4
    let evaluation = try Self.evaluate(try Self.policy(), task: task)
    #expect(abs(evaluation.returnMean - mean) < 1e-9)
    #expect(abs(evaluation.returnStandardDeviation - variance.squareRoot()) < 1e-9)
  }

  @Test func run_oppositeCommands_seeOppositeDistances() throws {
    // Legs that are swung to one side at once move the body a little.
    let task = try Spider.task { $0.episodeTicksMax = 20 }
    let policy = try Self.policy(action: 1)
    let forth = try Self.evaluate(policy, task: task, command: VelocityCommand(left: 0.1))
    let back = try Self.evaluate(policy, task: task, command: VelocityCommand(left: -0.1))
    #expect(abs(forth.distanceMean) > 1e-5)
    #expect(abs(forth.distanceMean + back.distanceMean) < 1e-9)
    #expect(forth.distanceMin <= forth.distanceMean)
  }

  @Test func run_oneAndTwoThreads_isTheSame() throws {
    let task = try Spider.task { $0.episodeTicksMax = 15 }
    let policy = try Self.policy(action: 0.5)
    let one = try Self.evaluate(policy, task: task, threadCount: 1)
    #expect(try Self.evaluate(policy, task: task, threadCount: 2) == one)
  }

  @Test func run_taskOfAnotherActionScale_movesAsThePolicyWasTrained() throws {
    let policy = try Self.policy(action: 1, actionScale: 0.2)
    let same = try Spider.task {
      $0.episodeTicksMax = 15
      $0.actionScale = 0.2
    }
    let other = try Spider.task {
      $0.episodeTicksMax = 15
      $0.actionScale = 0.4
    }
    #expect(
      try Self.evaluate(policy, task: other) == Self.evaluate(policy, task: same))
  }

  @Test func run_robotWithAnotherLimit_throwsContractError() throws {
    let robot = try Spider.robot(changing: 2) { $0.upperLimitRadians = 1.25 }
    let policy = try Self.policy()
    let mismatch = ContractError(
      difference: .joint(Label("front_left_tibia"), .upperLimit, policy: 1.3, robot: 1.25))
    #expect(throws: mismatch) {
      _ = try Self.evaluate(policy, task: try Spider.task(robot: robot))
    }
  }
}
