internal import Physics

extension GymnasiumEnvironments {
  /// The simulations as they stand between two ticks.
  public func snapshot() -> EnvironmentsSnapshot {
    EnvironmentsSnapshot(
      states: (0..<count).map { batch.state(of: $0) }, observations: observations.elements,
      episodes: (0..<count).map { index in
        let episode = episodes[index]
        return EnvironmentsSnapshot.Episode(
          random: episode.random, ticks: episode.record.ticks, ticksMax: episode.record.ticksMax,
          reward: episode.record.reward,
          numbers: [episode.x])
      })
  }

  /// Goes back to a snapshot of the same task and number of simulations.
  ///
  /// - Returns: `false`, and nothing is changed, when the snapshot has other sizes.
  public func restore(_ snapshot: EnvironmentsSnapshot) -> Bool {
    guard snapshot.states.count == count, snapshot.episodes.count == count,
      snapshot.states.allSatisfy({ $0.count == initial.count }),
      snapshot.observations.count == observations.count,
      snapshot.episodes.allSatisfy({ $0.numbers.count == 1 && $0.hasSensibleTicks })
    else { return false }
    for index in 0..<count {
      let stored = snapshot.episodes[index]
      batch.setState(snapshot.states[index], of: index)
      episodes[index].random = stored.random
      episodes[index].x = stored.numbers[0]
      episodes[index].record.ticks = stored.ticks
      episodes[index].record.ticksMax = stored.ticksMax
      episodes[index].record.reward = stored.reward
    }
    for index in 0..<observations.count { observations[index] = snapshot.observations[index] }
    return true
  }
}
