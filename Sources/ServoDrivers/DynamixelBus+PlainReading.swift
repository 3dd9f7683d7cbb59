internal import RobotDescription
internal import WireProtocol

/// Reading servos by a plain sync read, to which each answers by itself.
extension DynamixelBus {
  /// Bytes received in one read: a line that brings more is noise without end.
  private static var readingByteCountMax: Int { @_noAllocation get { 4_096 } }

  /// Reads the block of all servos.
  ///
  /// - Returns: The number of servos that answered.
  @_noAllocation
  mutating func readEach(_ deadlineNanoseconds: UInt64) throws(BusError) -> Int {
    var missing = try ask(
      readings.allJoints, beginningBy: firstByteDeadline(deadlineNanoseconds), deadlineNanoseconds)
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
    writer.append(UInt16(truncatingIfNeeded: tick.address), to: &room)
    writer.append(UInt16(truncatingIfNeeded: tick.byteCount), to: &room)
    for joint in 0..<robot.jointCount where joints & ServoReadings.bit(joint) != 0 {
      writer.append(robot[joint: joint].servo.id, to: &room)
    }
    let packetByteCount = writer.finish(&room)
    try link.packets.line.send(packetByteCount, of: &room, deadlineNanoseconds: deadlineNanoseconds)
    return try awaitAnswers(joints, beginningBy: firstByteNanoseconds, deadlineNanoseconds)
  }

  /// Receives the servos' answers.
  ///
  /// The first answer after a gap may be the silent servo's, so that it is not believed: its servo
  /// is asked again.
  ///
  /// - Returns: Those that have not answered, or are not believed.
  @_noAllocation
  private mutating func awaitAnswers(
    _ joints: UInt32, beginningBy firstByteNanoseconds: UInt64, _ deadlineNanoseconds: UInt64
  ) throws(BusError) -> UInt32 {
    var round = ServoRound(readings)
    var receivedCount = 0
    var end = firstByteNanoseconds
    while joints & ~round.answered != 0 && receivedCount < Self.readingByteCountMax {
      while let byte = link.packets.line.nextByte() {
        receivedCount += 1
        link.packets.decoder.push(byte)
        while let packet = link.packets.decoder.nextPacket() {
          guard let joint = joint(answering: packet), joints & ServoReadings.bit(joint) != 0 else {
            continue
          }
          round.take(block(of: packet), joint: joint, tick, into: &readings)
        }
      }
      if joints & ~round.answered == 0 { break }
      if receivedCount > 0 {
        end = min(deadlineNanoseconds, link.packets.line.nowNanoseconds + Self.pauseMaxNanoseconds)
      }
      if try link.packets.line.receive(deadlineNanoseconds: end) == 0 { break }
    }
    link.packets.decoder.endBurst()
    var isAfterGap = false
    for joint in 0..<robot.jointCount where joints & ServoReadings.bit(joint) != 0 {
      if isAfterGap { round.doubt(joint) }
      isAfterGap = round.answered & ServoReadings.bit(joint) == 0
    }
    round.end(&readings, jointCount: robot.jointCount)
    return joints & ~round.believed
  }

  /// The joint whose servo has sent its block; `nil` for other packets.
  @_noAllocation
  private func joint(answering packet: borrowing DynamixelPacket) -> Int? {
    guard packet.instructionCode == DynamixelInstruction.status.code,
      packet.parameterByteCount == 1 + tick.byteCount,
      DynamixelResult(byte: packet.loadUInt8(at: 0)).hasNoCode
    else { return nil }
    for joint in 0..<robot.jointCount where robot[joint: joint].servo.id == packet.id {
      return joint
    }
    return nil
  }

  /// The data of an answer, behind its error.
  @_noAllocation
  private func block(of packet: borrowing DynamixelPacket) -> InlineArray<32, UInt8> {
    var block = InlineArray<32, UInt8>(repeating: 0)
    for index in 0..<tick.byteCount { block[index] = packet.loadUInt8(at: 1 + index) }
    return block
  }
}
