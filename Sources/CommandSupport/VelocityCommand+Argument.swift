public import ArgumentParser
public import RobotDescription

extension VelocityCommand: ExpressibleByArgument {
  /// Reads `0.15,0,0`.
  public init?(argument: String) { self.init(text: argument) }

  /// How the help writes a velocity.
  public var defaultValueDescription: String { "\(forward),\(left),\(yawRate)" }
}
