internal import RobotDescription
internal import WireProtocol

/// Finding the servos and making them ready; nothing here is for a tick.
extension DynamixelBus {
  /// Looks for every servo and makes it ready, torque off.
  ///
  /// Gains, modes and limits are set only where they differ.
  ///
  /// - Parameter answerNanoseconds: Time for one answer.
  /// - Returns: What was changed, for the user to know.
  /// - Throws: The first servo that is missing, is another model, or refuses.
  public mutating func connect(
    answerNanoseconds: UInt64, now: @escaping () -> UInt64
  ) throws(ServoConnectError) -> [ServoFix] {
    var fixes: [ServoFix] = []
    var link = Link(answerNanoseconds: answerNanoseconds, now: now)
    for joint in 0..<robot.jointCount {
      try identify(joint, &link)
      // What is kept can be changed only without torque.
      _ = try set(joint, "torque_enable", 0, &link)
      let wanted: [(String, Int32)] = [
        ("return_delay_time", 0), ("operating_mode", 3), ("status_return_level", 2),
        ("position_p_gain", Int32(robot[joint: joint].servo.positionGain)), ("bus_watchdog", 0),
      ]
      for (name, value) in wanted {
        if let fix = try set(joint, name, value, &link) { fixes.append(fix) }
      }
      try gatherBlock(joint, &link)
    }
    return fixes
  }

  /// How single answers are waited for.
  private struct Link {
    let answerNanoseconds: UInt64
    let now: () -> UInt64
    /// Attempts before a servo counts as silent.
    static let attempts = 3
  }

  private func name(_ joint: Int) -> String { robot[joint: joint].name.description }

  private mutating func identify(_ joint: Int, _ link: inout Link) throws(ServoConnectError) {
    let data = try ask(joint, .ping, [], &link)
    guard data.count == 3 else {
      throw .unreadable(joint: name(joint), id: robot[joint: joint].servo.id)
    }
    let model = UInt16(data[0]) | UInt16(data[1]) << 8
    guard DynamixelModel(rawValue: model) != nil else {
      throw .model(
        joint: name(joint), id: robot[joint: joint].servo.id, found: model,
        expected: "an XL330 (1200 or 1190)")
    }
  }

  /// Sets a register that has another value.
  private mutating func set(
    _ joint: Int, _ register: String, _ value: Int32, _ link: inout Link
  ) throws(ServoConnectError) -> ServoFix? {
    guard let register = DynamixelTable.register(named: register) else {
      preconditionFailure("a register of the table")
    }
    let found = register.value(
      Self.bits(
        try ask(
          joint, .read, Self.words(register.address, register.byteCount), &link)))
    guard found != value else { return nil }
    let bits = register.bits(value)
    let data = (0..<register.byteCount).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
    _ = try ask(joint, .write, Self.words(register.address) + data, &link)
    return ServoFix(
      joint: name(joint), register: "\(register.name)", found: found, set: value)
  }

  /// Brings what a tick reads together behind the servo's indirect addresses.
  private mutating func gatherBlock(_ joint: Int, _ link: inout Link) throws(ServoConnectError) {
    var data: [UInt8] = []
    for part in Self.blockParts {
      for address in part.address..<(part.address + part.byteCount) { data += Self.words(address) }
    }
    _ = try ask(joint, .write, Self.words(168) + data, &link)
  }

  /// One request to one servo, and its data.
  private mutating func ask(
    _ joint: Int, _ instruction: DynamixelInstruction, _ parameters: [UInt8], _ link: inout Link
  ) throws(ServoConnectError) -> [UInt8] {
    let id = robot[joint: joint].servo.id
    var errorsBefore = decoder.statistics.checksumErrors
    for _ in 0..<Link.attempts {
      errorsBefore = decoder.statistics.checksumErrors
      do {
        if let (code, data) = try exchange(id, instruction, parameters, link) {
          guard code == 0 else {
            throw ServoConnectError.refused(
              joint: name(joint), id: id, instruction: instruction.code, code: code)
          }
          return data
        }
      } catch let error as ServoConnectError {
        throw error
      } catch {
        throw .bus(error as? BusError ?? .malformedReply)
      }
    }
    throw decoder.statistics.checksumErrors != errorsBefore
      ? .unreadable(joint: name(joint), id: id) : .silent(joint: name(joint), id: id)
  }

  /// - Returns: The error and the data of the answer; `nil` when none came.
  private mutating func exchange(
    _ id: UInt8, _ instruction: DynamixelInstruction, _ parameters: [UInt8], _ link: Link
  ) throws -> (code: UInt8, data: [UInt8])? {
    _ = try line.discard()
    decoder.endBurst()
    while decoder.nextPacket() != nil {}
    let deadline = link.now() + link.answerNanoseconds
    var room = outgoing.mutableSpan
    var writer = DynamixelPacketWriter(id: id, instruction, into: &room)
    for parameter in parameters { writer.append(parameter, to: &room) }
    let byteCount = writer.finish(&room)
    try line.send(byteCount, of: &room, deadlineNanoseconds: deadline)
    while try line.receive(deadlineNanoseconds: deadline) > 0 {
      while let byte = line.nextByte() {
        decoder.push(byte)
        while let packet = decoder.nextPacket() {
          guard packet.id == id, let status = try? packet.status() else { continue }
          let data = (0..<status.dataByteCount).map { packet.loadUInt8(at: status.dataOffset + $0) }
          return (status.error.byte & 0x7F, data)
        }
      }
    }
    return nil
  }

  /// Numbers of two bytes, as they stand in a packet.
  private static func words(_ numbers: Int...) -> [UInt8] {
    numbers.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
  }

  private static func bits(_ bytes: [UInt8]) -> UInt32 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }
}

/// The Dynamixel X servos whose memory is laid out as the driver needs it.
enum DynamixelModel: UInt16 {
  case xl330M288 = 1200
  case xl330M077 = 1190
}
