internal import Physics

extension GymnasiumEnvironments: StepwiseEnvironments {
  /// Generalized positions in a state.
  public var positionCount: Int { kind.sizes.positions }
  /// Generalized velocities in a state.
  public var velocityCount: Int { kind.sizes.velocities }

  /// Starts an episode of the first simulation in a state.
  public func start(positions: [Double], velocities: [Double]) -> [Double] {
    precondition(
      positions.count == positionCount && velocities.count == velocityCount, "a state of the body")
    batch.setState(initial, of: 0)
    for (index, value) in positions.enumerated() {
      batch.setGeneralizedPosition(value, index, of: 0)
    }
    for (index, value) in velocities.enumerated() {
      batch.setGeneralizedVelocity(value, index, of: 0)
    }
    episodes[0].x = positions[0]
    episodes[0].record.ticks = 0
    measure(0, isFirst: true)
    return measured
  }

  /// Makes one tick, of the first simulation by hand.
  public func step(action: [Double]) throws(TaskError) -> TaskStep {
    precondition(action.count == kind.sizes.motors, "one number per motor")
    for (motor, value) in action.enumerated() { batch.setControl(value, motor, of: 0) }
    episodes[0].effort = action.reduce(0) { $0 + $1 * $1 }
    try advance()
    episodes[0].record.ticks += 1
    let reward = reward(0)
    measure(0, isFirst: false)
    return TaskStep(
      observation: measured, reward: reward, isTerminated: !isHealthy(0),
      isTruncated: episodes[0].record.isTimeUp)
  }

  private var measured: [Double] { Array(measurements.elements.prefix(observationWidth)) }
}
