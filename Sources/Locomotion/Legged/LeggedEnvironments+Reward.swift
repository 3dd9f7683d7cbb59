internal import Physics
internal import RobotDescription

extension LeggedEnvironments {
  /// The reward of the last tick.
  ///
  /// Velocity is smoothed over a few ticks, since a gait sways. Progress is a tent over
  /// the commanded speed: a bell there would reward standing still nearly as much as trying.
  func reward(_ index: Int) -> Float {
    let weights = task.configuration.reward
    let axes = batch.axes(of: index)
    let velocity = batch.velocity(of: index)
    let forward = axes.forward
    let scale = 1 / max(1e-6, (forward.x * forward.x + forward.y * forward.y).squareRoot())
    let heading = SIMD2(Float(forward.x * scale), Float(forward.y * scale))
    let planar = SIMD2(Float(velocity.x), Float(velocity.y))
    let now = SIMD2(
      planar.x * heading.x + planar.y * heading.y, planar.y * heading.x - planar.x * heading.y)
    let smoothing = task.configuration.velocitySmoothing
    let yawRate = Float(batch.angularRate(of: index).z)
    episodes[index].velocity +=
      smoothing * (SIMD3(now.x, now.y, yawRate) - episodes[index].velocity)
    let smooth = episodes[index].velocity

    let command = episodes[index].command
    let speed = (command.forward * command.forward + command.left * command.left).squareRoot()
    let direction = speed > 0 ? SIMD2(command.forward, command.left) / speed : SIMD2(1, 0)
    let along = smooth.x * direction.x + smooth.y * direction.y
    let across = smooth.y * direction.x - smooth.x * direction.y
    let share = speed > 0 ? along / speed : 1 - abs(along)
    let progress = max(-1, share <= 1 ? share : 2 - share)
    let turning = smooth.z - command.yawRate
    let tilt = Float(forward.z * forward.z + axes.left.z * axes.left.z)
    let bounce = Float(velocity.z * velocity.z)
    var jointRate: Float = 0
    for joint in 0..<task.robot.jointCount {
      let rate = Float(batch.jointVelocity(joint, of: index))
      jointRate += rate * rate
    }
    jointRate /= Float(task.robot.jointCount)
    // Sums of a few terms at a time: one long expression takes the compiler seconds.
    var perSecond = weights.alive + weights.progress * progress
    perSecond += weights.drift * abs(across) + weights.turning * abs(turning)
    perSecond += weights.tilt * tilt + weights.bounce * bounce
    perSecond += weights.targetChange * episodes[index].targetChange
    perSecond += weights.jointRate * jointRate
    return perSecond * Float(task.robot.controlPeriodMicroseconds) * 1e-6
  }
}
