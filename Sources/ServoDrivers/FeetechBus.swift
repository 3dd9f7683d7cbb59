public import RobotDescription
public import SerialLink
public import WireProtocol

/// A robot of Feetech STS servos on one line, with an IMU on another.
///
/// A tick reads position, velocity, load, supply and temperature of all servos, then the torque of
/// one servo, another in each tick, and writes the goals. These servos have no watchdog: when the
/// host falls silent they hold their last goals.
public struct FeetechBus: DirectServoBus, ~Copyable {
  private let robot: Robot
  private var link: FeetechLink
  private var tick = FeetechLink.kind.tick
  private var readings: ServoReadings
  /// The joint whose torque was read last.
  private var asked = 0
  private var imu: ImuStream?

  /// Takes open ports; ``connect(setsUp:)`` comes next.
  ///
  /// - Parameter imu: Without one the samples stay level and at rest: enough to look at servos, not
  ///   to walk.
  public init(port: consuming SerialPort, imu: consuming ImuStream?, robot: Robot) {
    self.robot = robot
    link = FeetechLink(port: port)
    readings = ServoReadings(jointCount: robot.jointCount)
    self.imu = imu
  }

  /// Notes on the line for the user.
  public var notes: [LineNote] { link.echoes ? [.echoes] : [] }

  /// Finds every servo and prepares it for a run, torque off.
  ///
  /// - Parameter setsUp: `false` only checks the settings.
  public mutating func connect(
    setsUp: Bool, fixes: inout [ServoFix]
  ) throws(ServoConnectError) {
    try link.makeReady(robot, setsUp: setsUp, fixes: &fixes)
    tick = link.kind(of: robot[joint: 0].servo.id).tick
  }

  /// Summary of what the IMU has sent; `nil` without one.
  public var imuReport: ImuReport? {
    switch imu {
    case .some(let stream): stream.report
    case .none: nil
    }
  }

  /// Counts of what has gone over the line.
  public var statistics: BusStatistics {
    @_noAllocation get {
      readings.statistics(
        link.packets.decoder.statistics, discardedBytes: link.packets.line.discarded)
    }
  }

  /// Sets every servo's goal to its present position, and switches torque on.
  ///
  /// Each step is read back, servo by servo, so that none jumps to an old goal.
  public mutating func arm(
    at pose: JointValues, into sample: inout BusSample, deadlineNanoseconds: UInt64
  ) throws(BusError) {
    try link.hold(robot, at: pose, by: deadlineNanoseconds)
    try confirmTorque(isOn: true, deadlineNanoseconds)
    var attempts = Attempts(until: deadlineNanoseconds)
    repeat {
      guard let deadline = attempts.next(now: link.packets.line.nowNanoseconds) else {
        throw .silent
      }
      _ = try readBlock(deadline)
    } while !readings.areFresh
    imu?.read(into: &sample, deadlineNanoseconds: deadlineNanoseconds)
    readings.fill(&sample, robot, tick)
  }

  /// Does nothing: these servos have no watchdog.
  @_noAllocation
  public mutating func clearWatchdog(deadlineNanoseconds: UInt64) throws(BusError) {}

  /// Switches torque off.
  @_noAllocation
  public mutating func disarm(deadlineNanoseconds: UInt64) throws(BusError) {
    try confirmTorque(isOn: false, deadlineNanoseconds)
  }

  /// Reads all servos and the IMU; a silent servo keeps its last reading, with its age.
  @_noAllocation
  public mutating func read(
    into sample: inout BusSample, deadlineNanoseconds: UInt64
  ) throws(BusError) {
    do throws(BusError) {
      let isWhole = try readBlock(deadlineNanoseconds)
      try readings.requireAllKnown()
      // On a line with one pair of wires a late answer would meet the goals.
      if isWhole { try readNextTorque(deadlineNanoseconds) }
    } catch {
      readings.count(error)
      throw error
    }
    imu?.read(into: &sample, deadlineNanoseconds: deadlineNanoseconds)
    readings.fill(&sample, robot, tick)
  }

  /// Sends every joint to its target; servos do not answer that.
  @_noAllocation
  public mutating func write(
    _ targets: borrowing JointValues, deadlineNanoseconds: UInt64
  ) throws(BusError) {
    let goal = tick.goalPosition
    var goals = InlineArray<32, UInt32>(repeating: 0)
    for joint in 0..<robot.jointCount {
      let ticks = robot[joint: joint].servo.ticks(radians: targets[joint])
      goals[joint] = goal.bits(goal.clamped(Int32(ticks)))
    }
    try writeAll(goal, deadlineNanoseconds) { goals[$0] }
  }

  // MARK: Exchanges

  /// Writes a register of every servo.
  @_noAllocation
  private mutating func writeAll(
    _ register: ServoRegister, _ deadlineNanoseconds: UInt64, _ bits: (Int) -> UInt32
  ) throws(BusError) {
    var room = link.packets.outgoing.mutableSpan
    var writer = FeetechPacketWriter(id: Feetech.broadcastID, .syncWrite, into: &room)
    writer.append(UInt8(truncatingIfNeeded: register.address), to: &room)
    writer.append(UInt8(truncatingIfNeeded: register.byteCount), to: &room)
    for joint in 0..<robot.jointCount {
      writer.append(robot[joint: joint].servo.id, to: &room)
      writer.append(bits(joint), byteCount: register.byteCount, to: &room)
    }
    let packetByteCount = writer.finish(&room)
    try link.packets.line.send(packetByteCount, of: &room, deadlineNanoseconds: deadlineNanoseconds)
  }

  /// Reads the block of all servos.
  ///
  /// - Returns: True when all answered.
  /// - Throws: ``BusError/silent`` when none answered by the deadline.
  @_noAllocation
  private mutating func readBlock(_ deadlineNanoseconds: UInt64) throws(BusError) -> Bool {
    readings.begin()
    try sendRead(tick.address, tick.byteCount, deadlineNanoseconds)
    var round = ServoRound(readings)
    while round.believed != readings.allJoints {
      guard let packet = try nextPacket(deadlineNanoseconds) else { break }
      guard packet.parameterByteCount == tick.byteCount, let joint = joint(of: packet.id) else {
        continue
      }
      var block = InlineArray<32, UInt8>(repeating: 0)
      for index in 0..<tick.byteCount { block[index] = packet.loadUInt8(at: index) }
      round.take(block, status: packet.errors.rawValue, joint: joint, tick, into: &readings)
    }
    round.end(&readings, jointCount: robot.jointCount)
    return try readings.end(answeredCount: round.believed.nonzeroBitCount)
  }

  /// Reads the torque of all servos until it is as required: a late answer may tell of an earlier
  /// state.
  ///
  /// Torque off is written again each time, because no servo acknowledges a sync write.
  ///
  /// - Throws: ``BusError/refusedByServo(id:)`` when a servo refuses; ``BusError/silent``.
  @_noAllocation
  private mutating func confirmTorque(
    isOn: Bool, _ deadlineNanoseconds: UInt64
  ) throws(BusError) {
    // A bit for each joint.
    var done: UInt32 = 0
    var refusing: UInt8?
    var attempts = Attempts(until: deadlineNanoseconds)
    while let deadline = attempts.next(now: link.packets.line.nowNanoseconds) {
      if !isOn { try writeAll(tick.torqueEnable, deadline) { _ in 0 } }
      try sendRead(tick.torqueEnable.address, tick.torqueEnable.byteCount, deadline)
      while done != readings.allJoints {
        guard let packet = try nextPacket(deadline) else { break }
        guard let joint = joint(of: packet.id), takeTorque(packet, joint) else { continue }
        if readings.values[joint].isTorqueOn == isOn {
          done |= ServoReadings.bit(joint)
        } else {
          done &= ~ServoReadings.bit(joint)
          refusing = packet.id
        }
      }
      if done == readings.allJoints { return }
    }
    throw Attempts.failure(refusing: refusing)
  }

  /// - Returns: True when it is the answer to a read of the torque.
  @_noAllocation
  private mutating func takeTorque(_ packet: borrowing FeetechPacket, _ joint: Int) -> Bool {
    guard packet.parameterByteCount == tick.torqueEnable.byteCount else { return false }
    // Other values are commands of their own.
    readings.take(torque: packet.loadUInt8(at: 0) == 1, joint: joint)
    return true
  }

  /// Reads the torque of one servo, another in each tick; silence changes nothing.
  @_noAllocation
  private mutating func readNextTorque(_ deadlineNanoseconds: UInt64) throws(BusError) {
    asked = (asked + 1) % robot.jointCount
    let id = robot[joint: asked].servo.id
    var room = link.packets.outgoing.mutableSpan
    var writer = FeetechPacketWriter(id: id, .read, into: &room)
    writer.append(UInt8(truncatingIfNeeded: tick.torqueEnable.address), to: &room)
    writer.append(UInt8(truncatingIfNeeded: tick.torqueEnable.byteCount), to: &room)
    let packetByteCount = writer.finish(&room)
    try link.packets.line.send(packetByteCount, of: &room, deadlineNanoseconds: deadlineNanoseconds)
    while let packet = try nextPacket(deadlineNanoseconds) {
      if packet.id == id && takeTorque(packet, asked) { return }
    }
  }

  /// Asks all servos for a part of their memory.
  @_noAllocation
  private mutating func sendRead(
    _ address: Int, _ byteCount: Int, _ deadlineNanoseconds: UInt64
  ) throws(BusError) {
    try link.packets.line.discard()
    link.packets.decoder.forget()
    var room = link.packets.outgoing.mutableSpan
    var writer = FeetechPacketWriter(id: Feetech.broadcastID, .syncRead, into: &room)
    writer.append(UInt8(truncatingIfNeeded: address), to: &room)
    writer.append(UInt8(truncatingIfNeeded: byteCount), to: &room)
    for joint in 0..<robot.jointCount { writer.append(robot[joint: joint].servo.id, to: &room) }
    let packetByteCount = writer.finish(&room)
    try link.packets.line.send(packetByteCount, of: &room, deadlineNanoseconds: deadlineNanoseconds)
  }

  /// The next packet; `nil` at the deadline.
  @_noAllocation
  private mutating func nextPacket(
    _ deadlineNanoseconds: UInt64
  ) throws(BusError) -> FeetechPacket? {
    while true {
      if let packet = link.packets.decoder.nextPacket() { return packet }
      guard let byte = try link.packets.line.byte(by: deadlineNanoseconds) else {
        link.packets.decoder.endBurst()
        return nil
      }
      link.packets.decoder.push(byte)
    }
  }

  @_noAllocation
  private func joint(of id: UInt8) -> Int? {
    for joint in 0..<robot.jointCount where robot[joint: joint].servo.id == id { return joint }
    return nil
  }
}
