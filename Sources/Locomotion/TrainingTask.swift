internal import RobotDescription

/// What a policy is trained for.
public enum TrainingTask: Sendable {
  /// A servo-driven body that follows velocity commands, for a robot.
  case legged(LocomotionTask)
  /// A task of Gymnasium on a MuJoCo body.
  case gymnasium(GymnasiumTask)
  /// A pole on a cart, Gymnasium's CartPole-v1.
  case cartPole

  /// The task's name: that of the body, or of the published task.
  public var name: String {
    switch self {
    case .legged(let task): task.robot.body.description
    case .gymnasium(let task): task.kind.rawValue
    case .cartPole: "CartPole-v1"
    }
  }

  /// Commands, episodes and reward of a legged body; `nil` for other tasks.
  public var configuration: TaskConfiguration? {
    switch self {
    case .legged(let task): task.configuration
    case .gymnasium, .cartPole: nil
    }
  }

  /// The files that make the body what it is; none for a task without a model.
  public var bodyPaths: [String] {
    switch self {
    case .legged(let task): [task.modelPath] + (task.robotPath.map { [$0] } ?? [])
    case .gymnasium(let task): [task.modelPath]
    case .cartPole: []
    }
  }

  /// Starts an episode in each of `count` simulations.
  ///
  /// - Parameters:
  ///   - seed: Decides commands and starts, together with the simulation's number.
  ///   - threadCount: Threads of the pool; 0 takes every processor.
  ///   - isTraining: Whether a policy is trained in them: the first episodes are cut short by
  ///     different amounts, so that simulations do not all begin anew at once, and what grows over a
  ///     training is at its beginning.
  public func makeEnvironments(
    count: Int, seed: UInt64, threadCount: Int, isTraining: Bool
  ) throws(TaskError) -> any Environments {
    switch self {
    case .legged(let task):
      try LeggedEnvironments(
        task: task, count: count, seed: seed, threadCount: threadCount, isTraining: isTraining)
    case .gymnasium(let task):
      try GymnasiumEnvironments(
        task: task, count: count, seed: seed, threadCount: threadCount, isTraining: isTraining)
    case .cartPole: CartPoleEnvironments(count: count, seed: seed, isTraining: isTraining)
    }
  }
}
