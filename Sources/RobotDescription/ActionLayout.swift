/// Turns a policy's actions into joint targets: in training, on the robot and on the board.
///
/// A target is the default pose plus scale × action, clamped to the joint's limits, and changes by
/// at most the slew per tick.
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

  /// Makes a layout of zeros for `jointCount` joints.
  public init(jointCount: Int) {
    precondition((1...Robot.jointsMax).contains(jointCount), "1 to 32 joints")
    self.jointCount = jointCount
    defaultPose = .init(repeating: 0)
    scale = .init(repeating: 0)
    lowerLimits = .init(repeating: 0)
    upperLimits = .init(repeating: 0)
    slewMaxRadians = .init(repeating: 0)
  }

  /// Makes the layout of a robot whose actions move every joint by `scale` radians per unit.
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

  /// Moves the targets of `state` towards the targets of an action.
  ///
  /// Real-time safe. An action that is not finite leaves its joint's target unchanged.
  ///
  /// - Parameter action: Shape `[jointCount]` or longer, unitless, unbounded.
  /// - Returns: Number of joints that were clamped by a limit or the slew, or were not finite.
  @discardableResult
  @_noAllocation
  public func apply(_ action: borrowing Span<Float>, to state: inout ActionState) -> Int {
    precondition(action.count >= jointCount, "one action per joint")
    var values = JointValues(repeating: 0)
    for joint in 0..<jointCount { values[joint] = action[joint] }
    return apply(values, to: &state)
  }

  /// Moves the targets of `state` towards the targets of an action that is held in place.
  @discardableResult
  @_noAllocation
  public func apply(_ action: borrowing JointValues, to state: inout ActionState) -> Int {
    var clampedCount = 0
    for joint in 0..<jointCount {
      let wanted = defaultPose[joint] + scale[joint] * action[joint]
      guard wanted.isFinite else {
        clampedCount += 1
        continue
      }
      let before = state.targets[joint]
      let slew = slewMaxRadians[joint]
      let limited = max(lowerLimits[joint], min(upperLimits[joint], wanted))
      let target = max(before - slew, min(before + slew, limited))
      if target != wanted { clampedCount += 1 }
      state.targets[joint] = target
    }
    return clampedCount
  }

  /// The action of a joint's present target: the policy observes it as its last action.
  @_noAllocation
  public func actionInForce(_ state: borrowing ActionState, joint: Int) -> Float {
    (state.targets[joint] - defaultPose[joint]) / scale[joint]
  }
}

/// Present targets of all joints.
public struct ActionState: Sendable {
  /// Target of each joint, in radians.
  public var targets: JointValues

  /// Makes a state from targets, in radians.
  public init(targets: JointValues) {
    self.targets = targets
  }
}
