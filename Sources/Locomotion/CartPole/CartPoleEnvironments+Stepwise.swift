extension CartPoleEnvironments: StepwiseEnvironments {
  /// Place of the cart and angle of the pole.
  public var positionCount: Int { 2 }
  /// Speed of the cart and rate of the pole.
  public var velocityCount: Int { 2 }

  /// Starts an episode of the first simulation in a state.
  public func start(positions: [Double], velocities: [Double]) -> [Double] {
    precondition(positions.count == 2 && velocities.count == 2, "a state of cart and pole")
    episodes[0].cart = CartPole(
      place: positions[0], speed: velocities[0], angle: positions[1], rate: velocities[1])
    episodes[0].record.ticks = 0
    return state
  }

  /// Makes one tick, of the first simulation by hand.
  public func step(action: [Double]) -> TaskStep {
    precondition(action.count == 1, "one push")
    episodes[0].isPushedRight = action[0] == 1
    advance()
    episodes[0].record.ticks += 1
    return TaskStep(
      observation: state, reward: 1, isTerminated: episodes[0].cart.hasFailed,
      isTruncated: episodes[0].record.isTimeUp)
  }

  private var state: [Double] {
    let cart = episodes[0].cart
    return [cart.place, cart.speed, cart.angle, cart.rate]
  }
}
