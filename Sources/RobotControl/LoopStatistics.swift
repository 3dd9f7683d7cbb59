/// What has happened in a control loop.
public struct LoopStatistics: Equatable, Sendable {
  /// Ticks while armed.
  public var ticks: UInt64 = 0
  /// Ticks in which the policy moved the robot.
  public var runningTicks: UInt64 = 0
  /// Ticks that ran on an older sample because the robot did not answer.
  public var coastedTicks: UInt64 = 0
  /// Ticks in which the policy was asked for less than commanded: near a limit, or no command came.
  public var slowedTicks: UInt64 = 0

  /// Nothing yet.
  @_noAllocation
  public init() {}
}
