internal import Physics
internal import RobotDescription

extension LeggedEnvironments {
  /// Numbers that an episode keeps beside the physics.
  private var numberCount: Int { task.robot.jointCount + 7 + (randomisation?.width ?? 0) }

  /// The simulations as they stand between two ticks.
  public func snapshot() -> EnvironmentsSnapshot {
    EnvironmentsSnapshot(
      states: (0..<count).map { batch.state(of: $0) }, observations: observations.elements,
      episodes: (0..<count).map { index in
        let episode = episodes[index]
        let command = episode.command
        let velocity = episode.velocity
        let numbers =
          (0..<task.robot.jointCount).map { episode.actions.targets[$0] }
          + [command.forward, command.left, command.yawRate, velocity.x, velocity.y, velocity.z]
          + [episode.targetChange]
        return EnvironmentsSnapshot.Episode(
          random: episode.random, ticks: episode.ticks, reward: episode.reward,
          numbers: numbers.map { Double($0) } + randomisationNumbers(of: index))
      })
  }

  /// Goes back to a snapshot of the same task and number of simulations.
  ///
  /// - Returns: `false`, and nothing is changed, when the snapshot has other sizes.
  public func restore(_ snapshot: EnvironmentsSnapshot) -> Bool {
    let jointCount = task.robot.jointCount
    let stateCount = batch.state(of: 0).count
    guard snapshot.states.count == count, snapshot.episodes.count == count,
      snapshot.states.allSatisfy({ $0.count == stateCount }),
      snapshot.observations.count == observations.count,
      snapshot.episodes.allSatisfy({ $0.numbers.count == numberCount })
    else { return false }
    for index in 0..<count {
      let stored = snapshot.episodes[index]
      batch.setState(snapshot.states[index], of: index)
      restoreRandomisation(stored.numbers, of: index)
      let numbers = stored.numbers.map { Float($0) }
      for joint in 0..<jointCount { episodes[index].actions.targets[joint] = numbers[joint] }
      let rest = numbers[jointCount...]
      let start = rest.startIndex
      episodes[index].command = VelocityCommand(
        forward: rest[start], left: rest[start + 1], yawRate: rest[start + 2])
      episodes[index].velocity = SIMD3(rest[start + 3], rest[start + 4], rest[start + 5])
      episodes[index].targetChange = rest[start + 6]
      episodes[index].random = stored.random
      episodes[index].ticks = stored.ticks
      episodes[index].reward = stored.reward
    }
    for index in 0..<observations.count { observations[index] = snapshot.observations[index] }
    return true
  }
}
