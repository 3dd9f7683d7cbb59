public import Physics

extension GymnasiumTask {
  func scene() throws(TaskError) -> Scene {
    let model = try loadModel()
    return model.scene(tickSeconds: model.timestepSeconds * Double(kind.stepsPerTick))
  }
}

extension GymnasiumEnvironments {
  /// How a simulation looks after the last tick.
  public func frame(of index: Int) -> SceneFrame {
    var frame = batch.frame(of: index, jointCount: kind.sizes.motors)
    frame.velocity = [Float(batch.generalizedVelocity(0, of: index))]
    return frame
  }
}
