internal import RobotDescription
internal import WireProtocol

/// Finding the servos, making them ready and letting them hold; nothing here is for a tick.
extension DynamixelBus {
  /// What the user should know of the line.
  public var notes: [LineNote] {
    (link.echoes ? [.echoes] : []) + [plainSyncRead].compactMap(\.self)
  }

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
        try chooseReading(of: joint)
      }
    }
  }

  /// Finds out whether a servo knows fast sync reads: where one does not, all are read by plain ones.
  ///
  /// Older firmware and servos of other makers answer everything else.
  private mutating func chooseReading(of joint: Joint) throws(ServoRequestError) {
    guard !readsPlainly else { return }
    let (id, address, byteCount) = (joint.servo.id, Self.blockAddress, Self.blockByteCount)
    if try link.answers(.fastSyncRead, id, address: address, byteCount: byteCount) { return }
    guard try link.answers(.syncRead, id, address: address, byteCount: byteCount) else {
      throw .silent
    }
    readsPlainly = true
    plainSyncRead = .plainSyncRead(
      joint: joint.name.description, id: id, firmware: try link.read("firmware_version", of: id))
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
