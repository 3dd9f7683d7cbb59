public import RobotDescription
public import SerialLink
internal import WireProtocol

/// A robot of Feetech STS servos on one line, with a motion sensor on another.
///
/// A tick reads position, velocity, load, supply and heat of all servos, asks one of them after the
/// other whether it still holds, and writes the goals. These servos have no watchdog: when the host
/// falls silent they hold their last goals.
public struct FeetechBus: ServoLineBus, ~Copyable {
  let robot: Robot
  var link: FeetechLink
  /// For each servo, readings since it answered last; the most when it never did.
  private var ages = InlineArray<32, UInt8>(repeating: .max)
  private var readings = InlineArray<32, Reading>(repeating: Reading())
  private var counts = BusStatistics()
  /// The joint that is asked next whether it holds.
  private var asked = 0
  private var imu: ImuStream?

  /// What one servo said last.
  private struct Reading {
    var positionTicks: Int32 = 0
    var ticksPerSecond: Int32 = 0
    var isTorqueOn = false
    var errors = ServoErrors.none
    var supplyDecivolts: UInt8 = 0
    var celsius: UInt8 = 0

    /// Whether another says the same of what is read in common.
    @_noAllocation
    func agrees(with other: Reading) -> Bool {
      positionTicks == other.positionTicks && ticksPerSecond == other.ticksPerSecond
        && supplyDecivolts == other.supplyDecivolts && celsius == other.celsius
    }
  }

  /// Takes open ports; ``connect(setsUp:)`` comes next.
  ///
  /// - Parameter imu: Without a motion sensor samples stay level and at rest: enough to look at
  ///   servos, not to walk.
  public init(port: consuming SerialPort, imu: consuming ImuStream?, robot: Robot) {
    self.robot = robot
    link = FeetechLink(port: port)
    self.imu = imu
  }

  /// What has come from the IMU.
  public var imuReport: ImuReport? {
    switch imu {
    case .some(let stream): stream.report
    case .none: nil
    }
  }

  /// What has gone over the line so far.
  public var statistics: BusStatistics {
    @_noAllocation
    get {
      var statistics = counts
      statistics.frames = link.packets.decoder.statistics.packets
      statistics.discardedBytes = link.packets.line.discarded
      statistics.checksumErrors = link.packets.decoder.statistics.checksumErrors
      return statistics
    }
  }

  /// Sends every servo to where it is, and switches torque on.
  ///
  /// Each step is read back, servo by servo: none is to jump to an old goal.
  public mutating func arm(
    at pose: JointValues, into sample: inout BusSample, deadlineNanoseconds: UInt64
  ) throws(BusError) {
    try link.hold(robot, at: pose, by: deadlineNanoseconds)
    try require(torque: true, deadlineNanoseconds)
    for attempt in 0..<Attempts.count {
      _ = try readBlock(
        Attempts.deadline(
          of: attempt, deadlineNanoseconds, now: link.packets.line.nowNanoseconds))
      var oldest: UInt8 = 0
      for joint in 0..<robot.jointCount { oldest = max(oldest, ages[joint]) }
      if oldest == 0 { break }
      if attempt == Attempts.count - 1 { throw .silent }
    }
    imu?.read(into: &sample, deadlineNanoseconds: deadlineNanoseconds)
    fill(&sample)
  }

  /// Nothing: these servos have no watchdog.
  @_noAllocation
  public mutating func clearWatchdog(deadlineNanoseconds: UInt64) throws(BusError) {}

  /// Switches torque off.
  @_noAllocation
  public mutating func disarm(deadlineNanoseconds: UInt64) throws(BusError) {
    try require(torque: false, deadlineNanoseconds)
  }

  /// Reads all servos and the motion sensor; what a silent servo said last is kept, with its age.
  @_noAllocation
  public mutating func read(
    into sample: inout BusSample, deadlineNanoseconds: UInt64
  ) throws(BusError) {
    do throws(BusError) {
      let isWhole = try readBlock(deadlineNanoseconds)
      for joint in 0..<robot.jointCount where ages[joint] == .max { throw .silent }
      // On a line with one pair of wires its answer must not meet the goals.
      if isWhole { try askWhetherItHolds(deadlineNanoseconds) }
    } catch {
      if case .silent = error { counts.missedReplies &+= 1 }
      throw error
    }
    imu?.read(into: &sample, deadlineNanoseconds: deadlineNanoseconds)
    fill(&sample)
  }

  /// Turns what the servos said last into SI units.
  @_noAllocation
  private func fill(_ sample: inout BusSample) {
    sample.isTorqueOn = true
    sample.hasServoError = false
    sample.hottestServoCelsius = 0
    var decivolts = UInt8.max
    for joint in 0..<robot.jointCount {
      let servo = robot[joint: joint].servo
      let reading = readings[joint]
      sample.robot.jointAngles[joint] = servo.radians(
        ticks: Int16(truncatingIfNeeded: reading.positionTicks))
      sample.robot.jointVelocities[joint] = servo.radiansPerSecond(
        ticksPerSecond: reading.ticksPerSecond)
      sample.isTorqueOn = sample.isTorqueOn && reading.isTorqueOn
      sample.hasServoError = sample.hasServoError || !reading.errors.isEmpty
      sample.servoErrors[joint] = reading.errors
      sample.servoCelsius[joint] = reading.celsius
      sample.jointAges[joint] = ages[joint]
      sample.hottestServoCelsius = max(sample.hottestServoCelsius, reading.celsius)
      decivolts = min(decivolts, reading.supplyDecivolts)
    }
    sample.supplyMillivolts = UInt16(decivolts) * 100
  }

  /// Sends every joint to its target; servos do not answer that.
  @_noAllocation
  public mutating func write(
    _ targets: borrowing JointValues, deadlineNanoseconds: UInt64
  ) throws(BusError) {
    var goals = InlineArray<32, UInt16>(repeating: 0)
    for joint in 0..<robot.jointCount {
      goals[joint] = Self.signBit(
        Int32(robot[joint: joint].servo.ticks(radians: targets[joint])))
    }
    try writeAll(Register.goalPosition, byteCount: 2, deadlineNanoseconds) { goals[$0] }
  }

  // MARK: Exchanges

  /// Writes a number to a register of every servo.
  @_noAllocation
  private mutating func writeAll(
    _ address: UInt8, byteCount: Int, _ deadlineNanoseconds: UInt64, _ value: (Int) -> UInt16
  ) throws(BusError) {
    var room = link.packets.outgoing.mutableSpan
    var writer = FeetechPacketWriter(id: Feetech.broadcastID, .syncWrite, into: &room)
    writer.append(address, to: &room)
    writer.append(UInt8(truncatingIfNeeded: byteCount), to: &room)
    for joint in 0..<robot.jointCount {
      writer.append(robot[joint: joint].servo.id, to: &room)
      let value = value(joint)
      writer.append(UInt8(truncatingIfNeeded: value), to: &room)
      if byteCount == 2 { writer.append(UInt8(truncatingIfNeeded: value &>> 8), to: &room) }
    }
    let packetByteCount = writer.finish(&room)
    try link.packets.line.send(packetByteCount, of: &room, deadlineNanoseconds: deadlineNanoseconds)
  }

  /// Reads what a tick needs of all servos.
  ///
  /// Two answers by one number that differ are believed neither: one bears a wrong number.
  ///
  /// - Returns: Whether all answered.
  /// - Throws: ``BusError/silent`` when none answered by the deadline.
  @_noAllocation
  private mutating func readBlock(_ deadlineNanoseconds: UInt64) throws(BusError) -> Bool {
    let before = readings
    for joint in 0..<robot.jointCount where ages[joint] < .max { ages[joint] += 1 }
    let agesBefore = ages
    try sendRead(Register.presentPosition, byteCount: 8, deadlineNanoseconds)
    // One bit for each joint.
    var answered: UInt32 = 0
    var doubtful: UInt32 = 0
    while answered & ~doubtful != allJoints {
      guard let packet = try nextPacket(deadlineNanoseconds) else { break }
      guard packet.parameterByteCount == 8, let joint = joint(of: packet.id) else { continue }
      var reading = readings[joint]
      reading.positionTicks = Self.value(packet.loadUInt16(at: 0))
      reading.ticksPerSecond = Self.value(packet.loadUInt16(at: 2))
      reading.supplyDecivolts = packet.loadUInt8(at: 6)
      reading.celsius = packet.loadUInt8(at: 7)
      reading.errors = ServoErrors(feetech: packet.errors.rawValue)
      let bit = UInt32(1) &<< UInt32(joint)
      if answered & bit != 0 && !reading.agrees(with: readings[joint]) { doubtful |= bit }
      answered |= bit
      readings[joint] = reading
      ages[joint] = 0
    }
    for joint in 0..<robot.jointCount where doubtful & (UInt32(1) &<< UInt32(joint)) != 0 {
      readings[joint] = before[joint]
      ages[joint] = agesBefore[joint]
    }
    for joint in 0..<robot.jointCount where ages[joint] > 0 { counts.missedByJoint[joint] &+= 1 }
    if answered & ~doubtful == 0 { throw .silent }
    if answered & ~doubtful == allJoints { return true }
    counts.partialReplies &+= 1
    return false
  }

  /// A bit for each joint.
  private var allJoints: UInt32 {
    @_noAllocation
    get { UInt32.max &>> UInt32(32 - robot.jointCount) }
  }

  /// Reads the torque of all servos until all are as asked for: a late answer may say what was.
  ///
  /// To switch it off it is written anew each time, since nobody acknowledges a sync write.
  ///
  /// - Throws: ``BusError/refusedByServo(id:)`` when one is not; ``BusError/silent``.
  @_noAllocation
  private mutating func require(
    torque isOn: Bool, _ deadlineNanoseconds: UInt64
  ) throws(BusError) {
    // One bit for each joint.
    var asAsked: UInt32 = 0
    var refusing: UInt8?
    for attempt in 0..<Attempts.count {
      let deadline = Attempts.deadline(
        of: attempt, deadlineNanoseconds, now: link.packets.line.nowNanoseconds)
      if !isOn { try writeAll(Register.torque, byteCount: 1, deadline) { _ in 0 } }
      try sendRead(Register.torque, byteCount: 1, deadline)
      while asAsked != allJoints {
        guard let packet = try nextPacket(deadline) else { break }
        guard packet.parameterByteCount == 1, let joint = joint(of: packet.id) else { continue }
        readings[joint].isTorqueOn = packet.loadUInt8(at: 0) == 1
        let bit = UInt32(1) &<< UInt32(joint)
        if readings[joint].isTorqueOn == isOn {
          asAsked |= bit
        } else {
          asAsked &= ~bit
          refusing = packet.id
        }
      }
      if asAsked == allJoints { return }
    }
    if let refusing { throw .refusedByServo(id: refusing) }
    throw .silent
  }

  /// Asks one servo, another each tick, whether its torque is on; silence changes nothing.
  @_noAllocation
  private mutating func askWhetherItHolds(_ deadlineNanoseconds: UInt64) throws(BusError) {
    asked = (asked + 1) % robot.jointCount
    let id = robot[joint: asked].servo.id
    var room = link.packets.outgoing.mutableSpan
    var writer = FeetechPacketWriter(id: id, .read, into: &room)
    writer.append(Register.torque, to: &room)
    writer.append(UInt8(1), to: &room)
    let packetByteCount = writer.finish(&room)
    try link.packets.line.send(packetByteCount, of: &room, deadlineNanoseconds: deadlineNanoseconds)
    while let packet = try nextPacket(deadlineNanoseconds) {
      guard packet.id == id, packet.parameterByteCount == 1 else { continue }
      readings[asked].isTorqueOn = packet.loadUInt8(at: 0) == 1
      return
    }
  }

  /// Asks all servos for a part of their memory.
  @_noAllocation
  private mutating func sendRead(
    _ address: UInt8, byteCount: UInt8, _ deadlineNanoseconds: UInt64
  ) throws(BusError) {
    try link.packets.line.discard()
    link.packets.decoder.forget()
    var room = link.packets.outgoing.mutableSpan
    var writer = FeetechPacketWriter(id: Feetech.broadcastID, .syncRead, into: &room)
    writer.append(address, to: &room)
    writer.append(byteCount, to: &room)
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

  /// The number of a field whose highest bit is its sign.
  @_noAllocation
  private static func value(_ bits: UInt16) -> Int32 {
    let magnitude = Int32(bits & 0x7FFF)
    return bits & 0x8000 == 0 ? magnitude : -magnitude
  }

  /// The field of a number, whose highest bit is its sign.
  @_noAllocation
  private static func signBit(_ value: Int32) -> UInt16 {
    let magnitude = UInt16(truncatingIfNeeded: min(value.magnitude, 0x7FFF))
    return value < 0 ? magnitude | 0x8000 : magnitude
  }

  /// Addresses of the registers that a tick uses.
  private enum Register {
    static var torque: UInt8 {
      @_noAllocation
      get { 40 }
    }
    static var goalPosition: UInt8 {
      @_noAllocation
      get { 42 }
    }
    static var presentPosition: UInt8 {
      @_noAllocation
      get { 56 }
    }
  }
}
