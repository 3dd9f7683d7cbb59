internal import ParallelArrays
internal import Physics
internal import RobotDescription

/// Velocity commands.
extension LeggedEpisode {
  /// Draws another command once the one in force has had its time.
  mutating func drawCommandWhenDue(_ bodies: LeggedBodies) {
    guard commandTicksLeft > 0 else { return }
    commandTicksLeft -= 1
    guard commandTicksLeft == 0 else { return }
    change(to: bodies.drawCommand(from: &record.random), bodies)
    commandTicksLeft = bodies.task.configuration.commandIntervalTicks
  }

  /// Changes the command; the body has half a second to take it up.
  mutating func change(to command: VelocityCommand, _ bodies: LeggedBodies) {
    guard command != motion.command else { return }
    endAverage(bodies)
    averaging = VelocityAverage()
    motion.command = command
  }

  func frame(on bodies: LeggedBodies, at index: Int) -> SceneFrame {
    var frame = bodies.batch.frame(of: index, jointCount: bodies.jointCount)
    frame.jointTargets = (0..<bodies.jointCount).map { targets[$0] }
    let yawRate = Float(bodies.batch.angularRate(of: index).z)
    frame.velocity = [motion.planar.x, motion.planar.y, yawRate]
    let command = motion.command
    frame.command = [command.forward, command.left, command.yawRate]
    frame.feet = (0..<bodies.batch.footCount).map { motion.feet[$0].isInContact }
    return frame
  }
}

extension VectorEnvironment: CommandedEnvironments where E == LeggedEpisode {
  var massKilograms: Double { bodies.massKilograms }

  func command(of index: Int) -> VelocityCommand { episodes[index].motion.command }

  func command(_ command: VelocityCommand) {
    for index in 0..<count {
      episodes[index].change(to: command, bodies)
      episodes[index].commandTicksLeft = 0
      if episodes[index].motion.clockTicks == 0 {
        episodes[index].observe(bodies, at: index, as: .start, into: observations)
      }
    }
  }

  func pose(of index: Int) -> (position: SIMD2<Double>, heading: SIMD2<Double>) {
    let position = bodies.batch.position(of: index)
    let forward = bodies.batch.axes(of: index).forward
    let length = max(1e-9, (forward.x * forward.x + forward.y * forward.y).squareRoot())
    return (SIMD2(position.x, position.y), SIMD2(forward.x, forward.y) / length)
  }
}

extension VelocityCommand {
  /// True when it commands to stand.
  var isStill: Bool { self == VelocityCommand() }
}
