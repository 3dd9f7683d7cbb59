internal import RobotDescription

/// Finding the servos, making them ready and letting them hold; nothing here is for a tick.
extension FeetechBus {
  /// What the user should know of the line.
  public var notes: [LineNote] { link.echoes ? [.echoes] : [] }

  /// Looks for every servo and makes it ready, torque off.
  ///
  /// Modes, gains, profiles and delays are set where they differ; limits stay as they are. A gain that
  /// the register cannot hold, as in a robot file of Dynamixel servos, leaves the servo's own.
  ///
  /// - Parameter setsUp: Without it no setting is changed, only looked at.
  /// - Throws: The first servo that is missing, is another model, or does not change.
  public mutating func connect(
    setsUp: Bool, fixes: inout [ServoFix]
  ) throws(ServoConnectError) {
    for index in 0..<robot.jointCount {
      let joint = robot[joint: index]
      try link.identify(joint)
      try ServoConnectError.naming(joint) { () throws(ServoRequestError) in
        try makeReady(joint, setsUp: setsUp, fixes: &fixes)
      }
    }
  }

  private mutating func makeReady(
    _ joint: Joint, setsUp: Bool, fixes: inout [ServoFix]
  ) throws(ServoRequestError) {
    // Some of these servos hold as soon as they have power.
    if setsUp { try link.write(0, to: "torque_enable", of: joint.servo.id) }
    try link.settle(
      FeetechLink.positionMode + [
        ("response_status_level", 1), ("return_delay_time", 0),
        ("p_coefficient", Int32(joint.servo.positionGain)), ("acceleration", 0),
        ("goal_velocity", 0), ("torque_limit", 1_000),
      ], of: joint.servo.id, joint: joint.name.description, setsUp: setsUp,
      fixes: &fixes)
  }
}
