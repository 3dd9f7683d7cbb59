/// Simulations whose first can be put into any state and stepped by hand, in double precision.
///
/// It is how a task is compared with another program's. No episode begins anew by itself, and
/// actions are taken as they are given: the motors limit them, the cost does not.
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

/// What one tick of a task has brought, unrounded.
public struct TaskStep: Equatable, Sendable {
  /// Observation after it.
  public let observation: [Double]
  /// Reward of it.
  public let reward: Double
  /// Whether the body fell, or failed otherwise.
  public let isTerminated: Bool
  /// Whether the time was up.
  public let isTruncated: Bool
}
