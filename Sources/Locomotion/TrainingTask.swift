internal import ParallelArrays
internal import RobotDescription

/// A task that a policy is trained for.
public enum TrainingTask: Sendable {
  /// A servo-driven robot that follows velocity commands.
  case legged(LocomotionTask)
  /// A task of Gymnasium on a MuJoCo body.
  case gymnasium(GymnasiumTask)
  /// A pole on a cart, Gymnasium's CartPole-v1.
  case cartPole

  /// Name of the body, or of the published task.
  public var name: String {
    switch self {
    case .legged(let task): task.robot.body.description
    case .gymnasium(let task): task.kind.rawValue
    case .cartPole: "CartPole-v1"
    }
  }

  /// Commands, episodes and reward of a legged robot; `nil` for other tasks.
  public var configuration: TaskConfiguration? {
    switch self {
    case .legged(let task): task.configuration
    case .gymnasium, .cartPole: nil
    }
  }

  /// Terms of the reward that have a weight, in the order of ``EpisodeTally/rewardTerms``.
  ///
  /// Their names are those of the weights in the settings. Empty for tasks without weights.
  public var rewardTerms: [(name: String, unit: String)] {
    guard let weights = configuration?.reward else { return [] }
    return RewardTerm.active(weights).map { ($0.name, $0.unit) }
  }

  /// Paths of the files that define the body; none for a task without a model.
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
  ///   - seed: Decides everything random, together with the simulation's index.
  ///   - threadCount: Threads of the pool; 0 takes every processor.
  ///   - isTraining: Truncates the first episodes at staggered times, so that the simulations are
  ///     not reset all at once, and starts what grows over a training.
  public func makeEnvironments(
    count: Int, seed: UInt64, threadCount: Int, isTraining: Bool
  ) throws(TaskError) -> any TaskEnvironments {
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

  /// Makes one simulation that is stepped by hand; `nil` for a task that is not published.
  public func makeStepwise() throws(TaskError) -> (any StepwiseEnvironments)? {
    switch self {
    case .legged: nil
    case .gymnasium(let task):
      try GymnasiumEnvironments(
        task: task, count: 1, seed: 0, threadCount: 1, isTraining: false)
    case .cartPole: CartPoleEnvironments(count: 1, seed: 0, isTraining: false)
    }
  }
}

extension LocomotionTask {
  /// Starts an episode in each of `count` simulations that no policy is trained in.
  ///
  /// - Parameters:
  ///   - seed: Decides commands and starts, together with the simulation's index.
  ///   - threadCount: Threads of the pool; 0 takes every processor.
  public func makeEnvironments(
    count: Int, seed: UInt64, threadCount: Int
  ) throws(TaskError) -> any CommandedEnvironments {
    try LeggedEnvironments(
      task: self, count: count, seed: seed, threadCount: threadCount, isTraining: false)
  }
}

typealias LeggedEnvironments = VectorEnvironment<LeggedEpisode>
typealias GymnasiumEnvironments = VectorEnvironment<GymnasiumEpisode>
typealias CartPoleEnvironments = VectorEnvironment<CartPoleEpisode>

extension VectorEnvironment where E == LeggedEpisode {
  convenience init(
    task: LocomotionTask, count: Int, seed: UInt64, threadCount: Int, isTraining: Bool
  ) throws(TaskError) {
    let pool = ThreadPool(threadCount: threadCount)
    self.init(
      try LeggedBodies(task: task, count: count, threadCount: pool.threadCount), count: count,
      pool: pool, seed: seed, isTraining: isTraining)
  }
}

extension VectorEnvironment where E == GymnasiumEpisode {
  convenience init(
    task: GymnasiumTask, count: Int, seed: UInt64, threadCount: Int, isTraining: Bool
  ) throws(TaskError) {
    let pool = ThreadPool(threadCount: threadCount)
    self.init(
      try GymnasiumBodies(task: task, count: count, threadCount: pool.threadCount), count: count,
      pool: pool, seed: seed, isTraining: isTraining)
  }
}

extension VectorEnvironment where E == CartPoleEpisode {
  /// On one thread: a tick takes less time than to wake another.
  convenience init(count: Int, seed: UInt64, isTraining: Bool) {
    self.init(
      CartPoleBodies(count: count), count: count, pool: ThreadPool(threadCount: 1), seed: seed,
      isTraining: isTraining)
  }
}
