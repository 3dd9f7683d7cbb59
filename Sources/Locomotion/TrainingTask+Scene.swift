public import Physics
internal import RobotDescription

extension TrainingTask {
  /// Shapes, joints and feet of the task's body, as a viewer draws them.
  ///
  /// - Throws: ``TaskError`` when the body's model cannot be read.
  public func scene() throws(TaskError) -> Scene {
    switch self {
    case .legged(let task):
      try task.loadModel().scene(tickSeconds: Double(task.robot.controlPeriodSeconds))
    case .gymnasium(let task): try task.scene()
    case .cartPole: CartPoleEpisode.scene
    }
  }
}
