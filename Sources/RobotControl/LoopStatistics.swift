/// Counts of the ticks of a control loop; a run's report prints each under its name.
public struct LoopStatistics: Encodable, Equatable, Sendable {
  /// Ticks while armed.
  public var ticks: UInt64 = 0
  /// Ticks in which the policy moved the robot.
  public var runningTicks: UInt64 = 0
  /// Ticks that ran on an older sample: the robot or its IMU was silent or implausible.
  public var coastedTicks: UInt64 = 0
  /// Ticks with a reduced velocity: near a limit of supply or temperature, or without a command.
  public var slowedTicks: UInt64 = 0

  /// Makes all counts zero.
  @_noAllocation
  public init() {}
}
