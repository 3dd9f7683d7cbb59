internal import RobotDescription
internal import WireProtocol

/// Finding the servos and making them ready; nothing here is for a tick.
extension FeetechBus {
  /// Looks for every servo and makes it ready, torque off.
  ///
  /// What a servo keeps is set only where it differs. A gain that the register cannot hold, as in a
  /// robot file of Dynamixel servos, leaves the servo's own.
  ///
  /// - Parameter answerNanoseconds: Time for one answer.
  /// - Returns: What was changed, for the user to know.
  /// - Throws: The first servo that is missing, is another model, or does not change.
  public mutating func connect(
    answerNanoseconds: UInt64, now: @escaping () -> UInt64
  ) throws(ServoConnectError) -> [ServoFix] {
    var fixes: [ServoFix] = []
    let link = Link(answerNanoseconds: answerNanoseconds, now: now)
    for joint in 0..<robot.jointCount {
      let model = try read(joint, "model_number", link)
      guard model == Self.model else {
        throw .model(
          joint: name(joint), id: robot[joint: joint].servo.id,
          found: UInt16(truncatingIfNeeded: model), expected: "an STS3215 (777)")
      }
      // Some of these servos hold as soon as they have power.
      _ = try set(joint, "torque_enable", 0, link)
      let gain = Int32(robot[joint: joint].servo.positionGain)
      let wanted: [(String, Int32)] = [
        ("return_delay_time", 0), ("operating_mode", 0), ("response_status_level", 1),
        ("p_coefficient", gain), ("acceleration", 0), ("goal_velocity", 0),
      ]
      for (name, value) in wanted {
        guard let register = FeetechTable.register(named: name),
          (register.lowest...register.highest).contains(value)
        else { continue }
        if let fix = try set(joint, name, value, link) { fixes.append(fix) }
      }
    }
    return fixes
  }

  /// The number of an STS3215.
  private static var model: Int32 { 777 }

  /// How single answers are waited for.
  private struct Link {
    let answerNanoseconds: UInt64
    let now: () -> UInt64
    /// Attempts before a servo counts as silent.
    static let attempts = 3
  }

  private func name(_ joint: Int) -> String { robot[joint: joint].name.description }

  private static func register(_ name: String) -> ServoRegister {
    guard let register = FeetechTable.register(named: name) else {
      preconditionFailure("a register of the table")
    }
    return register
  }

  private mutating func read(
    _ joint: Int, _ name: String, _ link: Link
  ) throws(ServoConnectError) -> Int32 {
    let register = Self.register(name)
    let data = try ask(
      joint, .read, [UInt8(register.address), UInt8(register.byteCount)], link)
    return register.value(data.reversed().reduce(0) { $0 << 8 | UInt32($1) })
  }

  /// Sets a register that has another value, and reads it back: the servo does not say no.
  private mutating func set(
    _ joint: Int, _ name: String, _ value: Int32, _ link: Link
  ) throws(ServoConnectError) -> ServoFix? {
    let register = Self.register(name)
    let found = try read(joint, name, link)
    guard found != value else { return nil }
    let bits = register.bits(value)
    let data = (0..<register.byteCount).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
    let lock = UInt8(Self.register("lock").address)
    if case .eeprom = register.access { _ = try ask(joint, .write, [lock, 0], link) }
    _ = try ask(joint, .write, [UInt8(register.address)] + data, link)
    if case .eeprom = register.access { _ = try ask(joint, .write, [lock, 1], link) }
    guard try read(joint, name, link) == value else {
      throw .unchanged(joint: self.name(joint), id: robot[joint: joint].servo.id, register: name)
    }
    return ServoFix(joint: self.name(joint), register: name, found: found, set: value)
  }

  /// One request to one servo, and its data.
  private mutating func ask(
    _ joint: Int, _ instruction: FeetechInstruction, _ parameters: [UInt8], _ link: Link
  ) throws(ServoConnectError) -> [UInt8] {
    let id = robot[joint: joint].servo.id
    let damagedBefore = decoder.statistics.badPackets
    for _ in 0..<Link.attempts {
      do throws(BusError) {
        try forgetLateAnswers()
        let deadline = link.now() + link.answerNanoseconds
        var room = outgoing.mutableSpan
        var writer = FeetechPacketWriter(id: id, instruction, into: &room)
        for parameter in parameters { writer.append(parameter, to: &room) }
        let byteCount = writer.finish(&room)
        try line.send(byteCount, of: &room, deadlineNanoseconds: deadline)
        while let packet = try nextAnswer(deadline) {
          if packet.id == id { return (0..<packet.parameterByteCount).map(packet.loadUInt8(at:)) }
        }
      } catch {
        throw .bus(error)
      }
    }
    throw decoder.statistics.badPackets != damagedBefore
      ? .unreadable(joint: name(joint), id: id) : .silent(joint: name(joint), id: id)
  }
}
