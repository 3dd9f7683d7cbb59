public import ParallelArrays
public import Physics
public import RobotDescription

/// Many simulations of one task, advanced together: what a learner needs of them.
///
/// A tick is ``act(_:in:)`` for each slice, ``advance()``, and ``observe(in:)`` for each slice.
/// Slices may act and observe at the same time on different threads. An episode that is done is
/// followed by a new one at once.
public protocol Environments: AnyObject, Sendable {
  /// Simulations.
  var count: Int { get }
  /// Actions that the task takes.
  var actionSpace: ActionSpace { get }
  /// Numbers in an observation: those of the policy, then the privileged ones.
  var observationWidth: Int { get }
  /// Privileged numbers, which no sensor gives: for the critic alone, and never deployed.
  var privilegedWidth: Int { get }
  /// Observations after the last tick, of the new episode where one began: `[count, width]`.
  var observations: SliceBuffer<Float> { get }
  /// Last observations of episodes that the last tick ended; other rows are stale: `[count,
  /// width]`.
  var finalObservations: SliceBuffer<Float> { get }
  /// Rewards of the last tick: `[count]`.
  var rewards: SliceBuffer<Float> { get }
  /// Outcomes of the last tick: `[count]`.
  var outcomes: SliceBuffer<EpisodeOutcome> { get }
  /// Threads that share the work on the slices, as many as step the physics.
  var pool: ThreadPool { get }

  /// Takes the actions of some simulations.
  ///
  /// - Parameter actions: Shape `[count, actionSpace.width]`, of all simulations.
  func act(_ actions: SliceBuffer<Float>, in range: Range<Int>)

  /// Sets the share of the training that is done, from 0 to 1, for what grows over a training.
  func setProgress(_ progress: Float)

  /// Advances the physics of all simulations by one tick.
  func advance() throws(TaskError)

  /// Rewards and observes some simulations, and resets those whose episode is done.
  func observe(in range: Range<Int>)

  /// Tally of the episodes that were done since the last call, over all simulations.
  func takeEpisodes() -> EpisodeTally
}

extension Environments {
  /// Threads of the pool.
  public var threadCount: Int { pool.threadCount }
  /// Numbers of an observation that the policy sees; they come first.
  public var policyObservationWidth: Int { observationWidth - privilegedWidth }

  /// Runs `body` once for each slice on the pool; see ``ThreadPool/concurrently(_:_:)``.
  public func concurrently(_ sliceCount: Int, _ body: (_ slice: Int) -> Void) {
    pool.concurrently(sliceCount, body)
  }
}

/// Simulations that an evaluation or a recording looks at.
public protocol WatchedEnvironments: Environments {
  /// The same simulations where they follow velocity commands; `nil` for other tasks.
  var commanded: (any CommandedEnvironments)? { get }

  /// Pose of one simulation's body after the last tick.
  func frame(of index: Int) -> SceneFrame

  /// Tally of the last episode that was done in one simulation; empty before the first.
  func lastEpisode(of index: Int) -> EpisodeTally
}

/// Simulations of a body that follows velocity commands.
public protocol CommandedEnvironments: WatchedEnvironments {
  /// Mass of the body as its model has it, in kilograms.
  var massKilograms: Double { get }

  /// The velocity command of one simulation.
  func command(of index: Int) -> VelocityCommand

  /// Gives every simulation one command until its episode is done, from its next observation on;
  /// an episode that is still at its start observes it at once.
  func command(_ command: VelocityCommand)

  /// Position in metres and heading as a unit vector of one body, seen from above.
  func pose(of index: Int) -> (position: SIMD2<Double>, heading: SIMD2<Double>)
}

/// Simulations whose whole state can be taken, put back, and run without a learner.
public protocol RestorableEnvironments: Environments {
  /// The state of all simulations between two ticks.
  func snapshot() -> EnvironmentsSnapshot

  /// Goes back to a snapshot of the same task and number of simulations.
  ///
  /// - Returns: `false`, and nothing is changed, when the snapshot has other sizes.
  func restore(_ snapshot: EnvironmentsSnapshot) -> Bool

  /// Counts a tick of some simulations and puts the bodies of those that are done at a start.
  ///
  /// With ``act(_:in:)`` and ``advance()`` it is the physics alone, without observation and reward.
  func restartEnded(in range: Range<Int>)
}

/// The protocols that the environments of every task have.
public typealias TaskEnvironments = WatchedEnvironments & RestorableEnvironments

/// Actions that a task takes.
public enum ActionSpace: Equatable, Sendable {
  /// Unbounded numbers; the task limits what goes to the body.
  case continuous(width: Int)
  /// One of `count` choices, given as its index.
  case discrete(count: Int)

  /// Numbers in an action.
  public var width: Int {
    switch self {
    case .continuous(let width): width
    case .discrete: 1
    }
  }
}

/// State of an episode after a tick.
public enum EpisodeOutcome: UInt8, Sendable {
  /// The episode goes on.
  case running
  /// The body fell, or failed otherwise: no reward comes after it.
  case terminated
  /// The episode reached its time limit: it would have gone on.
  case truncated
}
