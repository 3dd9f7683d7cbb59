internal import Physics

/// Many simulations of a task of Gymnasium.
///
/// All is reckoned in double precision; observations and rewards are rounded when they are done.
public final class GymnasiumEnvironments: Environments, @unchecked Sendable {
  /// The task that all simulations run.
  public let task: GymnasiumTask
  let batch: SimulationBatch
  /// Simulations.
  public let count: Int
  /// Observations after the last tick, of the new episode where one began: `[count, width]`.
  public let observations: SliceBuffer<Float>
  /// Last observations of episodes that the last tick ended; others are stale: `[count, width]`.
  public let finalObservations: SliceBuffer<Float>
  /// Rewards of the last tick: `[count]`.
  public let rewards: SliceBuffer<Float>
  /// Outcomes of the last tick: `[count]`.
  public let outcomes: SliceBuffer<EpisodeOutcome>
  let episodes: SliceBuffer<Episode>
  /// The newest observation of each simulation before it is rounded: `[count, width]`.
  let measurements: SliceBuffer<Double>

  /// What a policy gives: one number per motor.
  public var actionSpace: ActionSpace { .continuous(width: kind.sizes.motors) }
  /// Numbers in an observation.
  public let observationWidth: Int
  /// Threads of the pool.
  public var threadCount: Int { batch.threadCount }

  let kind: GymnasiumTask.Kind
  /// The model's own state.
  let initial: [Double]
  let tickSeconds: Double

  /// An episode under way, and the tally of those that have ended.
  struct Episode {
    var random: RandomSource
    /// How far forward the body was after the last tick, in metres.
    var x: Double = 0
    /// Squared actions of the tick under way.
    var effort: Double = 0
    var record = EpisodeRecord(ticksMax: GymnasiumTask.Kind.episodeTicksMax)
  }

  /// Starts an episode in each of `count` simulations.
  ///
  /// - Parameters:
  ///   - seed: Decides starts, together with the simulation's number.
  ///   - threadCount: Threads of the pool; 0 takes every processor.
  ///   - isTraining: Whether a policy is trained in them: the first episodes are cut short by
  ///     different amounts, so that simulations do not all begin anew at once.
  public init(
    task: GymnasiumTask, count: Int, seed: UInt64, threadCount: Int, isTraining: Bool
  ) throws(TaskError) {
    let model = try task.loadModel()
    kind = task.kind
    do {
      batch = try SimulationBatch(
        of: model, count: count, threadCount: threadCount, isMeasuringForces: kind.hasForces)
    } catch {
      throw .physics(error)
    }
    self.task = task
    self.count = count
    initial = batch.state(of: 0)
    tickSeconds = model.timestepSeconds * Double(kind.stepsPerTick)
    observationWidth = kind.observationWidth
    observations = SliceBuffer(repeating: 0, count: count * observationWidth)
    finalObservations = SliceBuffer(repeating: 0, count: count * observationWidth)
    measurements = SliceBuffer(repeating: 0, count: count * observationWidth)
    rewards = SliceBuffer(repeating: 0, count: count)
    outcomes = SliceBuffer(repeating: .running, count: count)
    episodes = SliceBuffer(
      repeating: Episode(random: RandomSource(seed: seed, stream: 0)), count: count)
    for index in 0..<count {
      episodes[index].random = RandomSource(seed: seed, stream: UInt64(index))
      begin(index)
      if isTraining {
        episodes[index].record.ticksMax = EpisodeRecord.staggered(
          GymnasiumTask.Kind.episodeTicksMax, index: index, count: count)
      }
    }
  }

  /// Sends actions to the motors of some simulations.
  ///
  /// They are limited to -1...1 first, for the cost as well as for the motor: published learners
  /// keep their actions within the action space before the task sees them.
  ///
  /// - Parameter actions: Shape `[count, motors]`, of all simulations.
  public func act(_ actions: SliceBuffer<Float>, in range: Range<Int>) {
    let motorCount = kind.sizes.motors
    for index in range {
      var effort = 0.0
      for motor in 0..<motorCount {
        let action = Double(min(max(actions[index * motorCount + motor], -1), 1))
        effort += action * action
        batch.setControl(action, motor, of: index)
      }
      episodes[index].effort = effort
    }
  }

  /// Advances the physics of all simulations by one tick.
  public func advance() throws(TaskError) {
    do {
      try batch.step(count: kind.stepsPerTick)
    } catch {
      throw .physics(error)
    }
  }

  /// Rewards and observes some simulations, and begins new episodes where one ended.
  public func observe(in range: Range<Int>) {
    for index in range {
      rewards[index] = Float(reward(index))
      episodes[index].record.add(reward: rewards[index])
      let outcome = outcome(index)
      outcomes[index] = outcome
      measure(index, isFirst: false)
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
        episodes[index].record.begin(ticksMax: GymnasiumTask.Kind.episodeTicksMax)
      }
    }
  }

  /// Runs `body` for each slice of the simulations on the pool that also runs the physics.
  public func concurrently(_ sliceCount: Int, _ body: (_ slice: Int) -> Void) {
    batch.concurrently(sliceCount, body)
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

  private func begin(_ index: Int) {
    place(index)
    episodes[index].x = batch.generalizedPosition(0, of: index)
    episodes[index].record.begin(ticksMax: GymnasiumTask.Kind.episodeTicksMax)
    measure(index, isFirst: true)
    round(index, into: observations)
  }

  /// Puts a body where an episode begins.
  private func place(_ index: Int) {
    batch.setState(initial, of: index)
    var random = episodes[index].random
    let noise = kind.positionNoise
    for position in 0..<kind.sizes.positions {
      let start = batch.generalizedPosition(position, of: index)
      batch.setGeneralizedPosition(
        start + random.uniformDouble(in: -noise...noise), position, of: index)
    }
    for velocity in 0..<kind.sizes.velocities {
      let start =
        switch kind {
        case .walker2d: random.uniformDouble(in: -5e-3...5e-3)
        case .ant: 0.1 * random.normalDouble()
        }
      batch.setGeneralizedVelocity(start, velocity, of: index)
    }
    episodes[index].random = random
  }

  /// Rounds a measurement into an observation.
  private func round(_ index: Int, into buffer: SliceBuffer<Float>) {
    for column in (index * observationWidth)..<((index + 1) * observationWidth) {
      buffer[column] = Float(measurements[column])
    }
  }

  private func outcome(_ index: Int) -> EpisodeOutcome {
    if !isHealthy(index) { return .fallen }
    return episodes[index].record.isTimeUp ? .timeUp : .running
  }
}
