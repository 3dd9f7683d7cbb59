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
  /// - Returns: What was changed, or would have to be, for the user to know.
  /// - Throws: The first servo that is missing, is another model, or refuses; or a robot that the
  ///   driver cannot run.
  public mutating func connect(setsUp: Bool) throws(ServoConnectError) -> [ServoFix] {
    guard robot.controlPeriodMicroseconds <= Self.periodMaxMicroseconds else {
      throw .controlPeriodMicroseconds(
        robot: robot.controlPeriodMicroseconds, max: Self.periodMaxMicroseconds)
    }
    guard robot.jointCount <= Self.servosMax else {
      throw .servoCount(robot: robot.jointCount, max: Self.servosMax)
    }
    var fixes: [ServoFix] = []
    for joint in 0..<robot.jointCount {
      try identify(joint)
      if setsUp {
        // A servo that answers pings alone would not acknowledge this either.
        try tell(joint, .write, Self.words(68) + [2])
        // What is kept can be changed only without torque.
        _ = try set(joint, "torque_enable", 0)
      }
      let wanted: [(String, Int32)] = [
        ("return_delay_time", 0), ("drive_mode", 0), ("operating_mode", 3),
        ("position_p_gain", Int32(robot[joint: joint].servo.positionGain)), ("goal_pwm", 885),
        ("profile_acceleration", 0), ("profile_velocity", 0), ("bus_watchdog", 0),
      ]
      for (name, value) in wanted {
        let found = try read(joint, name)
        guard found != value else { continue }
        if setsUp { try write(joint, name, value) }
        fixes.append(
          ServoFix(joint: self.name(joint), register: name, found: found, set: value))
      }
      try gatherBlock(joint)
    }
    return fixes
  }

  /// Sends every servo to where it is and switches its torque on, each step read back.
  ///
  /// Watchdogs are off then: only what has switched them on again is safe from a silent host.
  mutating func holdWhereTheyAre(_ deadlineNanoseconds: UInt64) throws(BusError) {
    for joint in 0..<robot.jointCount {
      guard SerialPort.nowNanoseconds < deadlineNanoseconds else { throw .silent }
      let id = robot[joint: joint].servo.id
      do throws(ServoConnectError) {
        // One that has started anew since it was found has forgotten these.
        try gatherBlock(joint)
        try write(joint, "bus_watchdog", 0)
        let position = try read(joint, "present_position")
        try write(joint, "goal_position", position)
        guard try read(joint, "goal_position") == position else { throw .silent(joint: "", id: id) }
        try write(joint, "torque_enable", 1)
      } catch {
        switch error {
        case .bus(let error): throw error
        case .refused, .unchanged: throw .refusedByServo(id: id)
        default: throw .silent
        }
      }
    }
  }

  private func name(_ joint: Int) -> String { robot[joint: joint].name.description }

  private static func register(_ name: String) -> ServoRegister {
    guard let register = DynamixelTable.register(named: name) else {
      preconditionFailure("a register of the table")
    }
    return register
  }

  private mutating func identify(_ joint: Int) throws(ServoConnectError) {
    let data = try ask(joint, .ping, [], byteCount: 3)
    let model = UInt16(data[0]) | UInt16(data[1]) << 8
    guard DynamixelModel(rawValue: model) != nil else {
      throw .model(
        joint: name(joint), id: robot[joint: joint].servo.id, found: model,
        expected: "an XL330 (1200 or 1190)")
    }
  }

  private mutating func read(_ joint: Int, _ name: String) throws(ServoConnectError) -> Int32 {
    let register = Self.register(name)
    let data = try ask(
      joint, .read, Self.words(register.address, register.byteCount), byteCount: register.byteCount)
    return register.value(data.reversed().reduce(0) { $0 << 8 | UInt32($1) })
  }

  private mutating func write(
    _ joint: Int, _ name: String, _ value: Int32
  ) throws(ServoConnectError) {
    let register = Self.register(name)
    let bits = register.bits(value)
    let data = (0..<register.byteCount).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
    _ = try ask(joint, .write, Self.words(register.address) + data, byteCount: 0)
  }

  /// Sets a register that has another value.
  private mutating func set(
    _ joint: Int, _ name: String, _ value: Int32
  ) throws(ServoConnectError) {
    if try read(joint, name) != value { try write(joint, name, value) }
  }

  /// Brings what a tick reads together behind the servo's indirect addresses.
  private mutating func gatherBlock(_ joint: Int) throws(ServoConnectError) {
    var data: [UInt8] = []
    for part in Self.blockParts {
      for address in part.address..<(part.address + part.byteCount) { data += Self.words(address) }
    }
    _ = try ask(joint, .write, Self.words(Self.indirectAddress) + data, byteCount: 0)
  }

  /// One request to one servo, and its data.
  ///
  /// - Parameter byteCount: Data of its answer; others are late answers to something else.
  private mutating func ask(
    _ joint: Int, _ instruction: DynamixelInstruction, _ parameters: [UInt8], byteCount: Int
  ) throws(ServoConnectError) -> [UInt8] {
    let id = robot[joint: joint].servo.id
    let damagedBefore = decoder.statistics.checksumErrors
    for _ in 0..<ServoAnswer.attempts {
      try tell(joint, instruction, parameters)
      let deadline = SerialPort.nowNanoseconds + ServoAnswer.waitNanoseconds
      while let packet = try nextAnswer(deadline) {
        guard packet.id == id, let status = try? packet.status() else { continue }
        let code = status.error.byte & 0x7F
        guard code == 0 else {
          throw .refused(joint: name(joint), id: id, instruction: instruction.code, code: code)
        }
        guard status.dataByteCount == byteCount else { continue }
        return (0..<byteCount).map { packet.loadUInt8(at: status.dataOffset + $0) }
      }
    }
    throw decoder.statistics.checksumErrors != damagedBefore
      ? .unreadable(joint: name(joint), id: id) : .silent(joint: name(joint), id: id)
  }

  /// Sends a request to one servo and awaits nothing.
  private mutating func tell(
    _ joint: Int, _ instruction: DynamixelInstruction, _ parameters: [UInt8]
  ) throws(ServoConnectError) {
    do throws(BusError) {
      try forgetLateAnswers()
      var room = outgoing.mutableSpan
      var writer = DynamixelPacketWriter(
        id: robot[joint: joint].servo.id, instruction, into: &room)
      for parameter in parameters { writer.append(parameter, to: &room) }
      let byteCount = writer.finish(&room)
      try line.send(
        byteCount, of: &room,
        deadlineNanoseconds: SerialPort.nowNanoseconds + ServoAnswer.waitNanoseconds)
    } catch {
      throw .bus(error)
    }
  }

  /// The next packet; `nil` at the deadline.
  private mutating func nextAnswer(
    _ deadlineNanoseconds: UInt64
  ) throws(ServoConnectError) -> DynamixelPacket? {
    while true {
      if let packet = decoder.nextPacket() { return packet }
      if let byte = line.nextByte() {
        decoder.push(byte)
        continue
      }
      do throws(BusError) {
        if try line.receive(deadlineNanoseconds: deadlineNanoseconds) == 0 { return nil }
      } catch {
        throw .bus(error)
      }
    }
  }

  /// Numbers of two bytes, as they stand in a packet.
  private static func words(_ numbers: Int...) -> [UInt8] {
    numbers.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
  }
}

/// The Dynamixel X servos whose memory is laid out as the driver needs it.
enum DynamixelModel: UInt16 {
  case xl330M288 = 1200
  case xl330M077 = 1190
}
