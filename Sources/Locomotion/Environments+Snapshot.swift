internal import Physics
internal import RobotDescription

extension Environments {
  /// Everything that decides how the simulations go on, to be continued from bit for bit.
  public struct Snapshot: Codable, Equatable, Sendable {
    /// Physics, by simulation.
    var states: [[Double]]
    /// Observations of all simulations.
    var observations: [Float]
    /// Episodes under way, by simulation.
    var episodes: [EpisodeSnapshot]
  }

  struct EpisodeSnapshot: Codable, Equatable, Sendable {
    var random: RandomSource
    var targets: [Float]
    var command: [Float]
    var velocity: [Float]
    var targetChange: Float
    var ticks: Int
    var reward: Float
  }

  /// The simulations as they stand between two ticks.
  public func snapshot() -> Snapshot {
    Snapshot(
      states: (0..<count).map { batch.state(of: $0) }, observations: observations.elements,
      episodes: (0..<count).map { index in
        let episode = episodes[index]
        return EpisodeSnapshot(
          random: episode.random,
          targets: (0..<task.robot.jointCount).map { episode.actions.targets[$0] },
          command: [episode.command.forward, episode.command.left, episode.command.yawRate],
          velocity: [episode.velocity.x, episode.velocity.y, episode.velocity.z],
          targetChange: episode.targetChange, ticks: episode.ticks, reward: episode.reward)
      })
  }

  /// Goes back to a snapshot of the same task and number of simulations.
  ///
  /// - Returns: `false`, and nothing is changed, when the snapshot has other sizes.
  public func restore(_ snapshot: Snapshot) -> Bool {
    let jointCount = task.robot.jointCount
    let stateCount = batch.state(of: 0).count
    guard snapshot.states.count == count, snapshot.episodes.count == count,
      snapshot.states.allSatisfy({ $0.count == stateCount }),
      snapshot.observations.count == observations.count,
      snapshot.episodes.allSatisfy({
        $0.targets.count == jointCount && $0.command.count == 3 && $0.velocity.count == 3
      })
    else { return false }
    for index in 0..<count {
      let stored = snapshot.episodes[index]
      batch.setState(snapshot.states[index], of: index)
      for joint in 0..<jointCount { episodes[index].actions.targets[joint] = stored.targets[joint] }
      episodes[index].random = stored.random
      episodes[index].command = VelocityCommand(
        forward: stored.command[0], left: stored.command[1], yawRate: stored.command[2])
      episodes[index].velocity = SIMD3(
        stored.velocity[0], stored.velocity[1], stored.velocity[2])
      episodes[index].targetChange = stored.targetChange
      episodes[index].ticks = stored.ticks
      episodes[index].reward = stored.reward
    }
    for index in 0..<observations.count { observations[index] = snapshot.observations[index] }
    return true
  }
}
