internal import ParallelArrays
internal import Physics

/// Many simulations of one task: buffers, staggered starts, resets, tallies and snapshots.
///
/// The type of the episode says what the task is.
final class VectorEnvironment<E: Episode>: TaskEnvironments, @unchecked Sendable {
  let count: Int
  let pool: ThreadPool
  let observations: SliceBuffer<Float>
  let finalObservations: SliceBuffer<Float>
  let rewards: SliceBuffer<Float>
  let outcomes: SliceBuffer<EpisodeOutcome>
  /// Bodies of all simulations.
  let bodies: E.Bodies
  /// Episodes under way, by simulation.
  let episodes: SliceBuffer<E>
  /// Tallies of the last episode of each simulation that is done.
  private let lastEpisodes: SliceBuffer<EpisodeTally>
  /// Tallies of the episodes of each simulation that were done since they were taken.
  private let newEpisodes: SliceBuffer<EpisodeTally>

  /// Starts an episode in each of `count` simulations.
  ///
  /// - Parameters:
  ///   - seed: Decides everything random, together with the simulation's index.
  ///   - isTraining: Truncates the first episodes at staggered times, so that the simulations are
  ///     not reset all at once, and sets the progress of the training to 0.
  init(_ bodies: E.Bodies, count: Int, pool: ThreadPool, seed: UInt64, isTraining: Bool) {
    self.bodies = bodies
    self.count = count
    self.pool = pool
    let width = bodies.observationWidth
    observations = SliceBuffer(repeating: 0, count: count * width)
    finalObservations = SliceBuffer(repeating: 0, count: count * width)
    rewards = SliceBuffer(repeating: 0, count: count)
    outcomes = SliceBuffer(repeating: .running, count: count)
    lastEpisodes = SliceBuffer(repeating: EpisodeTally(), count: count)
    newEpisodes = SliceBuffer(repeating: EpisodeTally(), count: count)
    let ticksMax = bodies.episodeTicksMax
    let record = EpisodeRecord(
      random: RandomSource(seed: seed, stream: 0), ticksMax: ticksMax,
      rewardTermCount: bodies.rewardTermCount)
    episodes = SliceBuffer(repeating: E(record: record, on: bodies), count: count)
    if isTraining { bodies.progress = 0 }
    for index in 0..<count {
      episodes[index].record.random = RandomSource(seed: seed, stream: UInt64(index))
      begin(index)
      if isTraining { episodes[index].record.ticksMax = ticksMax - index * ticksMax / count }
    }
  }

  var actionSpace: ActionSpace { bodies.actionSpace }
  var observationWidth: Int { bodies.observationWidth }
  var privilegedWidth: Int { bodies.privilegedWidth }
  var commanded: (any CommandedEnvironments)? { E.commanded(self) }

  func act(_ actions: SliceBuffer<Float>, in range: Range<Int>) {
    let width = actionSpace.width
    for index in range {
      let action = unsafe UnsafeBufferPointer(start: actions.base + index * width, count: width)
      unsafe episodes[index].act(action.span, on: bodies, at: index)
    }
  }

  func setProgress(_ progress: Float) { bodies.progress = progress }

  func advance() throws(TaskError) { try bodies.advance() }

  func observe(in range: Range<Int>) {
    for index in range {
      episodes[index].measure(bodies, at: index)
      let reward = episodes[index].reward(on: bodies, at: index)
      rewards[index] = reward
      episodes[index].record.add(reward: reward)
      let outcome = outcome(index)
      outcomes[index] = outcome
      guard outcome != .running else {
        episodes[index].observe(bodies, at: index, as: .running, into: observations)
        continue
      }
      // The history in a final observation is that of the episode that it ends.
      let width = observationWidth
      for column in (index * width)..<((index + 1) * width) {
        finalObservations[column] = observations[column]
      }
      episodes[index].observe(bodies, at: index, as: .end, into: finalObservations)
      let tally = episodes[index].record.tally(isTerminated: outcome == .terminated)
      lastEpisodes[index] = tally
      newEpisodes[index].add(tally)
      begin(index)
    }
  }

  func restartEnded(in range: Range<Int>) {
    for index in range {
      episodes[index].record.ticks += 1
      if outcome(index) != .running {
        episodes[index].place(on: bodies, at: index)
        episodes[index].record.begin(ticksMax: bodies.episodeTicksMax)
      }
    }
  }

  func takeEpisodes() -> EpisodeTally {
    var total = EpisodeTally()
    for index in 0..<count where newEpisodes[index].count > 0 {
      total.add(newEpisodes[index])
      newEpisodes[index].clear()
    }
    return total
  }

  func lastEpisode(of index: Int) -> EpisodeTally { lastEpisodes[index] }

  func frame(of index: Int) -> SceneFrame { episodes[index].frame(on: bodies, at: index) }

  func snapshot() -> EnvironmentsSnapshot {
    EnvironmentsSnapshot(
      states: (0..<count).map { bodies.state(of: $0) }, observations: observations.elements,
      episodes: E.stored(episodes.elements))
  }

  func restore(_ snapshot: EnvironmentsSnapshot) -> Bool {
    let stateCount = bodies.state(of: 0).count
    guard let stored = E.episodes(in: snapshot.episodes), stored.count == count,
      zip(episodes.elements, stored).allSatisfy({ $0.canBeReplaced(by: $1) }),
      snapshot.states.count == count,
      snapshot.states.allSatisfy({ $0.count == stateCount }),
      snapshot.observations.count == observations.count
    else { return false }
    for index in 0..<count {
      bodies.setState(snapshot.states[index], of: index)
      episodes[index] = stored[index]
      episodes[index].restored(on: bodies, at: index)
    }
    for index in 0..<observations.count { observations[index] = snapshot.observations[index] }
    return true
  }

  private func begin(_ index: Int) {
    episodes[index].reset(on: bodies, at: index)
    episodes[index].record.begin(ticksMax: bodies.episodeTicksMax)
    episodes[index].observe(bodies, at: index, as: .start, into: observations)
  }

  private func outcome(_ index: Int) -> EpisodeOutcome {
    if episodes[index].isTerminated(on: bodies, at: index) { return .terminated }
    return episodes[index].record.isTruncated ? .truncated : .running
  }
}

/// Everything that decides how simulations go on, to be continued from bit for bit.
public struct EnvironmentsSnapshot: Codable, Equatable, Sendable {
  /// Physical states, by simulation.
  var states: [[Double]]
  /// Observations of all simulations.
  var observations: [Float]
  /// Episodes under way, by simulation.
  var episodes: StoredEpisodes
}

/// The episodes of all simulations of a task.
enum StoredEpisodes: Codable, Equatable, Sendable {
  case cartPole([CartPoleEpisode])
  case gymnasium([GymnasiumEpisode])
  case legged([LeggedEpisode])
}
