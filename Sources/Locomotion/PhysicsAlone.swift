/// The same simulations without a learner: what the speed of training is measured against.
///
/// They are stepped, and begin anew when they fall or their time is up; nothing is observed.
public final class PhysicsAlone {
  private let environments: any Environments
  /// Actions of one tick: `[count, width]`.
  private let tickActions: SliceBuffer<Float>
  private var steps = 0

  /// Takes simulations that nobody else uses.
  public init(_ environments: any Environments) {
    self.environments = environments
    tickActions = SliceBuffer(
      repeating: 0, count: environments.count * environments.actionSpace.width)
  }

  /// Runs some ticks of all simulations under random actions.
  ///
  /// - Returns: Environment steps made so far.
  public func run(ticks tickCount: Int) throws(TaskError) -> Int {
    for _ in 0..<tickCount { try tick(nil) }
    return steps
  }

  /// Puts the simulations where others of the same task and number were.
  public func begin(at start: EnvironmentsSnapshot) {
    precondition(environments.restore(start), "a snapshot of the same task and number")
  }

  /// Runs all simulations under actions that others were given.
  ///
  /// From where those were, the motion is theirs up to the first push or end of an episode.
  ///
  /// - Parameter actions: Shape `[ticks, count, width]`.
  /// - Returns: Environment steps made so far.
  public func run(following actions: SliceBuffer<Float>) throws(TaskError) -> Int {
    precondition(
      actions.count % tickActions.count == 0, "run: actions of whole ticks of all simulations")
    for first in stride(from: 0, to: actions.count, by: tickActions.count) {
      for index in 0..<tickActions.count { tickActions[index] = actions[first + index] }
      try tick(tickActions)
    }
    return steps
  }

  private func tick(_ actions: SliceBuffer<Float>?) throws(TaskError) {
    let count = environments.count
    environments.concurrently(count) { environments.exercise(actions, in: $0..<($0 + 1)) }
    try environments.advance()
    steps += count
  }
}
