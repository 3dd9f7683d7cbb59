/// Commanded base velocity, in the robot's own frame.
public struct VelocityCommand: Equatable, Sendable {
  /// Speed forward, in metres per second.
  public var forward: Float
  /// Speed to the left, in metres per second.
  public var left: Float
  /// Turning rate counter-clockwise, in radians per second.
  public var yawRate: Float

  /// Makes a command; the default is to stand.
  @_noAllocation
  public init(forward: Float = 0, left: Float = 0, yawRate: Float = 0) {
    self.forward = forward
    self.left = left
    self.yawRate = yawRate
  }

  /// The command with every velocity multiplied by `share`.
  @_noAllocation
  public func scaled(by share: Float) -> VelocityCommand {
    VelocityCommand(forward: forward * share, left: left * share, yawRate: yawRate * share)
  }
}

/// Range of the velocities that a policy was trained to follow.
public struct CommandRange: Equatable, Sendable {
  /// Smallest value of each velocity.
  public var lower: VelocityCommand
  /// Largest value of each velocity.
  public var upper: VelocityCommand

  /// Makes a range, widened to include standing.
  public init(lower: VelocityCommand, upper: VelocityCommand) {
    self.lower = VelocityCommand(
      forward: min(0, lower.forward), left: min(0, lower.left), yawRate: min(0, lower.yawRate))
    self.upper = VelocityCommand(
      forward: max(0, upper.forward), left: max(0, upper.left), yawRate: max(0, upper.yawRate))
  }

  /// The nearest velocity in the range.
  @_noAllocation
  public func nearest(to command: VelocityCommand) -> VelocityCommand {
    VelocityCommand(
      forward: max(lower.forward, min(upper.forward, command.forward)),
      left: max(lower.left, min(upper.left, command.left)),
      yawRate: max(lower.yawRate, min(upper.yawRate, command.yawRate)))
  }
}

#if !hasFeature(Embedded)
  extension VelocityCommand {
    /// Parses forward, left and turning velocity, such as `0.15,0,0`.
    public init?(text: String) {
      let fields = text.split(separator: ",", omittingEmptySubsequences: false)
      let numbers = fields.compactMap { Float($0) }
      guard fields.count == 3, numbers.count == 3, numbers.allSatisfy({ $0.isFinite }) else {
        return nil
      }
      self.init(forward: numbers[0], left: numbers[1], yawRate: numbers[2])
    }
  }
#endif
