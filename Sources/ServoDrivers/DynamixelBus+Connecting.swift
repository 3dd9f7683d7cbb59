internal import RobotDescription
internal import SerialLink
internal import WireProtocol

/// Finding the servos, making them ready and letting them hold; nothing here is for a tick.
extension DynamixelBus {
  /// Looks for every servo and makes it ready, torque off.
  ///
  /// Modes, gains, profiles and delays are set where they differ; limits stay as they are.
  ///
  /// - Parameter setsUp: Without it no setting is changed, only looked at.
  /// - Throws: The first servo that is missing, is another model, or refuses; or a robot that the
  ///   driver cannot run.
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
    for index in 0..<robot.jointCount {
      let joint = robot[joint: index]
      let model = try ServoConnectError.naming(joint) { () throws(ServoRequestError) in
        try link.model(of: joint.servo.id, patience: .usual)
      }
      guard DynamixelModel(rawValue: model) != nil else {
        throw .model(
          joint: joint.name.description, id: joint.servo.id, found: model,
          expected: "an XL330 (1200 or 1190)")
      }
      try ServoConnectError.naming(joint) { () throws(ServoRequestError) in
        try makeReady(joint, setsUp: setsUp, fixes: &fixes)
      }
    }
  }

  private mutating func makeReady(
    _ joint: Joint, setsUp: Bool, fixes: inout [ServoFix]
  ) throws(ServoRequestError) {
    let id = joint.servo.id
    if setsUp {
      // A servo that answers pings alone would not acknowledge this either.
      let level = DynamixelLink.known("status_return_level")
      try link.tell(id, .write, DynamixelLink.words(level.address) + level.bytes(2))
      // What is kept can be changed only without torque.
      if try link.read("torque_enable", of: id) != 0 {
        try link.write(0, to: "torque_enable", of: id)
      }
    }
    try link.settle(
      DynamixelLink.positionMode + [
        ("return_delay_time", 0), ("position_p_gain", Int32(joint.servo.positionGain)),
        ("goal_pwm", 885),
        ("profile_acceleration", 0), ("profile_velocity", 0), ("bus_watchdog", 0),
      ], of: id, joint: joint.name.description, setsUp: setsUp,
      fixes: &fixes)
    try gatherBlock(id)
  }

  /// Sends every servo to where it is and switches its torque on, each step read back.
  ///
  /// Watchdogs are off then: only what has switched them on again is safe from a silent host.
  mutating func holdWhereTheyAre(_ deadlineNanoseconds: UInt64) throws(BusError) {
    for joint in 0..<robot.jointCount {
      guard SerialPort.nowNanoseconds < deadlineNanoseconds else { throw .silent }
      let id = robot[joint: joint].servo.id
      do throws(ServoRequestError) {
        // One that has started anew since it was found has forgotten these.
        try gatherBlock(id)
        try link.write(0, to: "bus_watchdog", of: id)
        let position = try link.read("present_position", of: id)
        try link.write(position, to: "goal_position", of: id)
        guard try link.read("goal_position", of: id) == position else { throw .silent }
        try link.write(1, to: "torque_enable", of: id)
      } catch {
        throw error.busError(id: id)
      }
    }
  }

  /// Brings what a tick reads together behind the servo's indirect addresses.
  private mutating func gatherBlock(_ id: UInt8) throws(ServoRequestError) {
    var data: [UInt8] = []
    for part in Self.blockParts {
      for address in part.address..<(part.address + part.byteCount) {
        data += DynamixelLink.words(address)
      }
    }
    _ = try link.ask(
      id, .write, DynamixelLink.words(Self.indirectAddress) + data, byteCount: 0)
  }
}

/// The Dynamixel X servos whose memory is laid out as the driver needs it.
enum DynamixelModel: UInt16 {
  case xl330M288 = 1200
  case xl330M077 = 1190
}
