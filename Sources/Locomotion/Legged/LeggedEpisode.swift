internal import ParallelArrays
internal import Physics
internal import RobotDescription

/// An episode of a servo-driven body that follows velocity commands.
struct LeggedEpisode: Episode {
  var record: EpisodeRecord
  /// Target of each joint, in radians.
  var targets: FixedArray<32, Float>
  /// Change of each target in the last tick, in radians.
  var targetChanges = FixedArray<32, Float>(repeating: 0)
  var motion = Motion()
  var averaging = VelocityAverage()
  /// Ticks until another command is drawn; 0 when none will be.
  var commandTicksLeft = 0
  /// Differences from the model and the nominal sensors; `nil` when randomisation is off.
  var variation: EpisodeVariation?

  init(record: EpisodeRecord, on bodies: LeggedBodies) {
    self.record = record
    targets = FixedArray(bodies.task.actions.defaultPose)
    variation = EpisodeVariation(on: bodies)
  }

  mutating func act(_ action: Span<Float>, on bodies: LeggedBodies, at index: Int) {
    var state = ActionState(targets: targets.values)
    bodies.task.actions.apply(action, to: &state)
    var squares: Float = 0
    var changes: Float = 0
    var accelerations: Float = 0
    for joint in 0..<bodies.jointCount {
      let target = state.targets[joint]
      let change = target - targets[joint]
      squares += change * change
      changes += abs(change)
      let acceleration = change - targetChanges[joint]
      accelerations += acceleration * acceleration
      targetChanges[joint] = change
      targets[joint] = target
    }
    motion.actionRate = squares / Float(bodies.jointCount)
    motion.actionAcceleration = accelerations / Float(bodies.jointCount)
    record.sums[.actionRate] += Double(changes / Float(bodies.jointCount))
    sendTargets(to: bodies, at: index)
  }

  mutating func measure(_ bodies: LeggedBodies, at index: Int) {
    motion.clockTicks &+= 1
    let velocity = measureTorso(bodies, at: index)
    measureJoints(bodies, at: index)
    measureFeet(bodies, at: index)
    average(velocity, bodies)
  }

  /// Adds up the weighted terms of ``RewardTerm``: rates times the tick's time, and events.
  mutating func reward(on bodies: LeggedBodies, at index: Int) -> Float {
    let motion = motion
    let periodSeconds = bodies.task.robot.controlPeriodSeconds
    var perSecond: Float = 0
    var group: Float = 0
    var events: Float = 0
    for (column, term) in bodies.rewardTerms.enumerated() {
      let value = term.weight * term.measure(motion, bodies, index)
      record.sums.rewardTerms[column] += Double(term.isEvent ? value : value * periodSeconds)
      if term.isEvent {
        events += value
      } else {
        group += value
        if term.endsGroup {
          perSecond += group
          group = 0
        }
      }
    }
    return perSecond * periodSeconds + events
  }

  func isTerminated(on bodies: LeggedBodies, at index: Int) -> Bool {
    let configuration = bodies.task.configuration
    let isUp =
      bodies.batch.axes(of: index).up.z >= Double(configuration.uprightMin)
      && bodies.batch.position(of: index).z >= Double(configuration.heightMinMetres)
    return !isUp
  }

  mutating func observe(
    _ bodies: LeggedBodies, at index: Int, as moment: ObservationMoment,
    into rows: SliceBuffer<Float>
  ) {
    if moment == .running { drawCommandWhenDue(bodies) }
    var sample = bodies.sample(of: index)
    variation?.distort(
      &sample, isFirst: motion.clockTicks == 0, bodies.task.configuration.randomisation,
      from: &record.random)
    write(sample, bodies, at: index, into: rows)
    if moment == .end { endAverage(bodies) }
  }

  mutating func reset(on bodies: LeggedBodies, at index: Int) {
    let configuration = bodies.task.configuration
    let noise = configuration.startAngleNoiseRadians
    place(on: bodies, at: index)
    for joint in 0..<bodies.jointCount {
      let offset = record.random.uniform(in: -noise...noise)
      let standingAngle = bodies.task.actions.defaultPose[joint]
      bodies.batch.setJointAngle(Double(standingAngle + offset), joint: joint, of: index)
    }
    targets = FixedArray(bodies.task.actions.defaultPose)
    targetChanges = FixedArray(repeating: 0)
    motion = Motion()
    motion.command = bodies.drawCommand(from: &record.random)
    averaging = VelocityAverage()
    commandTicksLeft = configuration.commandIntervalTicks
    variation?.draw(on: bodies, at: index, from: &record.random)
  }

  func place(on bodies: LeggedBodies, at index: Int) {
    bodies.setState(bodies.standing, of: index)
  }

  func restored(on bodies: LeggedBodies, at index: Int) {
    variation?.shape(bodies, at: index)
  }

  func canBeReplaced(by other: LeggedEpisode) -> Bool {
    let ticks = 0...Int32(1 << 30)
    // Ticks of an average are compared with their number when it is complete, not with more.
    return record.canBeReplaced(by: other.record) && (0..<1 << 30).contains(other.averaging.ticks)
      && (0..<8).allSatisfy { ticks.contains(other.motion.feet[$0].airTicks) }
      && (0...1 << 30).contains(other.commandTicksLeft)
      && (variation == nil) == (other.variation == nil)
      && other.variation.map { variation?.canBeReplaced(by: $0) == true } ?? true
  }

  static func stored(_ episodes: [LeggedEpisode]) -> StoredEpisodes { .legged(episodes) }

  static func episodes(in stored: StoredEpisodes) -> [LeggedEpisode]? {
    if case .legged(let episodes) = stored { episodes } else { nil }
  }

  static func commanded(
    _ environments: VectorEnvironment<LeggedEpisode>
  ) -> (any CommandedEnvironments)? { environments }

  /// Sends the targets to the servos, late and off as the variation has it, and pushes the body.
  private mutating func sendTargets(to bodies: LeggedBodies, at index: Int) {
    variation?.take(targets, jointCount: bodies.jointCount)
    for joint in 0..<bodies.jointCount {
      let target = variation?.target(joint) ?? targets[joint]
      bodies.batch.setTarget(Double(target), joint: joint, of: index)
    }
    if let push = variation?.nextPush(on: bodies, from: &record.random) {
      bodies.batch.push(by: push, of: index)
    }
  }

  /// Writes what the robot observes, and then what the critic alone does.
  ///
  /// The robot cannot measure its velocity, but the reward is about it. A critic that knows it can
  /// tell a good action from luck within a few ticks (Pinto et al. 2017, arXiv 1710.06542).
  private func write(
    _ sample: RobotSample, _ bodies: LeggedBodies, at index: Int, into rows: SliceBuffer<Float>
  ) {
    let task = bodies.task
    let start = index * bodies.observationWidth
    let row = unsafe UnsafeMutableBufferPointer(
      start: rows.base + start, count: task.observation.width)
    var span = unsafe row.mutableSpan
    task.observation.build(
      from: sample, command: motion.command, action: ActionState(targets: targets.values),
      layout: task.actions, tick: motion.clockTicks, into: &span)
    let privileged = start + task.observation.width
    for axis in 0..<3 { rows[privileged + axis] = motion.smoothed[axis] }
    rows[privileged + 3] = motion.planar.x
    rows[privileged + 4] = motion.planar.y
    rows[privileged + 5] = motion.rise
    rows[privileged + 6] = Float(bodies.batch.position(of: index).z)
    for foot in 0..<bodies.batch.footCount {
      rows[privileged + 7 + foot] = motion.feet[foot].isInContact ? 1 : 0
    }
  }
}
