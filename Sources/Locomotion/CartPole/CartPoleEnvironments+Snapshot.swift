extension CartPoleEnvironments {
  /// The simulations as they stand between two ticks.
  public func snapshot() -> EnvironmentsSnapshot {
    EnvironmentsSnapshot(
      states: [], observations: observations.elements,
      episodes: episodes.elements.map { episode in
        let cart = episode.cart
        return EnvironmentsSnapshot.Episode(
          random: episode.random, ticks: episode.record.ticks, ticksMax: episode.record.ticksMax,
          reward: episode.record.reward,
          numbers: [cart.place, cart.speed, cart.angle, cart.rate])
      })
  }

  /// Goes back to a snapshot of the same number of simulations.
  ///
  /// - Returns: `false`, and nothing is changed, when the snapshot has other sizes.
  public func restore(_ snapshot: EnvironmentsSnapshot) -> Bool {
    guard snapshot.states.isEmpty, snapshot.episodes.count == count,
      snapshot.observations.count == observations.count,
      snapshot.episodes.allSatisfy({ $0.numbers.count == 4 && $0.hasSensibleTicks })
    else { return false }
    for (index, stored) in snapshot.episodes.enumerated() {
      let numbers = stored.numbers
      episodes[index].cart = CartPole(
        place: numbers[0], speed: numbers[1], angle: numbers[2], rate: numbers[3])
      episodes[index].random = stored.random
      episodes[index].record.ticks = stored.ticks
      episodes[index].record.ticksMax = stored.ticksMax
      episodes[index].record.reward = stored.reward
    }
    for index in 0..<observations.count { observations[index] = snapshot.observations[index] }
    return true
  }
}
