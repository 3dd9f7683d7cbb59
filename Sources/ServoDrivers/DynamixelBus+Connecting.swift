internal import RobotDescription
internal import WireProtocol

/// Finding the servos, making them ready and letting them hold; nothing here is for a tick.
extension DynamixelBus {
  /// Looks for every servo and makes it ready, torque off.
  ///
  /// What it has to be set to stands in ``DynamixelLink/settings``.
  ///
  /// - Parameter setsUp: Without it no setting is changed, only looked at.
  public mutating func connect(
    setsUp: Bool, fixes: inout [ServoFix]
  ) throws(ServoConnectError) {
    guard robot.controlPeriodMicroseconds <= Self.periodMaxMicroseconds else {
      throw .controlPeriodMicroseconds(
        robot: robot.controlPeriodMicroseconds, max: Self.periodMaxMicroseconds)
    }
    guard robot.jointCount <= Self.servosMax else {
      throw .servoCount(robot: robot.jointCount, max: Self.servosMax)
    }
    try link.makeReady(robot, setsUp: setsUp, fixes: &fixes)
    for index in 0..<robot.jointCount {
      let joint = robot[joint: index]
      try ServoConnectError.naming(joint) { () throws(ServoRequestError) in
        try Self.gatherBlock(joint.servo.id, &link)
      }
    }
  }

  /// Sends every servo to where it is and switches its torque on, each step read back.
  ///
  /// Watchdogs are off then: only what has switched them on again is safe from a silent host.
  mutating func hold(
    at pose: JointValues, _ deadlineNanoseconds: UInt64
  ) throws(BusError) {
    try link.hold(robot, at: pose, by: deadlineNanoseconds) {
      (link, id) throws(ServoRequestError) in
      // One that has started anew since it was found has forgotten these.
      try Self.gatherBlock(id, &link)
      try link.write(0, to: "bus_watchdog", of: id)
    }
  }

  /// Brings what a tick reads together behind the servo's indirect addresses.
  private static func gatherBlock(
    _ id: UInt8, _ link: inout DynamixelLink
  ) throws(ServoRequestError) {
    var data: [UInt8] = []
    for part in blockParts {
      for address in part.address..<(part.address + part.byteCount) {
        data += DynamixelLink.words(address)
      }
    }
    _ = try link.ask(id, .write, DynamixelLink.words(indirectAddress) + data, byteCount: 0)
  }
}
