public import RobotDescription

/// Limits commands to the range that the policy was trained for, and limits their acceleration.
public struct CommandLimiter: Sendable {
  /// The largest acceleration forward or to the left, in metres per second squared.
  public static var accelerationMax: Float {
    @_noAllocation
    get { 0.5 }
  }
  /// The largest acceleration of the yaw rate, in radians per second squared.
  public static var yawAccelerationMax: Float {
    @_noAllocation
    get { 2 }
  }

  /// The range of commands.
  public let range: CommandRange
  private let periodSeconds: Float
  private var command = VelocityCommand()

  /// Makes a limiter that starts at zero velocity.
  @_noAllocation
  public init(range: CommandRange, periodSeconds: Float) {
    self.range = range
    self.periodSeconds = periodSeconds
  }

  /// Returns the command of the next tick, one step closer to the wanted velocity.
  ///
  /// A velocity that is not finite counts as zero.
  @_noAllocation
  public mutating func next(towards wanted: VelocityCommand) -> VelocityCommand {
    let isFinite = wanted.forward.isFinite && wanted.left.isFinite && wanted.yawRate.isFinite
    let goal = isFinite ? range.nearest(to: wanted) : VelocityCommand()
    let step = Self.accelerationMax * periodSeconds
    command.forward += max(-step, min(step, goal.forward - command.forward))
    command.left += max(-step, min(step, goal.left - command.left))
    let turn = Self.yawAccelerationMax * periodSeconds
    command.yawRate += max(-turn, min(turn, goal.yawRate - command.yawRate))
    return command
  }
}
