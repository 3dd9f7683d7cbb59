internal import ParallelArrays

/// Simulations whose first can be put into any state and stepped by hand, in double precision.
///
/// It compares a task with another program's. No episode is reset by itself, and actions are taken
/// as they are given: the motors limit them, the cost does not.
public protocol StepwiseEnvironments: Environments {
  /// Generalized positions in a state.
  var positionCount: Int { get }
  /// Generalized velocities in a state.
  var velocityCount: Int { get }

  /// Starts an episode in a state.
  ///
  /// - Returns: The first observation.
  func start(positions: [Double], velocities: [Double]) -> [Double]

  /// Makes one tick.
  ///
  /// - Parameter action: As many numbers as ``ActionSpace/width`` says.
  func step(action: [Double]) throws(TaskError) -> TaskStep
}

/// Observation, reward and end of one tick, unrounded.
public struct TaskStep: Equatable, Sendable {
  /// Observation after the tick.
  public let observation: [Double]
  /// Reward of the tick.
  public let reward: Double
  /// True when the body fell, or failed otherwise.
  public let isTerminated: Bool
  /// True when the episode reached its time limit.
  public let isTruncated: Bool
}

/// An episode of a published task, which is defined in double precision.
///
/// All functions are for the first simulation.
protocol StepwiseEpisode: Episode {
  /// Generalized positions in a state.
  static func positionCount(_ bodies: Bodies) -> Int
  /// Generalized velocities in a state.
  static func velocityCount(_ bodies: Bodies) -> Int

  /// Puts the body into a state.
  mutating func start(positions: [Double], velocities: [Double], on bodies: Bodies)

  /// Sends an action to the motors as it is.
  mutating func act(_ action: [Double], on bodies: Bodies)

  /// Reward of the last tick, which it measures.
  mutating func exactReward(on bodies: Bodies) -> Double

  /// The observation, unrounded.
  func exactObservation(_ bodies: Bodies, as moment: ObservationMoment) -> [Double]
}

extension VectorEnvironment: StepwiseEnvironments where E: StepwiseEpisode {
  var positionCount: Int { E.positionCount(bodies) }
  var velocityCount: Int { E.velocityCount(bodies) }

  func start(positions: [Double], velocities: [Double]) -> [Double] {
    precondition(
      positions.count == positionCount && velocities.count == velocityCount, "a state of the body")
    episodes[0].start(positions: positions, velocities: velocities, on: bodies)
    episodes[0].record.ticks = 0
    return episodes[0].exactObservation(bodies, as: .start)
  }

  func step(action: [Double]) throws(TaskError) -> TaskStep {
    precondition(action.count == actionSpace.width, "an action of the task's width")
    episodes[0].act(action, on: bodies)
    try advance()
    episodes[0].record.ticks += 1
    let reward = episodes[0].exactReward(on: bodies)
    return TaskStep(
      observation: episodes[0].exactObservation(bodies, as: .running), reward: reward,
      isTerminated: episodes[0].isTerminated(on: bodies, at: 0),
      isTruncated: episodes[0].record.isTruncated)
  }
}
