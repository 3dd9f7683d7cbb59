internal import Physics
internal import RobotDescription

extension LeggedEnvironments {
  /// The simulations as they stand between two ticks.
  public func snapshot() -> EnvironmentsSnapshot {
    EnvironmentsSnapshot(
      states: (0..<count).map { batch.state(of: $0) }, observations: observations.elements,
      episodes: (0..<count).map { index in
        EnvironmentsSnapshot.Episode(
          random: episodes[index].random, ticks: episodes[index].ticks,
          reward: episodes[index].reward, numbers: pack(index))
      })
  }

  /// Goes back to a snapshot of the same task and number of simulations.
  ///
  /// - Returns: `false`, and nothing is changed, when the snapshot has other sizes.
  public func restore(_ snapshot: EnvironmentsSnapshot) -> Bool {
    let stateCount = batch.state(of: 0).count
    guard snapshot.states.count == count, snapshot.episodes.count == count,
      snapshot.states.allSatisfy({ $0.count == stateCount }),
      snapshot.observations.count == observations.count,
      snapshot.episodes.allSatisfy({ $0.numbers.count == pack(0).count })
    else { return false }
    for index in 0..<count {
      let stored = snapshot.episodes[index]
      batch.setState(snapshot.states[index], of: index)
      unpack(stored.numbers, index)
      episodes[index].random = stored.random
      episodes[index].ticks = stored.ticks
      episodes[index].reward = stored.reward
    }
    for index in 0..<observations.count { observations[index] = snapshot.observations[index] }
    return true
  }

  /// What an episode keeps beside the physics, in the order of ``unpack(_:_:)``.
  private func pack(_ index: Int) -> [Double] {
    let episode = episodes[index]
    var numbers = (0..<task.robot.jointCount).map { Double(episode.actions.targets[$0]) }
    let command = episode.command
    numbers += [command.forward, command.left, command.yawRate].map { Double($0) }
    for axis in 0..<3 { numbers += [Double(episode.velocity[axis]), Double(episode.average[axis])] }
    numbers += [Double(episode.targetChange), Double(episode.commandTicks)]
    numbers += [episode.isCommandFixed ? 1 : 0]
    let motion = episode.motion
    numbers += [
      Double(motion.measuredTicks), motion.velocityErrorSquares, motion.turningErrorSquares,
      motion.energyJoules, motion.distanceMetres, motion.targetChange,
    ]
    for number in 0..<batch.footCount {
      let foot = feet[index * batch.footCount + number]
      numbers += [Double(foot.place.x), Double(foot.place.y), Double(foot.airTicks)]
    }
    return numbers
  }

  private func unpack(_ numbers: [Double], _ index: Int) {
    var rest = numbers[...]
    func next() -> Double { rest.removeFirst() }
    for joint in 0..<task.robot.jointCount {
      episodes[index].actions.targets[joint] = Float(next())
    }
    episodes[index].command.forward = Float(next())
    episodes[index].command.left = Float(next())
    episodes[index].command.yawRate = Float(next())
    for axis in 0..<3 {
      episodes[index].velocity[axis] = Float(next())
      episodes[index].average[axis] = Float(next())
    }
    episodes[index].targetChange = Float(next())
    episodes[index].commandTicks = Int(next())
    episodes[index].isCommandFixed = next() != 0
    episodes[index].motion.measuredTicks = Int(next())
    episodes[index].motion.velocityErrorSquares = next()
    episodes[index].motion.turningErrorSquares = next()
    episodes[index].motion.energyJoules = next()
    episodes[index].motion.distanceMetres = next()
    episodes[index].motion.targetChange = next()
    for number in 0..<batch.footCount {
      let place = SIMD2(Float(next()), Float(next()))
      feet[index * batch.footCount + number] = Foot(place: place, airTicks: Int(next()))
    }
  }
}
