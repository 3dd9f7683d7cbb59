internal import ParallelArrays
internal import Physics

/// An episode of one simulation, as a value: what a task keeps of it from tick to tick.
///
/// ``VectorEnvironment`` calls, in this order, ``act(_:on:at:)``, after the physics
/// ``measure(_:at:)``, ``reward(on:at:)``, ``observe(_:at:as:into:)``, and ``reset(on:at:)`` when
/// the episode is done. An encoded episode is the snapshot of it.
protocol Episode: Codable, Equatable, Sendable {
  /// Bodies and settings that all simulations of the task share.
  associatedtype Bodies: EpisodeBodies

  /// The part of an episode that all tasks have.
  var record: EpisodeRecord { get set }

  /// An episode that has not been reset yet.
  init(record: EpisodeRecord, on bodies: Bodies)

  /// Sends an action to the body.
  ///
  /// - Parameter action: Shape `[actionSpace.width]`.
  mutating func act(_ action: Span<Float>, on bodies: Bodies, at index: Int)

  /// Measures what the body did in the tick.
  mutating func measure(_ bodies: Bodies, at index: Int)

  /// Computes the reward of the tick that was measured.
  mutating func reward(on bodies: Bodies, at index: Int) -> Float

  /// Tells whether the body fell, or failed otherwise.
  func isTerminated(on bodies: Bodies, at index: Int) -> Bool

  /// Writes the observation into the simulation's row of a buffer `[count, observationWidth]`.
  ///
  /// Before the call the row holds the observation of the tick before, unless `moment` is `start`.
  mutating func observe(
    _ bodies: Bodies, at index: Int, as moment: ObservationMoment, into rows: SliceBuffer<Float>)

  /// Starts another episode: places the body and draws what is random about it.
  mutating func reset(on bodies: Bodies, at index: Int)

  /// Places the body where an episode starts.
  mutating func place(on bodies: Bodies, at index: Int)

  /// Tells whether a decoded episode can follow in this one's place: a file may hold any numbers.
  func canBeReplaced(by other: Self) -> Bool

  /// Makes the body fit an episode that a snapshot has brought; its state is already there.
  func restored(on bodies: Bodies, at index: Int)

  /// Pose of the body after the last tick.
  func frame(on bodies: Bodies, at index: Int) -> SceneFrame

  /// Packs the episodes of all simulations for a snapshot.
  static func stored(_ episodes: [Self]) -> StoredEpisodes

  /// Unpacks them; `nil` when they are of another task.
  static func episodes(in stored: StoredEpisodes) -> [Self]?

  /// The environments as those that follow commands; `nil` for tasks without commands.
  static func commanded(
    _ environments: VectorEnvironment<Self>
  ) -> (any CommandedEnvironments)?
}

extension Episode {
  func restored(on bodies: Bodies, at index: Int) {}

  static func commanded(
    _ environments: VectorEnvironment<Self>
  ) -> (any CommandedEnvironments)? { nil }
}

/// Place of an observation in its episode.
enum ObservationMoment {
  /// Before the first tick.
  case start
  /// After a tick after which the episode goes on.
  case running
  /// After the tick that ended the episode.
  case end
}

/// The bodies of all simulations of a task, and the settings that all its episodes share.
protocol EpisodeBodies: AnyObject, Sendable {
  /// Ticks after which an episode is truncated.
  var episodeTicksMax: Int { get }
  /// Actions that the task takes.
  var actionSpace: ActionSpace { get }
  /// Numbers in an observation.
  var observationWidth: Int { get }
  /// Numbers at the end of an observation that the critic alone sees.
  var privilegedWidth: Int { get }
  /// Terms of the reward whose sums the tally has.
  var rewardTermCount: Int { get }
  /// Share of the training that is done, from 0 to 1; set between two ticks.
  var progress: Float { get set }

  /// Advances all bodies by one tick.
  func advance() throws(TaskError)

  /// Whole physical state of one simulation.
  func state(of index: Int) -> [Double]

  /// Puts one simulation into a state that ``state(of:)`` has given.
  func setState(_ state: [Double], of index: Int)
}

extension EpisodeBodies {
  var privilegedWidth: Int { 0 }
  var rewardTermCount: Int { 0 }
  var progress: Float {
    get { 1 }
    set {}
  }
}

/// The part of an episode that all tasks have: its random source, length and sums.
struct EpisodeRecord: Codable, Equatable, Sendable {
  /// Source of everything random in the simulation.
  var random: RandomSource
  /// Ticks so far.
  var ticks = 0
  /// Ticks after which the episode is truncated.
  var ticksMax: Int
  /// Sum of the rewards so far.
  var reward: Float = 0
  /// Figures and reward terms of the episode so far.
  var sums: EpisodeTally

  /// A record of an episode that has not begun.
  init(random: RandomSource, ticksMax: Int, rewardTermCount: Int = 0) {
    self.random = random
    self.ticksMax = ticksMax
    sums = EpisodeTally(rewardTermCount: rewardTermCount)
  }

  /// True when the episode has reached its time limit.
  var isTruncated: Bool { ticks >= ticksMax }

  /// Begins another episode of `ticksMax` ticks.
  mutating func begin(ticksMax: Int) {
    ticks = 0
    self.ticksMax = ticksMax
    reward = 0
    sums.clear()
  }

  /// Adds a tick.
  mutating func add(reward: Float) {
    ticks += 1
    self.reward += reward
  }

  /// Tally of the episode, which is done.
  func tally(isTerminated: Bool) -> EpisodeTally {
    var tally = sums
    tally.count = 1
    tally.falls = isTerminated ? 1 : 0
    tally.ticks = ticks
    tally.reward = Double(reward)
    return tally
  }

  /// More ticks than any episode has, so that sums of them stay in range.
  private static let ticksBound = 1_000_000_000

  /// Tells whether a decoded record has the sizes of this one, and counts that an episode can have.
  func canBeReplaced(by other: EpisodeRecord) -> Bool {
    let counts = 0...Self.ticksBound
    return counts.contains(other.ticks) && counts.contains(other.ticksMax)
      && sums.canBeReplaced(by: other.sums)
  }
}
