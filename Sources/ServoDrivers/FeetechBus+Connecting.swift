internal import RobotDescription
internal import SerialLink
internal import WireProtocol

/// Finding the servos, making them ready and letting them hold; nothing here is for a tick.
extension FeetechBus {
  /// Looks for every servo and makes it ready, torque off.
  ///
  /// Modes, gains, profiles and delays are set where they differ; limits stay as they are. A gain that
  /// the register cannot hold, as in a robot file of Dynamixel servos, leaves the servo's own.
  ///
  /// - Parameter setsUp: Without it no setting is changed, only looked at.
  /// - Returns: What was changed, or would have to be, for the user to know.
  /// - Throws: The first servo that is missing, is another model, or does not change.
  public mutating func connect(setsUp: Bool) throws(ServoConnectError) -> [ServoFix] {
    var fixes: [ServoFix] = []
    for joint in 0..<robot.jointCount {
      let model = try read(joint, "model_number")
      guard model == Self.model else {
        throw .model(
          joint: name(joint), id: robot[joint: joint].servo.id,
          found: UInt16(truncatingIfNeeded: model), expected: "an STS3215 (777)")
      }
      if setsUp {
        try acknowledgeWrites(joint)
        // Some of these servos hold as soon as they have power.
        try write(joint, "torque_enable", 0)
      }
      let wanted: [(String, Int32)] = [
        ("return_delay_time", 0), ("operating_mode", 0),
        ("p_coefficient", Int32(robot[joint: joint].servo.positionGain)), ("acceleration", 0),
        ("goal_velocity", 0), ("torque_limit", 1_000),
      ]
      for (name, value) in wanted {
        let register = Self.register(name)
        guard (register.lowest...register.highest).contains(value) else { continue }
        let found = try read(joint, name)
        guard found != value else { continue }
        if setsUp { try write(joint, name, value) }
        fixes.append(
          ServoFix(joint: self.name(joint), register: name, found: found, set: value))
      }
    }
    return fixes
  }

  /// Sends every servo to where it is and switches its torque on, each step read back.
  mutating func holdWhereTheyAre(_ deadlineNanoseconds: UInt64) throws(BusError) {
    for joint in 0..<robot.jointCount {
      guard SerialPort.nowNanoseconds < deadlineNanoseconds else { throw .silent }
      do throws(ServoConnectError) {
        try write(joint, "goal_position", try read(joint, "present_position"))
        try write(joint, "torque_enable", 1)
      } catch {
        switch error {
        case .bus(let error): throw error
        case .unchanged: throw .refusedByServo(id: robot[joint: joint].servo.id)
        default: throw .silent
        }
      }
    }
  }

  /// The number of an STS3215.
  private static var model: Int32 { 777 }

  private func name(_ joint: Int) -> String { robot[joint: joint].name.description }

  private static func register(_ name: String) -> ServoRegister {
    guard let register = FeetechTable.register(named: name) else {
      preconditionFailure("a register of the table")
    }
    return register
  }

  private mutating func read(_ joint: Int, _ name: String) throws(ServoConnectError) -> Int32 {
    let register = Self.register(name)
    let data = try ask(
      joint, .read, [UInt8(register.address), UInt8(register.byteCount)],
      byteCount: register.byteCount)
    return register.value(data.reversed().reduce(0) { $0 << 8 | UInt32($1) })
  }

  /// Writes a register and reads it back: the servo does not say no.
  private mutating func write(
    _ joint: Int, _ name: String, _ value: Int32
  ) throws(ServoConnectError) {
    let register = Self.register(name)
    let bits = register.bits(value)
    let data = (0..<register.byteCount).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
    let lock = UInt8(Self.register("lock").address)
    if case .eeprom = register.access { _ = try ask(joint, .write, [lock, 0], byteCount: 0) }
    _ = try ask(joint, .write, [UInt8(register.address)] + data, byteCount: 0)
    if case .eeprom = register.access { _ = try ask(joint, .write, [lock, 1], byteCount: 0) }
    guard try read(joint, name) == value else {
      throw .unchanged(joint: self.name(joint), id: robot[joint: joint].servo.id, register: name)
    }
  }

  /// Makes the servo answer writes, which it does not acknowledge until then.
  private mutating func acknowledgeWrites(_ joint: Int) throws(ServoConnectError) {
    let level = Self.register("response_status_level")
    guard try read(joint, "response_status_level") != 1 else { return }
    let lock = UInt8(Self.register("lock").address)
    for parameters in [[lock, 0], [UInt8(level.address), 1], [lock, 1]] as [[UInt8]] {
      try tell(joint, .write, parameters)
    }
    guard try read(joint, "response_status_level") == 1 else {
      throw .unchanged(
        joint: name(joint), id: robot[joint: joint].servo.id, register: "response_status_level")
    }
  }

  /// One request to one servo, and its data.
  ///
  /// - Parameter byteCount: Data of its answer; others are late answers to something else.
  private mutating func ask(
    _ joint: Int, _ instruction: FeetechInstruction, _ parameters: [UInt8], byteCount: Int
  ) throws(ServoConnectError) -> [UInt8] {
    let id = robot[joint: joint].servo.id
    let damagedBefore = decoder.statistics.badPackets
    for _ in 0..<ServoAnswer.attempts {
      try tell(joint, instruction, parameters)
      let deadline = SerialPort.nowNanoseconds + ServoAnswer.waitNanoseconds
      do throws(BusError) {
        while let packet = try nextAnswer(deadline) {
          guard packet.id == id, packet.parameterByteCount == byteCount else { continue }
          return (0..<byteCount).map(packet.loadUInt8(at:))
        }
      } catch {
        throw .bus(error)
      }
    }
    throw decoder.statistics.badPackets != damagedBefore
      ? .unreadable(joint: name(joint), id: id) : .silent(joint: name(joint), id: id)
  }

  /// Sends a request to one servo and awaits nothing.
  private mutating func tell(
    _ joint: Int, _ instruction: FeetechInstruction, _ parameters: [UInt8]
  ) throws(ServoConnectError) {
    do throws(BusError) {
      try forgetLateAnswers()
      var room = outgoing.mutableSpan
      var writer = FeetechPacketWriter(id: robot[joint: joint].servo.id, instruction, into: &room)
      for parameter in parameters { writer.append(parameter, to: &room) }
      let byteCount = writer.finish(&room)
      try line.send(
        byteCount, of: &room,
        deadlineNanoseconds: SerialPort.nowNanoseconds + ServoAnswer.waitNanoseconds)
    } catch {
      throw .bus(error)
    }
  }
}
