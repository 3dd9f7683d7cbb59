public import RobotDescription

/// A robot, and how it is reached.
public struct RobotSetup: Sendable {
  /// The robot.
  public let robot: Robot
  /// How it is reached.
  public let bus: BusSettings
}
