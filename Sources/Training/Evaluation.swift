internal import Foundation
public import Locomotion
public import PolicyNetwork
public import RobotDescription

/// Figures of a policy in plain simulation: no wire, no clock, no exploration noise.
public struct Evaluation: Sendable, Equatable {
  /// Episodes.
  public var episodes = 0
  /// Episodes that ended in a fall.
  public var falls = 0
  /// Mean distance along the direction commanded at the start, in metres.
  ///
  /// 0 for tasks without commands.
  public var distanceMean = 0.0
  /// Smallest of the distances, in metres.
  public var distanceMin = 0.0
  /// Mean return.
  public var returnMean = 0.0
  /// Standard deviation of the returns.
  public var returnStandardDeviation = 0.0
  /// Mean length of an episode, in ticks.
  public var lengthMean = 0.0
  /// Figures of the motion of a legged body; `nil` for other tasks.
  public var motion: MotionEvaluation?

  /// Runs a policy file in `episodes` environments, each until its episode is done.
  ///
  /// - Parameters:
  ///   - task: Gives length and start of the episodes; observations and actions are the policy's.
  ///   - command: Command of every episode; `nil` draws from the task's ranges.
  ///   - watch: Called before each tick.
  /// - Throws: ``TaskError``, and `ContractError` when the policy is for another robot.
  public static func run(
    _ policy: PolicyFile, task: LocomotionTask, command: VelocityCommand?, episodes: Int,
    seed: UInt64, threadCount: Int, watch: EvaluationWatch? = nil
  ) throws -> Evaluation {
    if let difference = policy.contract.firstDifference(from: task.robot) {
      throw ContractError(difference: difference)
    }
    var task = task
    task.observation = policy.contract.observation
    task.actions = policy.contract.actions
    let environments = try task.makeEnvironments(
      count: episodes, seed: seed, threadCount: threadCount)
    if let command { environments.command(command) }
    return try EvaluationRun(environments).report(
      EvaluationActor.frozen(policy, environments), watch: watch)
  }
}

/// Figures of the motion of a legged body in an evaluation.
public struct MotionEvaluation: Sendable, Equatable {
  /// Root mean square error of the base velocity, in m/s; `nil` when episodes were too short.
  ///
  /// ``EpisodeFigure/velocityErrorSquares`` says over which time it is averaged.
  public var velocityErrorRMS: Double?
  /// Root mean square error of the turning rate, in rad/s.
  public var yawRateErrorRMS: Double?
  /// Cost of transport: work divided by weight and distance, unitless.
  public var costOfTransport: Double
  /// Distance slid by feet in contact, per metre travelled, unitless.
  public var slipPerDistance: Double
  /// Mean peak clearance of the foot that is lifted least in each half second, in metres.
  ///
  /// A foot that drags shows in it. `nil` without feet, or when no half second commanded motion.
  public var footLiftMean: Double?
  /// Action rate: mean absolute change of a joint's target per tick, in radians.
  public var targetChangeMean: Double

  init(_ tally: EpisodeTally, massKilograms: Double) {
    func root(_ squares: Double) -> Double? {
      tally[.velocityTicks] > 0 ? (squares / tally[.velocityTicks]).squareRoot() : nil
    }
    velocityErrorRMS = root(tally[.velocityErrorSquares])
    yawRateErrorRMS = root(tally[.yawRateErrorSquares])
    let distance = max(1e-3, tally[.distanceMetres])
    costOfTransport = tally[.energyJoules] / (massKilograms * 9.81 * distance)
    slipPerDistance = tally[.slipMetres] / distance
    if tally[.footLiftCount] > 0 {
      footLiftMean = tally[.footLiftMetres] / tally[.footLiftCount]
    }
    targetChangeMean = tally[.actionRate] / Double(max(1, tally.ticks))
  }
}

extension Trainer {
  /// Runs the present actor in `episodes` environments of a task, each until its episode is done.
  ///
  /// The state of the training does not change.
  ///
  /// - Parameters:
  ///   - task: With the same observations and actions; `nil` takes the task of the training.
  ///   - command: Command of every episode of a legged body; `nil` draws.
  ///   - watch: Called before each tick.
  public func evaluate(
    on task: TrainingTask? = nil, command: VelocityCommand? = nil, episodes: Int, seed: UInt64,
    watch: EvaluationWatch? = nil
  ) throws -> Evaluation {
    let environments = try (task ?? self.task).makeEnvironments(
      count: episodes, seed: seed, threadCount: threadCount, isTraining: false)
    precondition(
      environments.observationWidth == self.environments.observationWidth
        && environments.actionSpace == self.environments.actionSpace,
      "a task of the observations and actions that the actor was trained with")
    if let command { environments.commanded?.command(command) }
    return try EvaluationRun(environments).report(
      EvaluationActor.trained(self, environments), watch: watch)
  }
}
