internal import RobotDescription

/// How well a body does what it is asked, for evaluations.
extension LeggedEnvironments {
  /// Time over which velocities are averaged before they are compared, in seconds.
  private static let averagingSeconds: Float = 0.5
  /// Time that a body has to do what it is newly asked for, in seconds.
  private static let settlingSeconds: Float = 2

  /// Takes in the velocity of the last tick: forward, left, turning.
  func measure(_ index: Int, _ now: SIMD3<Float>) {
    let periodSeconds = Float(task.robot.controlPeriodMicroseconds) * 1e-6
    let share = periodSeconds / Self.averagingSeconds
    episodes[index].average += share * (now - episodes[index].average)
    let average = episodes[index].average
    let command = episodes[index].command
    let along = average.x - command.forward
    let across = average.y - command.left
    let turning = average.z - command.yawRate
    let speed = (average.x * average.x + average.y * average.y).squareRoot()
    episodes[index].motion.distanceMetres += Double(speed * periodSeconds)
    episodes[index].commandTicks += 1
    guard Float(episodes[index].commandTicks) * periodSeconds > Self.settlingSeconds else { return }
    episodes[index].motion.measuredTicks += 1
    episodes[index].motion.velocityErrorSquares += Double(along * along + across * across)
    episodes[index].motion.turningErrorSquares += Double(turning * turning)
  }
}
