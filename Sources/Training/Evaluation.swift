internal import Foundation
public import Locomotion
public import PolicyNetwork
public import RobotDescription

/// How a policy does in plain simulation: no wire, no clock, no noise in its actions.
public struct Evaluation: Sendable, Equatable {
  /// Episodes.
  public var episodes = 0
  /// Episodes that ended in a fall.
  public var falls = 0
  /// Mean distance along the commanded direction, seen from the start, in metres; 0 for tasks
  /// without commands.
  public var distanceMean = 0.0
  /// Smallest of the distances, in metres.
  public var distanceMin = 0.0
  /// Mean return.
  public var returnMean = 0.0
  /// Standard deviation of the returns.
  public var returnDeviation = 0.0
  /// Mean length of an episode, in ticks.
  public var lengthMean = 0.0
  /// How a servo-driven body moved; `nil` for other tasks.
  public var motion: MotionEvaluation?

  /// Runs a policy file in `episodes` simulations, each until its time is up or the body falls.
  ///
  /// - Parameters:
  ///   - task: Its configuration says how long an episode is and how it starts. Observations and
  ///     actions are those that the policy was trained with.
  ///   - command: What every episode is asked for; `nil` draws from the task's ranges.
  ///   - watch: Looks on.
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
    let actor = FrozenActor(policy: policy, environments: environments)
    return try EvaluationRun(environments).report(watch: watch) { actor.act($0) }
  }
}

/// How well a servo-driven body moved in an evaluation.
public struct MotionEvaluation: Sendable, Equatable {
  /// Root mean square distance of the velocity from the command, in m/s.
  ///
  /// See ``EpisodeFigure/velocityErrorSquares`` for how it is averaged. `nil` when every episode was
  /// too short to tell.
  public var velocityErrorRMS: Double?
  /// The same of the turning rate, in rad/s.
  public var yawRateErrorRMS: Double?
  /// Work per weight and way, unitless.
  public var costOfTransport: Double
  /// Way that touching feet slide, all together, per way of the body, unitless.
  public var slipPerDistance: Double
  /// Mean height over the floor that the foot comes to which is lifted least in half a second, in
  /// metres: a foot that drags shows in it.
  ///
  /// `nil` without feet, or when no half second asked for motion.
  public var footLiftMean: Double?
  /// Mean absolute change of a target per tick, in radians.
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
  /// Runs the actor as it stands in `episodes` simulations of a task, each until it ends.
  ///
  /// The training goes on afterwards as if nothing had happened.
  ///
  /// - Parameters:
  ///   - task: Of the same observations and actions; `nil` takes the one that is trained.
  ///   - command: What every episode of a legged body is asked for; `nil` draws.
  ///   - watch: Looks on.
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
    let actor = TrainedActor(trainer: self, environments: environments)
    return try EvaluationRun(environments).report(watch: watch) { actor.act($0) }
  }
}
