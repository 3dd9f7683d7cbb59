public import Physics

/// Failure to make or to run a loopback.
public enum LoopbackError: Error, Equatable, Sendable {
  /// The physics failed.
  case physics(PhysicsError)
  /// The pseudo terminal failed.
  case terminal(PseudoTerminalError)
  /// The body and the robot have different joints.
  case jointsDiffer(path: String, model: [String], robot: [String])
  /// The control period is no whole number of physics steps, or a step no whole number of
  /// microseconds.
  case periodNotWhole(path: String, timestepSeconds: Double, periodMicroseconds: UInt32)
  /// The servos do not have this baud rate.
  case baudRate(UInt32, known: [UInt32])
}

extension LoopbackError: CustomStringConvertible {
  /// One sentence: what was found, what was expected, the cure.
  public var description: String {
    switch self {
    case .physics(let error): error.description
    case .terminal(let error): error.description
    case .jointsDiffer(let path, let model, let robot):
      "body \(path): its servos move \(model), the robot file names \(robot); make them equal"
    case .periodNotWhole(let path, let timestep, let period):
      "body \(path): a control period of \(period) µs is not a whole number of its physics steps "
        + "of \(timestep) s; change control_rate_hz or the model's timestep"
    case .baudRate(let found, let known):
      "baud rate: found \(found), expected one that the servos have: "
        + known.map(String.init).joined(separator: ", ")
    }
  }
}
