internal import Physics
internal import RobotDescription

extension LeggedEnvironments {
  /// The simulations as they stand between two ticks.
  public func snapshot() -> EnvironmentsSnapshot {
    EnvironmentsSnapshot(
      states: (0..<count).map { batch.state(of: $0) }, observations: observations.elements,
      episodes: (0..<count).map { index in
        let episode = episodes[index]
        return EnvironmentsSnapshot.Episode(
          random: episode.random, ticks: episode.record.ticks, ticksMax: episode.record.ticksMax,
          reward: episode.record.reward,
          numbers: numbers(of: episode) + randomisationNumbers(of: index))
      })
  }

  /// Goes back to a snapshot of the same task and number of simulations.
  ///
  /// - Returns: `false`, and nothing is changed, when the snapshot has other sizes.
  public func restore(_ snapshot: EnvironmentsSnapshot) -> Bool {
    let stateCount = batch.state(of: 0).count
    let numberCount = numbers(of: episodes[0]).count + (randomisation?.width ?? 0)
    guard snapshot.states.count == count, snapshot.episodes.count == count,
      snapshot.states.allSatisfy({ $0.count == stateCount }),
      snapshot.observations.count == observations.count,
      snapshot.episodes.allSatisfy({ $0.numbers.count == numberCount && $0.hasSensibleTicks }),
      snapshot.episodes.allSatisfy({ stored in
        var episode = episodes[0]
        return restore(stored.numbers, to: &episode) && hasSensibleDelays(stored.numbers)
      })
    else { return false }
    for index in 0..<count {
      let stored = snapshot.episodes[index]
      batch.setState(snapshot.states[index], of: index)
      _ = restore(stored.numbers, to: &episodes[index])
      restoreRandomisation(stored.numbers, of: index)
      episodes[index].random = stored.random
      episodes[index].record.ticks = stored.ticks
      episodes[index].record.ticksMax = stored.ticksMax
      episodes[index].record.reward = stored.reward
    }
    for index in 0..<observations.count { observations[index] = snapshot.observations[index] }
    return true
  }

  /// What an episode keeps beside the physics, in the order in which ``restore(_:to:)`` reads it.
  private func numbers(of episode: Episode) -> [Double] {
    var numbers = (0..<task.robot.jointCount).map { Double(episode.actions.targets[$0]) }
    numbers += (0..<task.robot.jointCount).map { Double(episode.targetChanges[$0]) }
    let command = episode.command
    let velocity = episode.velocity
    numbers += [command.forward, command.left, command.yawRate].map { Double($0) }
    numbers += [velocity.x, velocity.y, velocity.z, episode.targetChange].map { Double($0) }
    numbers += [Double(episode.clockTicks), Double(episode.commandTicksLeft)]
    let averaging = episode.averaging
    numbers += [averaging.sum.x, averaging.sum.y, averaging.sum.z, Double(averaging.ticks)]
    numbers += [averaging.isSettling ? 1 : 0]
    let sums = episode.record.sums
    numbers += [sums.velocityErrorSquares, sums.yawRateErrorSquares, Double(sums.velocityTicks)]
    numbers += [sums.energyJoules, sums.distanceMetres, sums.slipMetres, sums.targetChange]
    numbers += [sums.footLiftMetres, Double(sums.footLiftCount)]
    for index in 0..<batch.footCount {
      let foot = episode.feet[index]
      numbers += [foot.position.x, foot.position.y, Double(foot.airTicks), Double(foot.lift)]
    }
    return numbers
  }

  /// - Returns: Whether all counts among the numbers are some.
  private func restore(_ numbers: [Double], to episode: inout Episode) -> Bool {
    var rest = numbers[...]
    var isSensible = true
    func next() -> Double { rest.removeFirst() }
    func nextCount() -> Int {
      let number = next()
      if (0...EnvironmentsSnapshot.countMax).contains(number) { return Int(number) }
      isSensible = false
      return 0
    }
    for joint in 0..<task.robot.jointCount { episode.actions.targets[joint] = Float(next()) }
    for joint in 0..<task.robot.jointCount { episode.targetChanges[joint] = Float(next()) }
    episode.command = VelocityCommand(
      forward: Float(next()), left: Float(next()), yawRate: Float(next()))
    episode.velocity = SIMD3(Float(next()), Float(next()), Float(next()))
    episode.targetChange = Float(next())
    episode.clockTicks = UInt32(nextCount())
    episode.commandTicksLeft = nextCount()
    episode.averaging.sum = SIMD3(next(), next(), next())
    episode.averaging.ticks = nextCount()
    episode.averaging.isSettling = next() != 0
    episode.record.sums = EpisodeTally()
    episode.record.sums.velocityErrorSquares = next()
    episode.record.sums.yawRateErrorSquares = next()
    episode.record.sums.velocityTicks = nextCount()
    episode.record.sums.energyJoules = next()
    episode.record.sums.distanceMetres = next()
    episode.record.sums.slipMetres = next()
    episode.record.sums.targetChange = next()
    episode.record.sums.footLiftMetres = next()
    episode.record.sums.footLiftCount = nextCount()
    for index in 0..<batch.footCount {
      episode.feet[index] = FootState()
      episode.feet[index].position = SIMD2(next(), next())
      episode.feet[index].airTicks = Int32(nextCount())
      episode.feet[index].lift = Float(next())
    }
    return isSensible
  }
}
