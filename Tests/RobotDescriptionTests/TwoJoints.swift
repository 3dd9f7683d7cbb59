import RobotDescription

/// A robot of two joints whose numbers are exact in binary, and an action layout for it.
enum TwoJoints {
  static func robot() -> Robot {
    var robot = Robot(
      body: Label("pair"), controlPeriodMicroseconds: 20_000, supplyMinMillivolts: 3_800)
    for index in 0..<2 {
      _ = robot.append(
        Joint(
          name: index == 0 ? Label("hip") : Label("knee"),
          servo: ServoCalibration(
            id: UInt8(index + 1), isReversed: index == 1, zeroTicks: 2048, positionGain: 800),
          lowerLimitRadians: index == 0 ? -1 : -0.5, upperLimitRadians: index == 0 ? 1 : 0.75,
          standingRadians: index == 0 ? 0.5 : -0.25, restingRadians: 0,
          slewMaxRadiansPerSecond: index == 0 ? 4 : 8))
    }
    return robot
  }

  /// The robot's action layout with a slew that is exact in binary.
  static func actions(scale: Float = 0.25, slew: Float = 0.125) -> ActionLayout {
    var layout = ActionLayout(robot: robot(), scale: scale)
    layout.slewMaxRadians[0] = slew
    layout.slewMaxRadians[1] = slew
    return layout
  }

  /// Values of the two joints.
  static func values(_ first: Float, _ second: Float) -> JointValues {
    var values = JointValues(repeating: 0)
    values[0] = first
    values[1] = second
    return values
  }
}
