public import ArgumentParser
public import RobotDescription

extension VelocityCommand: ExpressibleByArgument {
  /// The help of an option for a velocity.
  public static let argumentHelp = "Velocity: forward m/s, left m/s, turn rad/s"

  /// Reads a velocity such as `0.15,0,0`.
  public init?(argument: String) { self.init(text: argument) }

  /// The velocity as help and messages write it.
  public var defaultValueDescription: String { "\(forward),\(left),\(yawRate)" }
}
