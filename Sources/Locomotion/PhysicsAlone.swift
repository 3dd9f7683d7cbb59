public import ParallelArrays

/// Simulations without a learner, against which the speed of training is measured.
///
/// They are stepped and reset when an episode is done; nothing is observed or rewarded.
public final class PhysicsAlone {
  private let environments: any RestorableEnvironments
  /// Actions of one tick: `[count, width]`.
  private let tickActions: SliceBuffer<Float>
  private var random = RandomSource(seed: 0, stream: 0)
  private var steps = 0

  /// Takes simulations that nothing else uses.
  public init(_ environments: any RestorableEnvironments) {
    self.environments = environments
    tickActions = SliceBuffer(
      repeating: 0, count: environments.count * environments.actionSpace.width)
  }

  /// Runs some ticks of all simulations under random actions.
  ///
  /// - Returns: Environment steps made so far.
  public func run(ticks tickCount: Int) throws(TaskError) -> Int {
    for _ in 0..<tickCount {
      for index in 0..<tickActions.count { tickActions[index] = randomAction() }
      try tick()
    }
    return steps
  }

  /// Puts the simulations into the state of others of the same task and number.
  public func begin(at start: EnvironmentsSnapshot) {
    precondition(environments.restore(start), "a snapshot of the same task and number")
  }

  /// Runs all simulations under actions that others were given.
  ///
  /// From the same state, the motion is theirs up to the first push or the end of an episode.
  ///
  /// - Parameter actions: Shape `[ticks, count, width]`.
  /// - Returns: Environment steps made so far.
  public func run(following actions: SliceBuffer<Float>) throws(TaskError) -> Int {
    precondition(
      actions.count % tickActions.count == 0, "run: actions of whole ticks of all simulations")
    for first in stride(from: 0, to: actions.count, by: tickActions.count) {
      for index in 0..<tickActions.count { tickActions[index] = actions[first + index] }
      try tick()
    }
    return steps
  }

  /// One number of an action.
  private func randomAction() -> Float {
    switch environments.actionSpace {
    case .continuous: random.uniform(in: -1...1)
    case .discrete(let count): Float(Int.random(in: 0..<count, using: &random))
    }
  }

  private func tick() throws(TaskError) {
    let count = environments.count
    environments.concurrently(count) {
      environments.restartEnded(in: $0..<($0 + 1))
      environments.act(tickActions, in: $0..<($0 + 1))
    }
    try environments.advance()
    steps += count
  }
}
