internal import Physics
internal import RobotDescription

extension LeggedEnvironments {
  /// Below these, a speed or a rate that is asked for counts as this much, so that errors do.
  private static let speedScaleMin: Float = 0.1
  private static let yawRateScaleMin: Float = 0.3

  /// The reward of the last tick.
  func reward(_ index: Int) -> Float {
    let weights = task.configuration.reward
    let axes = batch.axes(of: index)
    move(index, axes.forward)
    let command = episodes[index].command
    let smooth = episodes[index].velocity
    let speed = (command.forward * command.forward + command.left * command.left).squareRoot()
    let off = SIMD2(smooth.x - command.forward, smooth.y - command.left)
    let progress = Self.nearness(
      (off.x * off.x + off.y * off.y).squareRoot(), scale: max(speed, Self.speedScaleMin))
    let turning = Self.nearness(
      abs(smooth.z - command.yawRate), scale: max(abs(command.yawRate), Self.yawRateScaleMin))
    let tilt = Float(
      axes.forward.z * axes.forward.z + axes.left.z * axes.left.z)
    let bounce = Float(batch.velocity(of: index).z)
    // Sums of a few terms at a time: one long expression takes the compiler seconds.
    var perSecond = weights.alive + weights.progress * progress + weights.turning * turning
    perSecond += weights.tilt * tilt + weights.bounce * bounce * bounce
    perSecond += weights.targetChange * episodes[index].targetChange
    perSecond += jointTerms(index)
    return perSecond * periodSeconds + feetTerms(index)
  }

  /// 1 at no error, 0 at `scale`, and no less than −1.
  ///
  /// A bell would reward standing still nearly as much as trying.
  private static func nearness(_ error: Float, scale: Float) -> Float {
    max(-1, 1 - error / scale)
  }

  /// Takes in the velocity of the last tick, smoothed, since a gait sways.
  private func move(_ index: Int, _ forward: SIMD3<Double>) {
    let velocity = batch.velocity(of: index)
    let scale = 1 / max(1e-6, (forward.x * forward.x + forward.y * forward.y).squareRoot())
    let heading = SIMD2(Float(forward.x * scale), Float(forward.y * scale))
    let planar = SIMD2(Float(velocity.x), Float(velocity.y))
    let now = SIMD3(
      planar.x * heading.x + planar.y * heading.y, planar.y * heading.x - planar.x * heading.y,
      Float(batch.angularRate(of: index).z))
    episodes[index].velocity +=
      task.configuration.velocitySmoothing * (now - episodes[index].velocity)
    measure(index, now)
  }

  private func jointTerms(_ index: Int) -> Float {
    let weights = task.configuration.reward
    let count = task.robot.jointCount
    let isToStand = episodes[index].command.isStandingStill
    var rates: Float = 0
    var torques: Float = 0
    var offsets: Float = 0
    for joint in 0..<count {
      let rate = Float(batch.jointVelocity(joint, of: index))
      let torque = Float(batch.servoTorque(joint, of: index))
      let offset = Float(batch.jointAngle(joint, of: index)) - task.actions.defaultPose[joint]
      rates += rate * rate
      torques += torque * torque
      offsets += offset * offset
      episodes[index].motion.energyJoules += Double(abs(rate * torque) * periodSeconds)
    }
    var sum = weights.jointRate * rates + weights.torque * torques
    if isToStand { sum += weights.stillness * offsets }
    return sum / Float(count)
  }

  /// What the feet earn in a tick.
  private func feetTerms(_ index: Int) -> Float {
    let weights = task.configuration.reward
    let isToStand = episodes[index].command.isStandingStill
    let footCount = batch.footCount
    var perSecond: Float = 0
    var perTick: Float = 0
    for number in 0..<footCount {
      let place = batch.footPosition(number, of: index)
      let isTouching = batch.footClearance(number, of: index) < Self.touchingMaxMetres
      var foot = feet[index * footCount + number]
      let step = SIMD2(Float(place.x) - foot.place.x, Float(place.y) - foot.place.y)
      foot.place = SIMD2(Float(place.x), Float(place.y))
      if isTouching {
        if foot.airTicks > 0, !isToStand {
          let seconds = min(Float(foot.airTicks) * periodSeconds, 0.3)
          perTick += weights.airTime * (seconds - 0.1)
        }
        // The first tick has no place before it.
        if episodes[index].ticks > 0 {
          let speed = (step.x * step.x + step.y * step.y).squareRoot() / periodSeconds
          perSecond += weights.slip * speed
        }
        foot.airTicks = 0
      } else {
        foot.airTicks += 1
      }
      if isTouching == isToTouch(number, index, isToStand: isToStand) {
        perSecond += weights.gait / Float(footCount)
      }
      feet[index * footCount + number] = foot
    }
    return perSecond * periodSeconds + perTick
  }

  /// Whether the gait clock asks a foot to be on the ground: the feet take turns, half a cycle each.
  private func isToTouch(_ foot: Int, _ index: Int, isToStand: Bool) -> Bool {
    let period = task.configuration.gaitPeriodTicks
    guard period > 0, !isToStand else { return true }
    let phase = GaitClock.phase(tick: episodes[index].ticks, periodTicks: period)
    return (phase < 0.5) == (foot % 2 == 0)
  }

  /// Clearance under which a foot counts as touching the ground, in metres.
  private static let touchingMaxMetres = 0.002

  private var periodSeconds: Float { Float(task.robot.controlPeriodMicroseconds) * 1e-6 }
}

extension VelocityCommand {
  /// Whether no movement is asked for.
  var isStandingStill: Bool { forward == 0 && left == 0 && yawRate == 0 }
}
