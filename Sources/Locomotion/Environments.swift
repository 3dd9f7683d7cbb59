public import Physics

/// Many simulations of one task, advanced together.
///
/// A tick is: ``act(_:in:)`` for each slice, ``advance()``, ``observe(in:)`` for each slice. Slices
/// may act and observe at the same time on different threads; ended episodes begin anew at once.
public protocol Environments: AnyObject, Sendable {
  /// Simulations.
  var count: Int { get }
  /// What a policy gives.
  var actionSpace: ActionSpace { get }
  /// Numbers in an observation: what the policy sees, and then what the critic alone does.
  var observationWidth: Int { get }
  /// Numbers at the end of an observation that no sensor gives: for the critic, which stays at home.
  var privilegedWidth: Int { get }
  /// Observations after the last tick, of the new episode where one began: `[count, width]`.
  var observations: SliceBuffer<Float> { get }
  /// Last observations of episodes that the last tick ended; others are stale: `[count, width]`.
  var finalObservations: SliceBuffer<Float> { get }
  /// Rewards of the last tick: `[count]`.
  var rewards: SliceBuffer<Float> { get }
  /// Outcomes of the last tick: `[count]`.
  var outcomes: SliceBuffer<EpisodeOutcome> { get }
  /// Threads of the pool.
  var threadCount: Int { get }

  /// Takes the actions of some simulations.
  ///
  /// - Parameter actions: Shape `[count, actionSpace.width]`, of all simulations.
  func act(_ actions: SliceBuffer<Float>, in range: Range<Int>)

  /// Tells how much of the training is done, from 0 to 1: what begins later may be harder.
  func setProgress(_ progress: Float)

  /// Advances all simulations by one tick.
  func advance() throws(TaskError)

  /// Rewards and observes some simulations, and begins new episodes where one ended.
  func observe(in range: Range<Int>)

  /// Counts a tick of some simulations and begins those anew that have ended, and does no more.
  ///
  /// With ``act(_:in:)`` and ``advance()`` it is the physics alone, which training is measured against.
  func restartEnded(in range: Range<Int>)

  /// Runs `body` for each slice of the simulations on the pool that also runs the physics.
  ///
  /// - Parameters:
  ///   - sliceCount: A divisor of ``count``.
  ///   - body: Called once per slice, on any thread, in no order. It may act on and observe the
  ///     simulations `slice * count / sliceCount ..< (slice + 1) * count / sliceCount` only.
  func concurrently(_ sliceCount: Int, _ body: (_ slice: Int) -> Void)

  /// The tally of episodes that ended since the last call, over all simulations.
  func takeEpisodes() -> EpisodeTally

  /// The tally of the last episode that ended in one simulation: of one, or of none so far.
  func lastEpisode(of index: Int) -> EpisodeTally

  /// How a simulation looks after the last tick.
  func frame(of index: Int) -> SceneFrame

  /// The simulations as they stand between two ticks.
  func snapshot() -> EnvironmentsSnapshot

  /// Goes back to a snapshot of the same task and number of simulations.
  ///
  /// - Returns: `false`, and nothing is changed, when the snapshot has other sizes.
  func restore(_ snapshot: EnvironmentsSnapshot) -> Bool
}

extension Environments {
  /// Means nothing, unless a task says otherwise.
  public func setProgress(_ progress: Float) {}
  /// None, unless a task says otherwise.
  public var privilegedWidth: Int { 0 }
  /// Numbers of an observation that the policy sees; they come first.
  public var policyObservationWidth: Int { observationWidth - privilegedWidth }
}

/// What a policy gives a task.
public enum ActionSpace: Equatable, Sendable {
  /// Unbounded numbers; the task limits what goes to the body.
  case continuous(width: Int)
  /// One of `count` choices, given as its number.
  case discrete(count: Int)

  /// Numbers in an action.
  public var width: Int {
    switch self {
    case .continuous(let width): width
    case .discrete: 1
    }
  }
}

/// How an environment stands after a tick.
public enum EpisodeOutcome: UInt8, Sendable {
  /// The episode goes on.
  case running
  /// The body fell, or failed otherwise: nothing comes after it.
  case fallen
  /// The time was up: the episode would have gone on.
  case timeUp
}

/// Everything that decides how simulations go on, to be continued from bit for bit.
public struct EnvironmentsSnapshot: Codable, Equatable, Sendable {
  /// Physics, by simulation; empty where a task has none.
  var states: [[Double]]
  /// Observations of all simulations.
  var observations: [Float]
  /// Episodes under way, by simulation.
  var episodes: [Episode]

  /// More ticks than any episode has, so that sums of them stay in range.
  static let countMax = 1e9

  /// An episode under way.
  struct Episode: Codable, Equatable, Sendable {
    var random: RandomSource
    var ticks: Int
    /// Ticks after which it is cut off.
    var ticksMax: Int
    var reward: Float
    /// What else the task keeps, in an order of its own.
    var numbers: [Double]

    /// Whether its counts are those of an episode; a file may say anything.
    var hasSensibleTicks: Bool {
      let counts = 0...Int(EnvironmentsSnapshot.countMax)
      return counts.contains(ticks) && counts.contains(ticksMax)
    }
  }
}
