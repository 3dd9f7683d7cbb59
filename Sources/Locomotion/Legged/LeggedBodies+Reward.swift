internal import Physics
internal import RobotDescription

/// Measures of the reward's terms.
extension LeggedBodies {
  /// Agreement of the smoothed velocity with the command: 1 without error, down to −1.
  ///
  /// A tent around the command: a bell there would reward standing still nearly as much as trying.
  /// Velocity is smoothed over a few ticks, since a gait sways.
  func velocityTracking(_ motion: Motion) -> Float {
    let command = SIMD2(motion.command.forward, motion.command.left)
    let error = SIMD2(motion.smoothed.x, motion.smoothed.y) - command
    return Self.tent(
      (error * error).sum().squareRoot(), around: (command * command).sum().squareRoot(),
      widthMin: task.configuration.trackedSpeedMin)
  }

  /// Agreement of the smoothed turning rate with the command, likewise.
  func turnTracking(_ motion: Motion) -> Float {
    Self.tent(
      abs(motion.smoothed.z - motion.command.yawRate), around: abs(motion.command.yawRate),
      widthMin: task.configuration.trackedYawRateMin)
  }

  private static func tent(_ error: Float, around command: Float, widthMin: Float) -> Float {
    max(-1, 1 - error / max(command, widthMin))
  }

  /// Mean distance of the joints from the standing pose while the command is to stand, in radians.
  func stillPose(_ motion: Motion, _ index: Int) -> Float {
    guard motion.command.isStill else { return 0 }
    var sum: Float = 0
    for joint in 0..<jointCount { sum += abs(offset(of: joint, in: index)) }
    return sum / Float(jointCount)
  }

  /// Mean squared distance of the posture joints from the standing pose, in rad².
  func posture(_ index: Int) -> Float {
    guard !postureJoints.isEmpty else { return 0 }
    var sum: Float = 0
    for joint in postureJoints {
      let error = offset(of: joint, in: index)
      sum += error * error
    }
    return sum / Float(postureJoints.count)
  }

  /// Sum of a measure over the feet.
  func sumOverFeet(_ motion: Motion, _ measure: (FootState) -> Float) -> Float {
    var sum: Float = 0
    for foot in 0..<batch.footCount { sum += measure(motion.feet[foot]) }
    return sum
  }

  /// Speed of each swinging foot times the share of the clearance that it lacks, in m/s.
  func lowSwing(_ motion: Motion) -> Float {
    let height = task.configuration.clearanceMetres
    return sumOverFeet(motion) { foot in
      foot.isInContact ? 0 : foot.speed * max(0, 1 - foot.clearance / height)
    }
  }

  /// Reward of the swings that the tick ended: their time beyond the least, in seconds.
  func airTime(_ motion: Motion) -> Float {
    guard !motion.command.isStill else { return 0 }
    let configuration = task.configuration
    return sumOverFeet(motion) { foot in
      guard foot.swingTicks > 0 else { return 0 }
      let seconds = Float(foot.swingTicks) * task.robot.controlPeriodSeconds
      return min(seconds, configuration.airTimeMaxSeconds) - configuration.airTimeMinSeconds
    }
  }

  /// Agreement of the feet's contacts with the gait clock, from −1 to 1.
  func gaitContact(_ motion: Motion) -> Float {
    guard let sine = gaitClock(motion)?.sine else { return 0 }
    var sum: Float = 0
    for foot in 0..<batch.footCount {
      let isToTouch = Self.swing(Self.clockValue(ofFoot: foot, sine)) == 0
      sum += isToTouch == motion.feet[foot].isInContact ? 1 : -1
    }
    return sum / Float(batch.footCount)
  }

  /// Agreement of the joints with the steps of the gait clock, from −1 to 1.
  func gaitPose(_ motion: Motion, _ index: Int) -> Float {
    guard let clock = gaitClock(motion) else { return 0 }
    let command = motion.command
    var error: Float = 0
    for stepping in gaitJoints {
      let swing = Self.swing(Self.clockValue(ofFoot: stepping.foot, clock.sine))
      // From the back at the beginning of a swing to the front at its end.
      let step = -Self.clockValue(ofFoot: stepping.foot, clock.cosine)
      let wanted =
        task.actions.defaultPose[stepping.joint] + stepping.step.liftRadians * swing
        + stepping.step.strideRadians * command.forward * step
        + stepping.step.turnRadians * command.yawRate * step
      error += abs(Float(batch.jointAngle(stepping.joint, of: index)) - wanted)
    }
    return max(-1, 1 - error / Float(gaitJoints.count) / Self.poseErrorRadians)
  }

  /// The gait clock, still while the command is to stand; `nil` without a clock or feet.
  private func gaitClock(_ motion: Motion) -> (sine: Float, cosine: Float)? {
    let periodTicks = task.configuration.gaitPeriodTicks
    guard periodTicks > 0, batch.footCount > 0 else { return nil }
    guard !motion.command.isStill else { return (0, 0) }
    let clock = GaitClock(tick: motion.clockTicks, periodTicks: periodTicks)
    return (clock.sine, clock.cosine)
  }

  /// Sine or cosine of a foot's own clock; odd feet swing in the first half, even ones in the
  /// second.
  private static func clockValue(ofFoot foot: Int, _ part: Float) -> Float {
    foot % 2 == 0 ? -part : part
  }

  /// Wanted share of the foot's lift: 0 on the ground, 1 in the middle of its swing.
  private static func swing(_ sine: Float) -> Float {
    max(0, sine - bothInContactSineMax) / (1 - bothInContactSineMax)
  }

  /// Mean error of the joints at which following the gait pays nothing.
  private static var poseErrorRadians: Float { 0.1 }
  /// Sine of the clock up to which the feet of both halves are to touch: weight is handed over.
  private static var bothInContactSineMax: Float { 0.1 }
}
