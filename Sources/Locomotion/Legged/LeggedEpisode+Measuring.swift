internal import Physics
internal import RobotDescription

/// Measurements of a tick.
extension LeggedEpisode {
  /// Measures the torso.
  ///
  /// - Returns: Velocity forward and left, seen from the heading, and turning rate.
  mutating func measureTorso(_ bodies: LeggedBodies, at index: Int) -> SIMD3<Double> {
    let axes = bodies.batch.axes(of: index)
    let velocity = bodies.batch.velocity(of: index)
    let forward = axes.forward
    let scale = 1 / max(1e-6, (forward.x * forward.x + forward.y * forward.y).squareRoot())
    let heading = SIMD2(forward.x, forward.y) * scale
    let planar = SIMD2(
      velocity.x * heading.x + velocity.y * heading.y,
      velocity.y * heading.x - velocity.x * heading.y)
    let yawRate = Float(bodies.batch.angularRate(of: index).z)
    motion.smoothed +=
      bodies.task.configuration.velocitySmoothing
      * (SIMD3(Float(planar.x), Float(planar.y), yawRate) - motion.smoothed)
    motion.planar = SIMD2<Float>(planar)
    motion.tilt = Float(forward.z * forward.z + axes.left.z * axes.left.z)
    motion.rise = Float(velocity.z)
    return SIMD3(planar.x, planar.y, Double(yawRate))
  }

  mutating func measureJoints(_ bodies: LeggedBodies, at index: Int) {
    var squares = 0.0
    var power = 0.0
    for joint in 0..<bodies.jointCount {
      let velocity = bodies.batch.jointVelocity(joint, of: index)
      squares += velocity * velocity
      power += abs(bodies.batch.servoTorque(joint, of: index) * velocity)
    }
    motion.jointVelocity = Float(squares) / Float(bodies.jointCount)
    motion.power = Float(power)
    record.sums[.energyJoules] += power * Double(bodies.task.robot.controlPeriodSeconds)
  }

  mutating func measureFeet(_ bodies: LeggedBodies, at index: Int) {
    let periodSeconds = bodies.task.robot.controlPeriodSeconds
    let seconds = motion.clockTicks <= 1 ? nil : periodSeconds
    for foot in 0..<bodies.batch.footCount {
      let (position, clearance) = bodies.batch.foot(foot, of: index)
      motion.feet[foot].move(
        to: SIMD2(position.x, position.y), clearance: Float(clearance), seconds: seconds)
      record.sums[.slipMetres] += Double(motion.feet[foot].slipSpeed * periodSeconds)
    }
  }

  /// Adds a tick's velocity to the average of its half second.
  mutating func average(_ velocity: SIMD3<Double>, _ bodies: LeggedBodies) {
    averaging.sum += velocity
    averaging.ticks += 1
    guard averaging.ticks >= bodies.averagingTicks else { return }
    if !averaging.isSettling {
      let command = motion.command
      let error =
        averaging.sum / Double(averaging.ticks)
        - SIMD3(Double(command.forward), Double(command.left), Double(command.yawRate))
      let squares = error * error * Double(averaging.ticks)
      record.sums[.velocityErrorSquares] += squares.x + squares.y
      record.sums[.yawRateErrorSquares] += squares.z
      record.sums[.velocityTicks] += Double(averaging.ticks)
      if !command.isStill, bodies.batch.footCount > 0 {
        let least = (0..<bodies.batch.footCount).reduce(Float.infinity) {
          min($0, motion.feet[$1].lift)
        }
        record.sums[.footLiftMetres] += Double(least)
        record.sums[.footLiftCount] += 1
      }
    }
    endAverage(bodies)
    averaging.isSettling = false
  }

  /// Takes the distance of the half second so far, and begins another.
  mutating func endAverage(_ bodies: LeggedBodies) {
    let sum = averaging.sum
    record.sums[.distanceMetres] +=
      (sum.x * sum.x + sum.y * sum.y).squareRoot()
      * Double(bodies.task.robot.controlPeriodSeconds)
    averaging.sum = .zero
    averaging.ticks = 0
    for foot in 0..<bodies.batch.footCount { motion.feet[foot].lift = 0 }
  }
}
