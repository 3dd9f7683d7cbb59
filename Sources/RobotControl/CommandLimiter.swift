public import RobotDescription

/// Keeps commands to what a policy was trained for, and lets none jump.
public struct CommandLimiter: Sendable {
  /// The largest change of the speed forward or to the left, in metres per second squared.
  public static var accelerationMax: Float {
    @_noAllocation
    get { 0.5 }
  }
  /// The largest change of the turning rate, in radians per second squared.
  public static var yawAccelerationMax: Float {
    @_noAllocation
    get { 2 }
  }

  /// What the robot may be asked for.
  public let range: CommandRange
  private let periodSeconds: Float
  private var command = VelocityCommand()

  /// Begins with a robot that stands.
  @_noAllocation
  public init(range: CommandRange, periodSeconds: Float) {
    self.range = range
    self.periodSeconds = periodSeconds
  }

  /// The command of the next tick, on the way to a wish.
  ///
  /// A number that is not finite asks to stand.
  @_noAllocation
  public mutating func next(towards wish: VelocityCommand) -> VelocityCommand {
    let isFinite = wish.forward.isFinite && wish.left.isFinite && wish.yawRate.isFinite
    let goal = isFinite ? range.nearest(to: wish) : VelocityCommand()
    let step = Self.accelerationMax * periodSeconds
    command.forward += max(-step, min(step, goal.forward - command.forward))
    command.left += max(-step, min(step, goal.left - command.left))
    let turn = Self.yawAccelerationMax * periodSeconds
    command.yawRate += max(-turn, min(turn, goal.yawRate - command.yawRate))
    return command
  }
}
