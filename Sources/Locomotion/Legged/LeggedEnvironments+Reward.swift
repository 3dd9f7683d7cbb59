internal import Physics
internal import RobotDescription

extension LeggedEnvironments {
  /// The reward of the tick that ``measure(_:)`` has looked at.
  func reward(_ index: Int) -> Float {
    let weights = task.configuration.reward
    let motion = episodes[index].motion
    // Sums of a few terms at a time: one long expression takes the compiler seconds.
    var perSecond = weights.alive + trackingReward(index)
    perSecond += weights.tilt * motion.tilt + weights.bounce * motion.rise * motion.rise
    perSecond += weights.targetChange * episodes[index].targetChange
    perSecond += weights.targetAcceleration * episodes[index].targetAcceleration
    perSecond += weights.jointRate * motion.jointRate + weights.power * motion.power
    perSecond += footReward(index) + weights.gaitContact * gaitContact(index)
    if weights.gaitPose != 0 { perSecond += weights.gaitPose * gaitPose(index) }
    if weights.stillPose != 0 { perSecond += weights.stillPose * stillPoseError(index) }
    if weights.posture != 0 { perSecond += weights.posture * postureError(index) }
    return perSecond * task.robot.controlPeriodSeconds + weights.airTime * airTime(index)
  }

  /// How well the smoothed velocity follows the command.
  ///
  /// A tent around the command: a bell there would reward standing still nearly as much as trying.
  /// Velocity is smoothed over a few ticks, since a gait sways.
  private func trackingReward(_ index: Int) -> Float {
    let configuration = task.configuration
    let velocity = episodes[index].velocity
    let command = episodes[index].command
    let asked = SIMD2(command.forward, command.left)
    let error = SIMD2(velocity.x, velocity.y) - asked
    let planar = Self.tent(
      (error * error).sum().squareRoot(), asked: (asked * asked).sum().squareRoot(),
      askedMin: configuration.trackedSpeedMin)
    let turning = Self.tent(
      abs(velocity.z - command.yawRate), asked: abs(command.yawRate),
      askedMin: configuration.trackedYawRateMin)
    return configuration.reward.velocity * planar + configuration.reward.turning * turning
  }

  private static func tent(_ error: Float, asked: Float, askedMin: Float) -> Float {
    max(-1, 1 - error / max(asked, askedMin))
  }

  private func stillPoseError(_ index: Int) -> Float {
    guard episodes[index].command.isStill else { return 0 }
    var sum: Float = 0
    for joint in 0..<task.robot.jointCount {
      sum += abs(Float(batch.jointAngle(joint, of: index)) - task.actions.defaultPose[joint])
    }
    return sum / Float(task.robot.jointCount)
  }

  private func postureError(_ index: Int) -> Float {
    guard !postureJoints.isEmpty else { return 0 }
    var sum: Float = 0
    for joint in postureJoints {
      let error = Float(batch.jointAngle(joint, of: index)) - task.actions.defaultPose[joint]
      sum += error * error
    }
    return sum / Float(postureJoints.count)
  }

  /// Feet that drag over the ground or swing low.
  private func footReward(_ index: Int) -> Float {
    let weights = task.configuration.reward
    let height = task.configuration.clearanceMetres
    var slip: Float = 0
    var low: Float = 0
    for number in 0..<batch.footCount {
      let foot = episodes[index].feet[number]
      slip += foot.slipSpeed
      if !foot.isTouching { low += foot.speed * max(0, 1 - foot.clearance / height) }
    }
    return weights.footSlip * slip + weights.clearance * low
  }

  /// Time that the steps which the tick ended were worth.
  private func airTime(_ index: Int) -> Float {
    guard !episodes[index].command.isStill else { return 0 }
    let configuration = task.configuration
    var seconds: Float = 0
    for number in 0..<batch.footCount {
      let ticks = episodes[index].feet[number].stepTicks
      guard ticks > 0 else { continue }
      let inAir = Float(ticks) * task.robot.controlPeriodSeconds
      seconds += min(inAir, configuration.airTimeMaxSeconds) - configuration.airTimeMinSeconds
    }
    return seconds
  }

  /// How well the feet keep time with the gait clock, from −1 to 1.
  private func gaitContact(_ index: Int) -> Float {
    guard let sine = gaitClock(index)?.sine else { return 0 }
    var sum: Float = 0
    for number in 0..<batch.footCount {
      let isToTouch = Self.swing(Self.own(number, sine)) == 0
      sum += isToTouch == episodes[index].feet[number].isTouching ? 1 : -1
    }
    return sum / Float(batch.footCount)
  }

  /// How near the joints are to the steps of the gait clock, from −1 to 1.
  private func gaitPose(_ index: Int) -> Float {
    guard let clock = gaitClock(index) else { return 0 }
    let command = episodes[index].command
    var off: Float = 0
    for stepping in gaitJoints {
      let swing = Self.swing(Self.own(stepping.foot, clock.sine))
      // From the back at the beginning of a swing to the front at its end.
      let step = -Self.own(stepping.foot, clock.cosine)
      let asked =
        task.actions.defaultPose[stepping.joint] + stepping.step.liftRadians * swing
        + stepping.step.strideRadians * command.forward * step
        + stepping.step.turnRadians * command.yawRate * step
      off += abs(Float(batch.jointAngle(stepping.joint, of: index)) - asked)
    }
    return max(-1, 1 - off / Float(gaitJoints.count) / Self.poseErrorRadians)
  }

  /// The gait clock, still while no motion is commanded; `nil` without a clock or feet.
  private func gaitClock(_ index: Int) -> (sine: Float, cosine: Float)? {
    let periodTicks = task.configuration.gaitPeriodTicks
    guard periodTicks > 0, batch.footCount > 0 else { return nil }
    guard !episodes[index].command.isStill else { return (0, 0) }
    let clock = GaitClock(tick: episodes[index].clockTicks, periodTicks: periodTicks)
    return (clock.sine, clock.cosine)
  }

  /// A foot's own clock: odd feet swing in the first half, even ones in the second.
  private static func own(_ foot: Int, _ part: Float) -> Float { foot % 2 == 0 ? -part : part }

  /// How far a foot is to be in its swing, from 0 on the ground to 1 in the middle.
  private static func swing(_ sine: Float) -> Float {
    max(0, sine - bothTouchingSineMax) / (1 - bothTouchingSineMax)
  }

  /// Mean error of the joints at which following the gait pays nothing.
  private static var poseErrorRadians: Float { 0.1 }
  /// Sine of the clock up to which the feet of both halves are to touch: weight is handed over.
  private static var bothTouchingSineMax: Float { 0.1 }
}

extension VelocityCommand {
  /// Whether it asks to stand.
  var isStill: Bool { self == VelocityCommand() }
}
