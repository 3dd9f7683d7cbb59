internal import Physics
internal import RobotDescription

/// Many simulations of a servo-driven body that follows velocity commands.
public final class LeggedEnvironments: Environments, @unchecked Sendable {
  /// The task that all simulations run.
  public let task: LocomotionTask
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
  /// Episodes under way, by simulation.
  let episodes: SliceBuffer<Episode>
  /// What is random about each episode; `nil` when nothing is.
  let randomisation: Randomisation?

  /// What a policy gives: one number per joint.
  public var actionSpace: ActionSpace { .continuous(width: task.robot.jointCount) }
  /// Numbers in an observation: the robot's, and then those for the critic.
  public var observationWidth: Int { task.observation.width + privilegedWidth }

  /// Ticks over which velocity is averaged before it is compared with the command.
  let averagingTicks: Int
  /// Weight of the body as its model has it, in kilograms.
  public let massKilograms: Double

  /// The joints of ``TaskConfiguration/postureJoints``.
  let postureJoints: [Int]
  /// The joints of ``TaskConfiguration/gaitJoints``.
  let gaitJoints: [SteppingJoint]

  private let stepsPerTick: Int
  let standing: [Double]

  /// An episode under way, and the tally of those that have ended.
  struct Episode {
    var random: RandomSource
    var actions: ActionState
    var command = VelocityCommand()
    /// Smoothed: forward, left, turning; in the body's frame.
    var velocity = SIMD3<Float>.zero
    var targetChange: Float = 0
    var targetAcceleration: Float = 0
    /// By how much each target changed in the last tick, in radians.
    var targetChanges = JointValues(repeating: 0)
    var motion = Motion()
    var feet = FootStates(repeating: FootState())
    var averaging = VelocityAverage()
    /// Ticks since the policy started.
    var clockTicks: UInt32 = 0
    /// Ticks until another command is drawn; 0 when none will be.
    var commandTicksLeft = 0
    var record: EpisodeRecord
  }

  /// Starts an episode in each of `count` simulations.
  ///
  /// - Parameters:
  ///   - seed: Decides commands and starts, together with the simulation's number.
  ///   - threadCount: Threads of the pool; 0 takes every processor.
  ///   - isTraining: Whether a policy is trained in them: the first episodes are cut short by
  ///     different amounts, so that simulations do not all begin anew at once, and what grows over a
  ///     training is at its beginning.
  public init(
    task: LocomotionTask, count: Int, seed: UInt64, threadCount: Int, isTraining: Bool
  ) throws(TaskError) {
    try task.configuration.validate()
    let model = try task.loadModel()
    self.task = task
    self.count = count
    stepsPerTick = task.stepsPerTick(of: model)
    massKilograms = model.massKilograms
    postureJoints = try task.joints(
      endingIn: task.configuration.postureJoints, setting: "task.posture_joints")
    gaitJoints = try task.steppingJoints(of: model)
    averagingTicks = max(
      1, Int((Self.averagingSeconds / task.robot.controlPeriodSeconds).rounded()))
    do {
      batch = try SimulationBatch(
        of: model, count: count, threadCount: threadCount,
        individual: task.configuration.randomisation.individualProperties)
      try batch.resetAll(keyframe: model.keyframe("standing") ?? 0)
    } catch {
      throw .physics(error)
    }
    standing = batch.state(of: 0)
    randomisation = Randomisation(
      task.configuration.randomisation, robot: task.robot, partCount: batch.partCount,
      count: count)
    if isTraining { randomisation?.progress = 0 }
    let width = task.observation.width + Self.privilegedWidth(footCount: batch.footCount)
    observations = SliceBuffer(repeating: 0, count: count * width)
    finalObservations = SliceBuffer(repeating: 0, count: count * width)
    rewards = SliceBuffer(repeating: 0, count: count)
    outcomes = SliceBuffer(repeating: .running, count: count)
    episodes = SliceBuffer(
      repeating: Episode(
        random: RandomSource(seed: seed, stream: 0),
        actions: ActionState(targets: task.actions.defaultPose),
        record: EpisodeRecord(ticksMax: task.configuration.episodeTicksMax)), count: count)
    for index in 0..<count {
      episodes[index].random = RandomSource(seed: seed, stream: UInt64(index))
      begin(index)
      if isTraining {
        episodes[index].record.ticksMax = EpisodeRecord.staggered(
          task.configuration.episodeTicksMax, index: index, count: count)
      }
    }
  }

  /// Sends actions to the servos of some simulations.
  ///
  /// - Parameter actions: Shape `[count, jointCount]`, of all simulations.
  public func act(_ actions: SliceBuffer<Float>, in range: Range<Int>) {
    let jointCount = task.robot.jointCount
    for index in range {
      let before = episodes[index].actions.targets
      let row = unsafe UnsafeBufferPointer(
        start: actions.base + index * jointCount, count: jointCount)
      task.actions.apply(unsafe row.span, to: &episodes[index].actions)
      var squares: Float = 0
      var changes: Float = 0
      var accelerations: Float = 0
      for joint in 0..<jointCount {
        let target = episodes[index].actions.targets[joint]
        let change = target - before[joint]
        squares += change * change
        changes += abs(change)
        let acceleration = change - episodes[index].targetChanges[joint]
        accelerations += acceleration * acceleration
        episodes[index].targetChanges[joint] = change
      }
      sendTargets(index)
      episodes[index].targetChange = squares / Float(jointCount)
      episodes[index].targetAcceleration = accelerations / Float(jointCount)
      episodes[index].record.sums.targetChange += Double(changes / Float(jointCount))
    }
  }

  /// Tells how much of the training is done; without it, all of it is.
  public func setProgress(_ progress: Float) { randomisation?.progress = progress }

  /// Advances the physics of all simulations by one tick.
  public func advance() throws(TaskError) {
    do {
      try batch.step(count: stepsPerTick)
    } catch {
      throw .physics(error)
    }
  }

  /// Rewards and observes some simulations, and begins new episodes where one ended.
  public func observe(in range: Range<Int>) {
    for index in range {
      episodes[index].clockTicks &+= 1
      measure(index)
      rewards[index] = reward(index)
      episodes[index].record.add(reward: rewards[index])
      let outcome = outcome(index)
      outcomes[index] = outcome
      guard outcome != .running else {
        drawCommandWhenDue(index)
        build(index, into: observations)
        continue
      }
      // The history of a final observation is that of the episode it ends.
      let width = observationWidth
      for column in (index * width)..<((index + 1) * width) {
        finalObservations[column] = observations[column]
      }
      build(index, into: finalObservations)
      endAverage(index)
      episodes[index].record.end(fell: outcome == .fallen)
      begin(index)
    }
  }

  /// Counts a tick of some simulations and begins those anew that have ended, and does no more.
  public func restartEnded(in range: Range<Int>) {
    for index in range {
      episodes[index].record.ticks += 1
      if outcome(index) != .running {
        batch.setState(standing, of: index)
        episodes[index].record.begin(ticksMax: task.configuration.episodeTicksMax)
      }
    }
  }

  /// Runs `body` for each slice of the simulations on the pool that also runs the physics.
  public func concurrently(_ sliceCount: Int, _ body: (_ slice: Int) -> Void) {
    batch.concurrently(sliceCount, body)
  }

  /// Threads of the pool.
  public var threadCount: Int { batch.threadCount }

  /// Where a body is and where it faces, seen from above: metres, and a unit vector.
  public func pose(of index: Int) -> (position: SIMD2<Double>, heading: SIMD2<Double>) {
    let position = batch.position(of: index)
    let forward = batch.axes(of: index).forward
    let length = max(1e-9, (forward.x * forward.x + forward.y * forward.y).squareRoot())
    return (SIMD2(position.x, position.y), SIMD2(forward.x, forward.y) / length)
  }

  /// The tally of episodes that ended since the last call, over all simulations.
  public func takeEpisodes() -> EpisodeTally {
    var total = EpisodeTally()
    for index in 0..<count {
      total.add(episodes[index].record.takeTally())
    }
    return total
  }

  /// The tally of the last episode that ended in one simulation: of one, or of none so far.
  public func lastEpisode(of index: Int) -> EpisodeTally {
    episodes[index].record.last
  }

  private func begin(_ index: Int) {
    let configuration = task.configuration
    batch.setState(standing, of: index)
    var random = episodes[index].random
    for joint in 0..<task.robot.jointCount {
      let noise = random.uniform(
        in: -configuration.startAngleNoiseRadians...configuration.startAngleNoiseRadians)
      let standingAngle = task.actions.defaultPose[joint]
      batch.setJointAngle(Double(standingAngle + noise), joint: joint, of: index)
    }
    episodes[index].actions = ActionState(targets: task.actions.defaultPose)
    episodes[index].command = drawCommand(from: &random)
    episodes[index].commandTicksLeft = configuration.commandIntervalTicks
    episodes[index].velocity = .zero
    episodes[index].targetChange = 0
    episodes[index].targetAcceleration = 0
    episodes[index].targetChanges = JointValues(repeating: 0)
    episodes[index].motion = Motion()
    episodes[index].feet = FootStates(repeating: FootState())
    episodes[index].averaging = VelocityAverage()
    episodes[index].clockTicks = 0
    episodes[index].record.begin(ticksMax: configuration.episodeTicksMax)
    randomise(index, from: &random)
    episodes[index].random = random
    build(index, into: observations)
  }

  func build(_ index: Int, into buffer: SliceBuffer<Float>) {
    let start = index * observationWidth
    let row = unsafe UnsafeMutableBufferPointer(
      start: buffer.base + start, count: task.observation.width)
    var span = unsafe row.mutableSpan
    let sample = sensed(sample(index), index, isFirst: episodes[index].clockTicks == 0)
    task.observation.build(
      from: sample, command: episodes[index].command, action: episodes[index].actions,
      layout: task.actions, tick: episodes[index].clockTicks, into: &span)
    buildPrivileged(index, into: buffer, start: start + task.observation.width)
  }

  /// What perfect sensors would say.
  private func sample(_ index: Int) -> RobotSample {
    var sample = RobotSample()
    sample.gyro = SIMD3<Float>(batch.angularRate(of: index))
    sample.gravity = SIMD3<Float>(batch.gravity(of: index))
    for joint in 0..<task.robot.jointCount {
      sample.jointAngles[joint] = Float(batch.jointAngle(joint, of: index))
      sample.jointVelocities[joint] = Float(batch.jointVelocity(joint, of: index))
    }
    return sample
  }

  private func outcome(_ index: Int) -> EpisodeOutcome {
    let configuration = task.configuration
    let isUp =
      batch.axes(of: index).up.z >= Double(configuration.uprightMin)
      && batch.position(of: index).z >= Double(configuration.heightMinMetres)
    if !isUp { return .fallen }
    return episodes[index].record.isTimeUp ? .timeUp : .running
  }
}
