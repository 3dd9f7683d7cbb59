public import RobotDescription
public import SerialLink
public import WireProtocol

/// A robot of Dynamixel X servos on one line, with an IMU on another.
///
/// One tick makes one exchange: a fast sync read of a block that the servos' indirect addresses
/// gather, and a sync write of the goals. Where a servo does not know fast sync reads, all are read
/// by plain ones. The servos' own watchdog stops them when the host falls silent.
public struct DynamixelBus: DirectServoBus, ~Copyable {
  let robot: Robot
  var link: DynamixelLink
  var kind = DynamixelLink.kind
  var tick = DynamixelLink.kind.tick
  var readings: ServoReadings
  /// The joints in the order in which their servos are read: a silent one moves to the end, because
  /// in a common answer those behind it cannot speak.
  private var order = InlineArray<32, UInt8>(repeating: 0)
  /// True when servos are read by plain sync reads, because one does not know the fast ones.
  var readsPlainly = false
  /// Names that servo.
  var plainSyncRead: LineNote?
  private var imu: ImuStream?

  /// Counts of the watchdog, after whose silence the servos stop.
  ///
  /// Reads feed the watchdog too, so that it begins up to a period after the last goals: at 33 Hz
  /// and faster the servos stop within 100 ms of those.
  private static var watchdogCounts: Int32 { @_noAllocation get { 3 } }
  /// The longest control period, below the watchdog's 60 ms.
  static var periodMaxMicroseconds: UInt32 { 40_000 }
  /// The longest pause within an answer, in nanoseconds: after a longer one a servo is silent.
  static var pauseMaxNanoseconds: UInt64 { @_noAllocation get { 4_000_000 } }

  /// Takes open ports; ``connect(setsUp:)`` comes next.
  ///
  /// - Parameter imu: Without one the samples stay level and at rest: enough to look at servos, not
  ///   to walk.
  public init(port: consuming SerialPort, imu: consuming ImuStream?, robot: Robot) {
    self.robot = robot
    link = DynamixelLink(port: port)
    readings = ServoReadings(jointCount: robot.jointCount)
    self.imu = imu
    for joint in 0..<robot.jointCount { order[joint] = UInt8(joint) }
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

  /// Sets every servo's goal to its present position, switches torque on and then the watchdogs.
  ///
  /// Each step is acknowledged and read back, servo by servo, so that none jumps to an old goal.
  public mutating func arm(
    at pose: JointValues, into sample: inout BusSample, deadlineNanoseconds: UInt64
  ) throws(BusError) {
    try hold(at: pose, deadlineNanoseconds)
    try writeWatchdog(Self.watchdogCounts, deadlineNanoseconds)
    try confirmTorque(isOn: true, deadlineNanoseconds)
    imu?.read(into: &sample, deadlineNanoseconds: deadlineNanoseconds)
    readings.fill(&sample, robot, tick)
  }

  /// Switches tripped watchdogs off and on again, so that the servos take goals.
  @_noAllocation
  public mutating func clearWatchdog(deadlineNanoseconds: UInt64) throws(BusError) {
    try writeWatchdog(0, deadlineNanoseconds)
    try writeWatchdog(Self.watchdogCounts, deadlineNanoseconds)
  }

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
      _ = try readAll(deadlineNanoseconds)
      try readings.requireAllKnown()
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
    var writer = DynamixelPacketWriter(id: Dynamixel.broadcastID, .syncWrite, into: &room)
    writer.append(UInt16(truncatingIfNeeded: register.address), to: &room)
    writer.append(UInt16(truncatingIfNeeded: register.byteCount), to: &room)
    for joint in 0..<robot.jointCount {
      writer.append(robot[joint: joint].servo.id, to: &room)
      writer.append(bits(joint), byteCount: register.byteCount, to: &room)
    }
    let packetByteCount = writer.finish(&room)
    try link.packets.line.send(packetByteCount, of: &room, deadlineNanoseconds: deadlineNanoseconds)
  }

  /// Writes the watchdog of every servo that has one.
  @_noAllocation
  private mutating func writeWatchdog(
    _ counts: Int32, _ deadlineNanoseconds: UInt64
  ) throws(BusError) {
    guard let watchdog = tick.busWatchdog else { return }
    let bits = watchdog.bits(counts)
    try writeAll(watchdog, deadlineNanoseconds) { _ in bits }
  }

  /// Reads the block of all servos.
  ///
  /// - Returns: True when all answered.
  /// - Throws: ``BusError/silent`` when none answered by the deadline.
  @_noAllocation
  private mutating func readAll(_ deadlineNanoseconds: UInt64) throws(BusError) -> Bool {
    readings.begin()
    let answered: Int
    if readsPlainly {
      answered = try readEach(deadlineNanoseconds)
    } else {
      answered = try readTogether(deadlineNanoseconds)
    }
    return try readings.end(answeredCount: answered)
  }

  /// Reads the block of all servos in one answer.
  ///
  /// Servos behind a silent one cannot speak: they are asked again without it, and from then on it
  /// is asked last.
  ///
  /// - Returns: The number of servos that answered.
  @_noAllocation
  private mutating func readTogether(_ deadlineNanoseconds: UInt64) throws(BusError) -> Int {
    let count = robot.jointCount
    let answered = try ask(
      0..<count, beginningBy: firstByteDeadline(deadlineNanoseconds), deadlineNanoseconds)
    if answered == count { return answered }
    let gap = answered
    putLast(gap)
    guard gap < count - 1 else { return answered }
    let others = try ask(
      gap..<(count - 1), beginningBy: deadlineNanoseconds, deadlineNanoseconds)
    return answered + others
  }

  /// Reads the block of the servos at some places of the order.
  ///
  /// - Returns: The number that answered: those before the first silent one.
  @_noAllocation
  private mutating func ask(
    _ places: Range<Int>, beginningBy firstByteNanoseconds: UInt64, _ deadlineNanoseconds: UInt64
  ) throws(BusError) -> Int {
    try link.packets.line.discard()
    link.packets.decoder.forget()
    var room = link.packets.outgoing.mutableSpan
    var writer = DynamixelPacketWriter(id: Dynamixel.broadcastID, .fastSyncRead, into: &room)
    writer.append(UInt16(truncatingIfNeeded: tick.address), to: &room)
    writer.append(UInt16(truncatingIfNeeded: tick.byteCount), to: &room)
    for place in places { writer.append(robot[joint: Int(order[place])].servo.id, to: &room) }
    let packetByteCount = writer.finish(&room)
    try link.packets.line.send(packetByteCount, of: &room, deadlineNanoseconds: deadlineNanoseconds)
    return try awaitAnswers(places, beginningBy: firstByteNanoseconds, deadlineNanoseconds)
  }

  /// Moves the servo at a place of the order to its end.
  @_noAllocation
  private mutating func putLast(_ place: Int) {
    let joint = order[place]
    for index in place..<(robot.jointCount - 1) { order[index] = order[index + 1] }
    order[robot.jointCount - 1] = joint
  }

  /// - Returns: The number of servos that answered: those before the first silent one.
  @_noAllocation
  private mutating func awaitAnswers(
    _ places: Range<Int>, beginningBy firstByteNanoseconds: UInt64, _ deadlineNanoseconds: UInt64
  ) throws(BusError) -> Int {
    var received = 0
    var end = firstByteNanoseconds
    while received < Dynamixel.packetByteCountMax {
      while let byte = link.packets.line.nextByte() {
        received += 1
        link.packets.decoder.push(byte)
        while let packet = link.packets.decoder.nextPacket() {
          var answered = 0
          for place in places {
            let answer = packet.fastAnswer(
              place - places.lowerBound, dataByteCount: tick.byteCount)
            guard let answer, take(answer, joint: Int(order[place])) else { break }
            answered += 1
          }
          if answered > 0 { return answered }
        }
      }
      // The pause between an echo and the answer may be as long as that before an answer.
      if received > 0 {
        end = min(deadlineNanoseconds, link.packets.line.nowNanoseconds + Self.pauseMaxNanoseconds)
      }
      if try link.packets.line.receive(deadlineNanoseconds: end) == 0 { break }
    }
    // A servo is silent: those before it have answered all the same.
    var answered = 0
    while answered < places.count {
      let answer = link.packets.decoder.partialAnswer(answered, dataByteCount: tick.byteCount)
      guard let answer, take(answer, joint: Int(order[places.lowerBound + answered])) else { break }
      answered += 1
    }
    link.packets.decoder.endBurst()
    return answered
  }

  /// Time at which an answer that has not begun is given up, while the servos behind the first can
  /// still be asked without it.
  @_noAllocation
  func firstByteDeadline(_ deadlineNanoseconds: UInt64) -> UInt64 {
    let now = link.packets.line.nowNanoseconds
    guard deadlineNanoseconds > now + 2 * Self.pauseMaxNanoseconds else {
      return deadlineNanoseconds
    }
    return now + (deadlineNanoseconds - now) / 5 * 3
  }

  /// - Returns: True when it is the answer of the joint's servo.
  @_noAllocation
  private mutating func take(_ answer: DynamixelFastAnswer, joint: Int) -> Bool {
    guard answer.id == robot[joint: joint].servo.id, answer.error.hasNoCode else { return false }
    readings.take(answer.data, joint: joint, tick)
    return true
  }

  /// Reads until the torque of all servos is as required: a late answer may tell of an earlier
  /// state.
  ///
  /// Torque off is written again each time, because no servo acknowledges a sync write.
  ///
  /// - Throws: ``BusError/refusedByServo(id:)`` when a servo refuses; ``BusError/silent`` when some
  ///   do not answer.
  @_noAllocation
  private mutating func confirmTorque(
    isOn: Bool, _ deadlineNanoseconds: UInt64
  ) throws(BusError) {
    var refusing: UInt8?
    var attempts = Attempts(until: deadlineNanoseconds)
    while let deadline = attempts.next(now: link.packets.line.nowNanoseconds) {
      if !isOn {
        try writeWatchdog(0, deadline)
        try writeAll(tick.torqueEnable, deadline) { _ in 0 }
      }
      let isWhole: Bool
      do throws(BusError) {
        isWhole = try readAll(deadline)
      } catch {
        guard case .silent = error else { throw error }
        continue
      }
      refusing = nil
      for joint in 0..<robot.jointCount where readings.values[joint].isTorqueOn != isOn {
        refusing = robot[joint: joint].servo.id
      }
      if isWhole && refusing == nil { return }
    }
    throw Attempts.failure(refusing: refusing)
  }
}
