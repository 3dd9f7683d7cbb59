internal import Foundation

/// Many simulations of Gymnasium's CartPole-v1: a pole on a cart, pushed left or right.
///
/// The smallest task that a learner can be seen to solve. Its own arithmetic, no physics engine.
public final class CartPoleEnvironments: Environments, @unchecked Sendable {
  /// Simulations.
  public let count: Int
  /// Observations after the last tick, of the new episode where one began: `[count, 4]`.
  public let observations: SliceBuffer<Float>
  /// Last observations of episodes that the last tick ended; others are stale: `[count, 4]`.
  public let finalObservations: SliceBuffer<Float>
  /// Rewards of the last tick: `[count]`.
  public let rewards: SliceBuffer<Float>
  /// Outcomes of the last tick: `[count]`.
  public let outcomes: SliceBuffer<EpisodeOutcome>
  let episodes: SliceBuffer<Episode>

  /// What a policy gives: 0 pushes to the left, 1 to the right.
  public var actionSpace: ActionSpace { .discrete(count: 2) }
  /// Numbers in an observation: place and speed of the cart, angle and rate of the pole.
  public var observationWidth: Int { 4 }
  /// One: a tick takes less time than to wake another thread.
  public var threadCount: Int { 1 }

  /// Ticks after which an episode is cut off.
  static let episodeTicksMax = 500

  /// An episode under way, and the tally of those that have ended.
  struct Episode {
    var random: RandomSource
    var cart = CartPole()
    var isPushedRight = false
    var record = EpisodeRecord(ticksMax: CartPoleEnvironments.episodeTicksMax)
  }

  /// Starts an episode in each of `count` simulations.
  ///
  /// - Parameters:
  ///   - seed: Decides starts, together with the simulation's number.
  ///   - isTraining: Whether a policy is trained in them: the first episodes are cut short by
  ///     different amounts, so that simulations do not all begin anew at once.
  public init(count: Int, seed: UInt64, isTraining: Bool) {
    self.count = count
    observations = SliceBuffer(repeating: 0, count: count * 4)
    finalObservations = SliceBuffer(repeating: 0, count: count * 4)
    rewards = SliceBuffer(repeating: 0, count: count)
    outcomes = SliceBuffer(repeating: .running, count: count)
    episodes = SliceBuffer(
      repeating: Episode(random: RandomSource(seed: seed, stream: 0)), count: count)
    for index in 0..<count {
      episodes[index].random = RandomSource(seed: seed, stream: UInt64(index))
      begin(index)
      if isTraining {
        episodes[index].record.ticksMax = EpisodeRecord.staggered(
          Self.episodeTicksMax, index: index, count: count)
      }
    }
  }

  /// Takes the pushes of some simulations.
  ///
  /// - Parameter actions: Shape `[count]`, each 0 or 1, of all simulations.
  public func act(_ actions: SliceBuffer<Float>, in range: Range<Int>) {
    for index in range { episodes[index].isPushedRight = actions[index] == 1 }
  }

  /// Advances all simulations by one tick.
  public func advance() {
    for index in 0..<count {
      episodes[index].cart.advance(isPushedRight: episodes[index].isPushedRight)
    }
  }

  /// Rewards and observes some simulations, and begins new episodes where one ended.
  public func observe(in range: Range<Int>) {
    for index in range {
      rewards[index] = 1
      episodes[index].record.add(reward: 1)
      let outcome = outcome(index)
      outcomes[index] = outcome
      guard outcome != .running else {
        round(index, into: observations)
        continue
      }
      round(index, into: finalObservations)
      episodes[index].record.end(fell: outcome == .fallen)
      begin(index)
    }
  }

  /// Counts a tick of some simulations and begins those anew that have ended, and does no more.
  public func restartEnded(in range: Range<Int>) {
    for index in range {
      episodes[index].record.ticks += 1
      if outcome(index) != .running {
        place(index)
        episodes[index].record.begin(ticksMax: Self.episodeTicksMax)
      }
    }
  }

  /// Runs `body` for each slice of the simulations, one after the other.
  public func concurrently(_ sliceCount: Int, _ body: (_ slice: Int) -> Void) {
    precondition(count % sliceCount == 0, "slices of equal size")
    for slice in 0..<sliceCount { body(slice) }
  }

  /// The tally of the last episode that a simulation has ended; of none before that.
  public func lastEpisode(of index: Int) -> EpisodeTally {
    episodes[index].record.last
  }

  /// The tally of episodes that ended since the last call, over all simulations.
  public func takeEpisodes() -> EpisodeTally {
    var total = EpisodeTally()
    for index in 0..<count {
      total.add(episodes[index].record.takeTally())
    }
    return total
  }

  /// Rounds the state of a simulation into an observation.
  private func round(_ index: Int, into buffer: SliceBuffer<Float>) {
    let cart = episodes[index].cart
    buffer[4 * index] = Float(cart.place)
    buffer[4 * index + 1] = Float(cart.speed)
    buffer[4 * index + 2] = Float(cart.angle)
    buffer[4 * index + 3] = Float(cart.rate)
  }

  private func begin(_ index: Int) {
    place(index)
    episodes[index].record.begin(ticksMax: Self.episodeTicksMax)
    round(index, into: observations)
  }

  /// Puts a cart where an episode begins.
  private func place(_ index: Int) {
    let range = -0.05...0.05
    episodes[index].cart.place = episodes[index].random.uniformDouble(in: range)
    episodes[index].cart.speed = episodes[index].random.uniformDouble(in: range)
    episodes[index].cart.angle = episodes[index].random.uniformDouble(in: range)
    episodes[index].cart.rate = episodes[index].random.uniformDouble(in: range)
  }

  private func outcome(_ index: Int) -> EpisodeOutcome {
    if episodes[index].cart.hasFailed { return .fallen }
    return episodes[index].record.isTimeUp ? .timeUp : .running
  }
}

/// A cart and the pole on it (Barto, Sutton and Anderson 1983), with the figures of Gymnasium.
struct CartPole: Equatable {
  /// Metres from the middle of the track.
  var place = 0.0
  /// Metres per second.
  var speed = 0.0
  /// Radians from upright.
  var angle = 0.0
  /// Radians per second.
  var rate = 0.0

  /// Whether the cart left its track or the pole leans too far.
  var hasFailed: Bool {
    !(abs(place) <= 2.4 && abs(angle) <= 12 * 2 * Double.pi / 360)
  }

  /// Makes one explicit Euler step of 0.02 s.
  mutating func advance(isPushedRight: Bool) {
    // Kilograms, metres and newtons; the length is half the pole's.
    let poleMass = 0.1
    let mass = poleMass + 1
    let length = 0.5
    let seconds = 0.02
    let cosine = cos(angle)
    let sine = sin(angle)
    let push = ((isPushedRight ? 10 : -10) + poleMass * length * (rate * rate) * sine) / mass
    let angular =
      (9.8 * sine - cosine * push) / (length * (4.0 / 3 - poleMass * (cosine * cosine) / mass))
    let linear = push - poleMass * length * angular * cosine / mass
    place += seconds * speed
    speed += seconds * linear
    angle += seconds * rate
    rate += seconds * angular
  }
}
