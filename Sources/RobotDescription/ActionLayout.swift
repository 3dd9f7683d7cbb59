/// Turns a policy's actions into joint targets: in training, on the robot and on the board.
///
/// A target is the default pose plus scale × action, held within the joint's limits, and moved at
/// most the slew from the target before it.
public struct ActionLayout: Sendable {
  /// Joints of the robot.
  public let jointCount: Int
  /// Angle of each joint at action 0, in radians.
  public var defaultPose: JointValues
  /// Radians of each joint per unit of action.
  public var scale: JointValues
  /// Smallest target of each joint, in radians.
  public var lowerLimits: JointValues
  /// Largest target of each joint, in radians.
  public var upperLimits: JointValues
  /// Largest change of each target from one tick to the next, in radians.
  public var slewMaxRadians: JointValues

  /// A layout of zeros for `jointCount` joints.
  public init(jointCount: Int) {
    precondition((1...Robot.jointsMax).contains(jointCount), "1 to 32 joints")
    self.jointCount = jointCount
    defaultPose = .init(repeating: 0)
    scale = .init(repeating: 0)
    lowerLimits = .init(repeating: 0)
    upperLimits = .init(repeating: 0)
    slewMaxRadians = .init(repeating: 0)
  }

  /// The layout of a robot whose actions move every joint by `scale` radians per unit.
  public init(robot: Robot, scale: Float) {
    self.init(jointCount: robot.jointCount)
    let periodSeconds = robot.controlPeriodSeconds
    for index in 0..<jointCount {
      let joint = robot[joint: index]
      defaultPose[index] = joint.standingRadians
      self.scale[index] = scale
      lowerLimits[index] = joint.lowerLimitRadians
      upperLimits[index] = joint.upperLimitRadians
      slewMaxRadians[index] = joint.slewMaxRadiansPerSecond * periodSeconds
    }
  }

  /// Moves the targets of `state` towards those that `action` asks for.
  ///
  /// Real-time safe. An action that is not a finite number leaves its joint's target as it is.
  ///
  /// - Parameter action: Shape `[jointCount]` or longer, unitless, unbounded.
  /// - Returns: How many joints were held by a limit, by the slew, or for not being finite.
  @discardableResult
  @_noAllocation
  public func apply(_ action: borrowing Span<Float>, to state: inout ActionState) -> Int {
    precondition(action.count >= jointCount, "one action per joint")
    var values = JointValues(repeating: 0)
    for joint in 0..<jointCount { values[joint] = action[joint] }
    return apply(values, to: &state)
  }

  /// Moves the targets of `state` as above, for actions that are held in place.
  @discardableResult
  @_noAllocation
  public func apply(_ action: borrowing JointValues, to state: inout ActionState) -> Int {
    var heldCount = 0
    for joint in 0..<jointCount {
      let wanted = defaultPose[joint] + scale[joint] * action[joint]
      guard wanted.isFinite else {
        heldCount += 1
        continue
      }
      let before = state.targets[joint]
      let slew = slewMaxRadians[joint]
      let limited = max(lowerLimits[joint], min(upperLimits[joint], wanted))
      let target = max(before - slew, min(before + slew, limited))
      if target != wanted { heldCount += 1 }
      state.targets[joint] = target
    }
    return heldCount
  }

  /// The action that a joint's target in force stands for: what the policy sees of its past.
  @_noAllocation
  public func actionInForce(_ state: borrowing ActionState, joint: Int) -> Float {
    (state.targets[joint] - defaultPose[joint]) / scale[joint]
  }
}

/// The joint targets in force.
public struct ActionState: Sendable {
  /// Target of each joint, in radians.
  public var targets: JointValues

  /// Starts from the given targets, in radians.
  public init(targets: JointValues) {
    self.targets = targets
  }
}
