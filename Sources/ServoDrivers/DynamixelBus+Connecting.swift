internal import RobotDescription
internal import WireProtocol

/// Connecting to the servos and arming them; nothing here is for the control loop.
extension DynamixelBus {
  /// Notes on the line for the user.
  public var notes: [LineNote] {
    (link.echoes ? [.echoes] : []) + [plainSyncRead].compactMap(\.self)
  }

  /// Finds every servo and prepares it for a run, torque off.
  ///
  /// - Parameter setsUp: `false` only checks the settings.
  public mutating func connect(
    setsUp: Bool, fixes: inout [ServoFix]
  ) throws(ServoConnectError) {
    guard robot.controlPeriodMicroseconds <= Self.periodMaxMicroseconds else {
      throw .controlPeriodMicroseconds(
        robot: robot.controlPeriodMicroseconds, max: Self.periodMaxMicroseconds)
    }
    let servosMax = Dynamixel.fastAnswersMax(dataByteCount: tick.byteCount)
    guard robot.jointCount <= servosMax else {
      throw .servoCount(robot: robot.jointCount, max: servosMax)
    }
    try link.makeReady(robot, setsUp: setsUp, fixes: &fixes)
    kind = link.kind(of: robot[joint: 0].servo.id)
    tick = kind.tick
    for index in 0..<robot.jointCount {
      let joint = robot[joint: index]
      try ServoConnectError.naming(joint) { () throws(ServoRequestError) in
        try Self.gatherBlock(kind, joint.servo.id, &link)
        try chooseReading(of: joint)
      }
    }
  }

  /// Finds out whether a servo knows fast sync reads: where one does not, all are read by plain
  /// ones.
  ///
  /// Older firmware and servos of other makers answer everything else.
  private mutating func chooseReading(of joint: Joint) throws(ServoRequestError) {
    guard !readsPlainly else { return }
    let (id, address, byteCount) = (joint.servo.id, tick.address, tick.byteCount)
    if try link.answers(.fastSyncRead, id, address: address, byteCount: byteCount) { return }
    guard try link.answers(.syncRead, id, address: address, byteCount: byteCount) else {
      throw .silent
    }
    readsPlainly = true
    plainSyncRead = .plainSyncRead(
      joint: joint.name.description, id: id, firmware: try link.read(.firmwareVersion, of: id))
  }

  /// Sets every servo's goal to its present position and switches its torque on, each step read
  /// back.
  ///
  /// Watchdogs are off then: only their switching on makes servos safe from a silent host.
  mutating func hold(
    at pose: JointValues, _ deadlineNanoseconds: UInt64
  ) throws(BusError) {
    let kind = kind
    try link.hold(robot, at: pose, by: deadlineNanoseconds) {
      (link, id) throws(ServoRequestError) in
      // A servo that has restarted since it was found has forgotten these.
      try Self.gatherBlock(kind, id, &link)
      try link.write(0, to: .busWatchdog, of: id)
    }
  }

  /// Sets the indirect addresses of a servo to the registers of the block.
  private static func gatherBlock(
    _ kind: ServoKind, _ id: UInt8, _ link: inout DynamixelLink
  ) throws(ServoRequestError) {
    guard let indirect = kind.facts.indirect else { return }
    let data = kind.tickRegisters.flatMap { register in
      (0..<register.byteCount).flatMap { DynamixelLink.words(register.address + $0) }
    }
    _ = try link.ask(id, .write, DynamixelLink.words(indirect.addresses) + data, byteCount: 0)
  }
}
