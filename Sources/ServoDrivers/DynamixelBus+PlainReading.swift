internal import RobotDescription
internal import WireProtocol

/// Reading servos by a plain sync read, to which each answers by itself.
extension DynamixelBus {
  /// Bytes taken in one reading: a line that brings more is noise without end.
  private static var readingByteCountMax: Int { @_noAllocation get { 4_096 } }

  /// Reads the block of all servos.
  ///
  /// - Returns: How many answered.
  @_noAllocation
  mutating func readEach(_ deadlineNanoseconds: UInt64) throws(BusError) -> Int {
    let all = UInt32.max &>> UInt32(32 - robot.jointCount)
    var missing = try ask(
      all, beginningBy: firstByteDeadline(deadlineNanoseconds), deadlineNanoseconds)
    // Servos that wait for the one before them say nothing when it is silent.
    let others = missing & (missing &- 1)
    if others != 0 {
      let stillMissing = try ask(
        others, beginningBy: deadlineNanoseconds, deadlineNanoseconds)
      missing = missing & ~others | stillMissing
    }
    return robot.jointCount - missing.nonzeroBitCount
  }

  /// Reads the block of some servos.
  ///
  /// - Parameter joints: A bit for each joint.
  /// - Returns: Those that have not answered.
  @_noAllocation
  private mutating func ask(
    _ joints: UInt32, beginningBy firstByteNanoseconds: UInt64, _ deadlineNanoseconds: UInt64
  ) throws(BusError) -> UInt32 {
    try link.packets.line.discard()
    link.packets.decoder.forget()
    var room = link.packets.outgoing.mutableSpan
    var writer = DynamixelPacketWriter(id: Dynamixel.broadcastID, .syncRead, into: &room)
    writer.append(UInt16(truncatingIfNeeded: Self.blockAddress), to: &room)
    writer.append(UInt16(truncatingIfNeeded: Self.blockByteCount), to: &room)
    for joint in 0..<robot.jointCount where joints & Self.bit(joint) != 0 {
      writer.append(robot[joint: joint].servo.id, to: &room)
    }
    let packetByteCount = writer.finish(&room)
    try link.packets.line.send(packetByteCount, of: &room, deadlineNanoseconds: deadlineNanoseconds)
    return try awaitAnswers(joints, beginningBy: firstByteNanoseconds, deadlineNanoseconds)
  }

  /// Takes the servos' answers in.
  ///
  /// Two by one number that differ are believed neither: one bears a wrong number. Nor is the first one
  /// after a gap, which may be the missing servo's: its servo is asked again.
  ///
  /// - Returns: Those that have not answered, or are not believed.
  @_noAllocation
  private mutating func awaitAnswers(
    _ joints: UInt32, beginningBy firstByteNanoseconds: UInt64, _ deadlineNanoseconds: UInt64
  ) throws(BusError) -> UInt32 {
    let (readingsBefore, agesBefore) = (readings, ages)
    var answered: UInt32 = 0
    var doubtful: UInt32 = 0
    var receivedCount = 0
    var end = firstByteNanoseconds
    while joints & ~answered != 0 && receivedCount < Self.readingByteCountMax {
      while let byte = link.packets.line.nextByte() {
        receivedCount += 1
        link.packets.decoder.push(byte)
        while let packet = link.packets.decoder.nextPacket() {
          guard let joint = joint(answering: packet), joints & Self.bit(joint) != 0 else {
            continue
          }
          let before = readings[joint]
          take(Self.block(of: packet), joint: joint)
          let isSecond = answered & Self.bit(joint) != 0
          if isSecond && !before.agrees(with: readings[joint]) { doubtful |= Self.bit(joint) }
          answered |= Self.bit(joint)
        }
      }
      if joints & ~answered == 0 { break }
      if receivedCount > 0 {
        end = min(deadlineNanoseconds, link.packets.line.nowNanoseconds + Self.pauseMaxNanoseconds)
      }
      if try link.packets.line.receive(deadlineNanoseconds: end) == 0 { break }
    }
    link.packets.decoder.endBurst()
    var isAfterGap = false
    for joint in 0..<robot.jointCount where joints & Self.bit(joint) != 0 {
      if isAfterGap { doubtful |= Self.bit(joint) }
      isAfterGap = answered & Self.bit(joint) == 0
    }
    for joint in 0..<robot.jointCount where doubtful & Self.bit(joint) != 0 {
      readings[joint] = readingsBefore[joint]
      ages[joint] = agesBefore[joint]
    }
    return joints & ~answered | joints & doubtful
  }

  /// The joint whose servo has sent its block; `nil` for other packets.
  @_noAllocation
  private func joint(answering packet: borrowing DynamixelPacket) -> Int? {
    let (code, isAnswer) = (packet.loadUInt8(at: 0) & 0x7F, packet.parameterByteCount > 0)
    guard isAnswer, packet.instructionCode == DynamixelInstruction.status.code, code == 0,
      packet.parameterByteCount == 1 + Self.blockByteCount
    else { return nil }
    for joint in 0..<robot.jointCount where robot[joint: joint].servo.id == packet.id {
      return joint
    }
    return nil
  }

  /// The data of an answer, behind its error.
  @_noAllocation
  private static func block(of packet: borrowing DynamixelPacket) -> InlineArray<32, UInt8> {
    var block = InlineArray<32, UInt8>(repeating: 0)
    for index in 0..<blockByteCount { block[index] = packet.loadUInt8(at: 1 + index) }
    return block
  }

  @_noAllocation
  private static func bit(_ joint: Int) -> UInt32 { UInt32(1) &<< UInt32(joint) }
}
