public import Physics

/// Why a loopback cannot be made or cannot go on.
public enum LoopbackError: Error, Equatable, Sendable {
  /// The physics said no.
  case physics(PhysicsError)
  /// The pseudo terminal said no.
  case terminal(PseudoTerminalError)
  /// Body and robot have different joints.
  case jointsDiffer(path: String, model: [String], robot: [String])
  /// The control period is not a whole number of physics steps, or those not of microseconds.
  case periodNotWhole(path: String, timestepSeconds: Double, periodMicroseconds: UInt32)
  /// The servos have no such speed of the line.
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
