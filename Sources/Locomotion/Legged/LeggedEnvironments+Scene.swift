public import Physics
internal import RobotDescription

extension LeggedEnvironments {
  /// How a simulation looks after the last tick.
  public func frame(of index: Int) -> SceneFrame {
    let episode = episodes[index]
    var frame = batch.frame(of: index, jointCount: task.robot.jointCount)
    frame.jointTargets = (0..<task.robot.jointCount).map { episode.actions.targets[$0] }
    let yawRate = Float(batch.angularRate(of: index).z)
    frame.velocity = [episode.motion.planar.x, episode.motion.planar.y, yawRate]
    let command = episode.command
    frame.command = [command.forward, command.left, command.yawRate]
    frame.feet = (0..<batch.footCount).map { episode.feet[$0].isTouching }
    return frame
  }
}
