internal import RobotDescription
internal import ServoDrivers

/// The ways in which a robot comes to rest.
///
/// - A request, while the policy moves the robot: the policy is asked for zero velocity, within the
///   limits of acceleration; after a second at zero the robot sits down, and torque is switched
///   off.
/// - A request, while the robot stands up: it sits down from its last targets.
/// - A ``Fault``, and the robot answers: it sits down from its last targets, and torque is switched
///   off. A joint whose servo is silent keeps its target.
/// - The same, with a tripped watchdog: the watchdog is cleared first, five times at most: it would
///   refuse goals, and drop the robot.
/// - A ``Fault``, and the robot is silent: the goals are sent once more, and after a second torque
///   off.
/// - The line is gone: torque off is sent at once, a few times: the line may be back, or only seem
///   gone.
/// - A fall: torque is switched off at once: the robot is to be limp before it meets the ground.
/// - Torque off was ordered, and the order failed: it is ordered again, whatever the robot answers
///   since: nothing switches torque on.
extension Controller {
  /// Begins to sit down; the robot is disarmed when it sits.
  @_noAllocation
  public mutating func sitDown() {
    switch phase {
    case .standingUp, .settling: beginToSit()
    case .running: phase = .stopping(stillTicks: 0)
    case .disarmed, .stopping, .sittingDown, .faulted: break
    }
  }

  /// Stops following the policy and begins to sit down; the first fault is kept.
  ///
  /// A disarmed controller has nothing to stop.
  @_noAllocation
  public mutating func stop(_ reason: Fault) {
    switch phase {
    case .disarmed, .faulted: return
    case .standingUp, .settling, .running, .stopping, .sittingDown:
      let culprit = reason.isOfOneJoint ? supervisor.culprit : nil
      phase = .faulted(FaultStop(reason, culprit: culprit, move: restingMove))
    }
  }

  /// Records that torque off was ordered and not acknowledged.
  @_noAllocation
  mutating func stopWithTorqueOff(_ reason: Fault) {
    stop(reason)
    guard case .faulted(var stop) = phase else { return }
    stop.isTorqueOffOrdered = true
    phase = .faulted(stop)
  }

  @_noAllocation
  mutating func beginToSit() { phase = .sittingDown(restingMove) }

  /// Stops the robot, in any phase, when it falls.
  ///
  /// - Returns: True when it falls.
  @_noAllocation
  mutating func stopsOnFall(_ sample: borrowing RobotSample) -> Bool {
    guard let reason = supervisor.checkTilt(sample) else { return false }
    stopWithTorqueOff(reason)
    return true
  }

  /// One tick of a faulted robot.
  @_noAllocation
  mutating func advance(
    _ before: FaultStop, hasAnswered: Bool, isPlausible: Bool, _ sample: borrowing BusSample
  ) -> Intent {
    if before.isTorqueOffOrdered { return .torqueOff }
    var stop = before
    let intent = intent(of: &stop, hasAnswered: hasAnswered, isPlausible: isPlausible, sample)
    if case .torqueOff = intent { stop.isTorqueOffOrdered = true }
    phase = .faulted(stop)
    return intent
  }

  @_noAllocation
  private mutating func intent(
    of stop: inout FaultStop, hasAnswered: Bool, isPlausible: Bool, _ sample: borrowing BusSample
  ) -> Intent {
    let silentTicksMax = robot.ticks(configuration.faultSilenceMicroseconds)
    stop.silentTicks = hasAnswered ? 0 : stop.silentTicks &+ 1
    stop.ticks &+= 1
    if case .lineGone = stop.fault, !hasAnswered { return .torqueOff }
    // A robot that answers only now and then sits down more slowly, and must not take for ever.
    if stop.ticks > 2 * stop.move.tickCount + silentTicksMax { return .torqueOff }
    if stop.silentTicks > silentTicksMax { return .torqueOff }
    if stop.silentTicks > 0 { return stop.silentTicks == 1 ? .follow : .wait }
    // A robot whose torque is off is not switched on again.
    if sample.hasWatchdogTripped, sample.isTorqueOn,
      stop.watchdogClears < FaultStop.watchdogClearsMax
    {
      // One damaged answer may report a watchdog that never tripped; two do not.
      stop.trippedReadings += 1
      if stop.trippedReadings < 2 { return .wait }
      stop.trippedReadings = 0
      stop.watchdogClears += 1
      if isPlausible { moveTargetsToHeldPose(sample, stop.lostJoints) }
      stop.move = restingMove
      return .clearWatchdogAndFollow
    }
    stop.trippedReadings = 0
    let hasReturned = stop.lostJoints.update(
      sample, jointCount: robot.jointCount, patience: configuration.jointCoastTicksMax)
    if hasReturned && !stop.move.isOver { stop.move = restingMove }
    if stop.move.isOver { return .torqueOff }
    let next = stop.move.next()
    for joint in 0..<robot.jointCount where !stop.lostJoints.contains(joint) {
      actions.targets[joint] = next[joint]
    }
    return .follow
  }

  /// Moves the targets to the pose in which a watchdog holds the robot, which it had when the
  /// watchdog tripped.
  ///
  /// An angle too far from its target is ignored, no target moves farther out of its limits, and
  /// none moves by more than its slew, since a damaged answer may report a watchdog that never
  /// tripped.
  @_noAllocation
  private mutating func moveTargetsToHeldPose(
    _ sample: borrowing BusSample, _ lostJoints: borrowing LostJoints
  ) {
    for joint in 0..<robot.jointCount where !lostJoints.contains(joint) {
      let (angle, target) = (sample.robot.jointAngles[joint], actions.targets[joint])
      guard abs(angle - target) <= Self.trippedErrorMaxRadians else { continue }
      let lower = min(robot[joint: joint].lowerLimitRadians, target)
      let upper = max(robot[joint: joint].upperLimitRadians, target)
      let slew = robot[joint: joint].slewMaxRadiansPerSecond * robot.controlPeriodSeconds
      let way = max(-slew, min(slew, angle - target))
      actions.targets[joint] = max(lower, min(upper, target + way))
    }
  }

  /// The largest distance from its target of a walking joint when a watchdog trips, in radians.
  static var trippedErrorMaxRadians: Float { @_noAllocation get { 0.35 } }

  /// A move from the present targets to the resting pose.
  private var restingMove: PoseMove {
    @_noAllocation
    get {
      var end = actions.targets
      for joint in 0..<robot.jointCount { end[joint] = robot[joint: joint].restingRadians }
      return PoseMove(
        from: actions.targets, to: end, of: robot,
        tickCountMin: robot.ticks(configuration.sitDownMicroseconds))
    }
  }
}
