internal import RobotDescription
internal import ServoDrivers

/// How a robot comes to rest.
///
/// | why | what it does |
/// |---|---|
/// | somebody asks for it, while the policy moves it | the policy is asked to stand, within the limits of a command's change; after a second of that it sits down, and torque goes off |
/// | the same, while it stands up | it sits down from where it is |
/// | a ``Fault``, and it is heard | it sits down from where it is, and torque goes off |
/// | the same, and a watchdog holds it | the watchdog is cleared first, five times at most: goals would be refused, and the robot dropped |
/// | a ``Fault``, and it is not heard | it is told to hold once, and after a second to let go |
/// | the line is gone | it is told to let go at once, a few times: the line may be back, or only seem gone |
/// | it falls | torque goes off at once: it is to be limp before it meets the ground |
/// | it was told to let go, and that failed | it is told again, whatever it says since: nothing switches it on |
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
  /// A disarmed controller follows nothing, so it has nothing to stop.
  @_noAllocation
  public mutating func stop(_ reason: Fault) {
    switch phase {
    case .disarmed, .faulted: return
    case .standingUp, .settling, .running, .stopping, .sittingDown:
      let culprit = reason.isOfOneJoint ? supervisor.culprit : nil
      phase = .faulted(FaultStop(reason, culprit: culprit, move: restingMove))
    }
  }

  /// Records that it was told to let go and did not acknowledge it.
  @_noAllocation
  mutating func stopLettingGo(_ reason: Fault) {
    stop(reason)
    guard case .faulted(var stop) = phase else { return }
    stop.letsGo = true
    phase = .faulted(stop)
  }

  @_noAllocation
  mutating func beginToSit() { phase = .sittingDown(restingMove) }

  /// Whether the robot falls, in whatever phase.
  @_noAllocation
  mutating func stopsFalling(_ sample: borrowing RobotSample) -> Bool {
    guard let reason = supervisor.judgeTilt(sample) else { return false }
    stopLettingGo(reason)
    return true
  }

  /// One tick of a faulted robot.
  @_noAllocation
  mutating func advance(
    _ before: FaultStop, isHeard: Bool, isBelieved: Bool, _ sample: borrowing BusSample
  ) -> Intent {
    if before.letsGo { return .letGo }
    var stop = before
    let intent = intent(of: &stop, isHeard: isHeard, isBelieved: isBelieved, sample)
    if case .letGo = intent { stop.letsGo = true }
    phase = .faulted(stop)
    return intent
  }

  @_noAllocation
  private mutating func intent(
    of stop: inout FaultStop, isHeard: Bool, isBelieved: Bool, _ sample: borrowing BusSample
  ) -> Intent {
    let unheardTicksMax = robot.ticks(configuration.unheardMicroseconds)
    stop.unheardTicks = isHeard ? 0 : stop.unheardTicks &+ 1
    stop.ticks &+= 1
    if case .lineGone = stop.fault, !isHeard { return .letGo }
    // One that is heard only now and then sits down the slower, and must not take for ever.
    if stop.ticks > 2 * stop.move.tickCount + unheardTicksMax { return .letGo }
    if stop.unheardTicks > unheardTicksMax { return .letGo }
    if stop.unheardTicks > 0 { return stop.unheardTicks == 1 ? .follow : .wait }
    // One that has let go already is not switched on again.
    if sample.hasWatchdogTripped, sample.isTorqueOn,
      stop.watchdogClears < FaultStop.watchdogClearsMax
    {
      // A damaged answer may say so of a watchdog that never tripped; two do not.
      stop.heldReadings += 1
      if stop.heldReadings < 2 { return .wait }
      stop.heldReadings = 0
      stop.watchdogClears += 1
      if isBelieved { goOnFromWhereItIsHeld(sample, stop.lostJoints) }
      stop.move = restingMove
      return .clearWatchdogAndFollow
    }
    stop.heldReadings = 0
    let hasReturned = stop.lostJoints.update(
      sample, jointCount: robot.jointCount, patience: configuration.jointCoastTicksMax)
    if hasReturned && !stop.move.isOver { stop.move = restingMove }
    if stop.move.isOver { return .letGo }
    let next = stop.move.next()
    for joint in 0..<robot.jointCount where !stop.lostJoints.contains(joint) {
      actions.targets[joint] = next[joint]
    }
    return .follow
  }

  /// Takes up the pose in which a watchdog holds the robot: that of the moment when it tripped, not the
  /// one that it was sent to last.
  ///
  /// What is too far from that is not believed, no joint is sent farther out of its limits, and none jumps
  /// by more than its slew: an answer that is damaged may speak of a watchdog that never tripped.
  @_noAllocation
  private mutating func goOnFromWhereItIsHeld(
    _ sample: borrowing BusSample, _ lostJoints: borrowing LostJoints
  ) {
    for joint in 0..<robot.jointCount where !lostJoints.contains(joint) {
      let (angle, target) = (sample.robot.jointAngles[joint], actions.targets[joint])
      guard abs(angle - target) <= Self.heldRadiansMax else { continue }
      let lower = min(robot[joint: joint].lowerLimitRadians, target)
      let upper = max(robot[joint: joint].upperLimitRadians, target)
      let slew = robot[joint: joint].slewMaxRadiansPerSecond * robot.controlPeriodSeconds
      let way = max(-slew, min(slew, angle - target))
      actions.targets[joint] = max(lower, min(upper, target + way))
    }
  }

  /// How far behind its target a walking joint may be when a watchdog trips, in radians.
  static var heldRadiansMax: Float { @_noAllocation get { 0.35 } }

  /// From where the targets are to the resting pose.
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
