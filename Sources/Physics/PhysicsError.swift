/// An error of a body that cannot be simulated.
public enum PhysicsError: Error, Equatable, Sendable {
  /// MuJoCo cannot read the model.
  case modelUnreadable(path: String, reason: String)
  /// The model lacks something that a legged body needs.
  case modelUnsuitable(path: String, missing: String)
  /// MuJoCo cannot make a batch of simulations.
  case batchRefused(reason: String)
  /// Some simulations failed in a step; `index` is the first of them.
  case simulationFailed(index: Int, reason: String)
}

extension PhysicsError: CustomStringConvertible {
  /// One sentence: what was found, what was expected, the cure.
  public var description: String {
    switch self {
    case .modelUnreadable(let path, let reason): "body \(path): MuJoCo cannot read it: \(reason)"
    case .modelUnsuitable(let path, let missing): "body \(path): it lacks \(missing)"
    case .batchRefused(let reason): "simulations: MuJoCo cannot make them: \(reason)"
    case .simulationFailed(let index, let reason): "simulation \(index): \(reason)"
    }
  }
}
