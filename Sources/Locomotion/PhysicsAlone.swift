/// The same simulations without a learner: what the speed of training is measured against.
///
/// They are stepped under random actions and begin anew when they fall or their time is up.
public final class PhysicsAlone {
  private let environments: any Environments
  private var steps = 0

  /// Takes simulations that nobody else uses.
  public init(_ environments: any Environments) {
    self.environments = environments
  }

  /// Runs some ticks of all simulations.
  ///
  /// - Returns: Environment steps made so far.
  public func run(ticks tickCount: Int) throws(TaskError) -> Int {
    let count = environments.count
    for _ in 0..<tickCount {
      environments.concurrently(count) { environments.exercise(in: $0..<($0 + 1)) }
      try environments.advance()
    }
    steps += tickCount * count
    return steps
  }
}
