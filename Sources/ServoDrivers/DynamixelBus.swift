public import RobotDescription
public import SerialLink
internal import WireProtocol

/// A robot of Dynamixel X servos on one line, with a motion sensor on another.
///
/// One exchange a tick: a fast sync read of all that a tick needs to know, which the servos' indirect
/// addresses bring together, and a sync write of the goals. Where a servo does not know fast sync reads,
/// it is a plain one. The servos' own watchdog holds them when the host falls silent.
public struct DynamixelBus: ServoLineBus, ~Copyable {
  let robot: Robot
  var link: DynamixelLink
  /// For each servo, readings since it answered last; the most when it never did.
  var ages = InlineArray<32, UInt8>(repeating: .max)
  /// The joints in the order in which their servos are asked: one that is silent comes to the end,
  /// since in a common answer those after it cannot speak.
  private var order = InlineArray<32, UInt8>(repeating: 0)
  var readings = InlineArray<32, Reading>(repeating: Reading())
  /// Whether servos are read by plain sync reads, since one does not know the fast ones.
  var readsPlainly = false
  /// Names that servo.
  var plainSyncRead: LineNote?
  private var counts = BusStatistics()
  private var imu: ImuStream?

  /// What one servo said last.
  struct Reading {
    var positionTicks: Int32 = 0
    var velocityCounts: Int32 = 0
    var isTorqueOn = false
    var hasWatchdogTripped = false
    var errors = ServoErrors.none
    var supplyDecivolts: UInt16 = 0
    var celsius: UInt8 = 0

    /// Whether another says the same of how it moves.
    @_noAllocation
    func agrees(with other: Reading) -> Bool {
      positionTicks == other.positionTicks && velocityCounts == other.velocityCounts
        && supplyDecivolts == other.supplyDecivolts && celsius == other.celsius
    }
  }

  /// Where the block that is read each tick begins: the first of the indirect data.
  static var blockAddress: Int {
    @_noAllocation
    get { 208 }
  }
  /// Where the indirect addresses begin.
  static var indirectAddress: Int { 168 }
  /// What the block is made of: position, velocity, current, torque, watchdog, errors, heat, supply.
  static var blockParts: [(address: Int, byteCount: Int)] {
    [(132, 4), (128, 4), (126, 2), (64, 1), (98, 1), (70, 1), (146, 1), (144, 2)]
  }
  static var blockByteCount: Int {
    @_noAllocation
    get { 16 }
  }
  /// Silence after which the servos hold, in 20 ms.
  ///
  /// Reads feed the watchdog too, so that it begins up to a period after the last goals: at 33 Hz and
  /// faster the servos hold within 100 ms of those.
  static var watchdogCounts: UInt32 {
    @_noAllocation
    get { 3 }
  }
  /// The longest control period: the watchdog outlasts it by far.
  static var periodMaxMicroseconds: UInt32 { 40_000 }
  /// The most servos whose common answer fits into a packet.
  static var servosMax: Int { (Dynamixel.packetByteCountMax - 8) / (blockByteCount + 4) }

  /// Takes open ports; ``connect(setsUp:)`` comes next.
  ///
  /// - Parameter imu: Without a motion sensor samples stay level and at rest: enough to look at
  ///   servos, not to walk.
  public init(port: consuming SerialPort, imu: consuming ImuStream?, robot: Robot) {
    self.robot = robot
    link = DynamixelLink(port: port)
    self.imu = imu
    for joint in 0..<robot.jointCount { order[joint] = UInt8(joint) }
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

  /// Sends every servo to where it is, switches torque on and then the watchdogs.
  ///
  /// Each step is acknowledged and read back, servo by servo: none is to jump to an old goal.
  public mutating func arm(
    at pose: JointValues, into sample: inout BusSample, deadlineNanoseconds: UInt64
  ) throws(BusError) {
    try hold(at: pose, deadlineNanoseconds)
    try writeAll(Register.watchdog, byteCount: 1, deadlineNanoseconds) { _ in Self.watchdogCounts }
    try require(torque: true, deadlineNanoseconds)
    imu?.read(into: &sample, deadlineNanoseconds: deadlineNanoseconds)
    fill(&sample)
  }

  /// Switches watchdogs that hold off and on again, which makes goals writable.
  @_noAllocation
  public mutating func clearWatchdog(deadlineNanoseconds: UInt64) throws(BusError) {
    try writeAll(Register.watchdog, byteCount: 1, deadlineNanoseconds) { _ in 0 }
    try writeAll(Register.watchdog, byteCount: 1, deadlineNanoseconds) { _ in Self.watchdogCounts }
  }

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
      _ = try readAll(deadlineNanoseconds)
      for joint in 0..<robot.jointCount where ages[joint] == .max { throw .silent }
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
    sample.hasWatchdogTripped = false
    sample.hasServoError = false
    sample.hottestServoCelsius = 0
    var decivolts = UInt16.max
    for joint in 0..<robot.jointCount {
      let servo = robot[joint: joint].servo
      let reading = readings[joint]
      sample.robot.jointAngles[joint] = servo.radians(
        ticks: Int16(truncatingIfNeeded: max(-32_768, min(32_767, reading.positionTicks))))
      let rate = Float(Int(reading.velocityCounts)) * Self.radiansPerSecondPerCount
      sample.robot.jointVelocities[joint] = servo.isReversed ? -rate : rate
      sample.isTorqueOn = sample.isTorqueOn && reading.isTorqueOn
      sample.hasWatchdogTripped = sample.hasWatchdogTripped || reading.hasWatchdogTripped
      sample.hasServoError = sample.hasServoError || !reading.errors.isEmpty
      sample.servoErrors[joint] = reading.errors
      sample.servoCelsius[joint] = reading.celsius
      sample.jointAges[joint] = ages[joint]
      sample.hottestServoCelsius = max(sample.hottestServoCelsius, reading.celsius)
      decivolts = min(decivolts, reading.supplyDecivolts)
    }
    sample.supplyMillivolts = min(decivolts, 655) * 100
  }

  /// Sends every joint to its target; servos do not answer that.
  @_noAllocation
  public mutating func write(
    _ targets: borrowing JointValues, deadlineNanoseconds: UInt64
  ) throws(BusError) {
    var goals = InlineArray<32, UInt32>(repeating: 0)
    for joint in 0..<robot.jointCount {
      let ticks = robot[joint: joint].servo.ticks(radians: targets[joint])
      goals[joint] = UInt32(bitPattern: Int32(ticks))
    }
    try writeAll(Register.goalPosition, byteCount: 4, deadlineNanoseconds) { goals[$0] }
  }

  // MARK: Exchanges

  /// Writes a number to a register of every servo.
  @_noAllocation
  private mutating func writeAll(
    _ address: Int, byteCount: Int, _ deadlineNanoseconds: UInt64, _ value: (Int) -> UInt32
  ) throws(BusError) {
    var room = link.packets.outgoing.mutableSpan
    var writer = DynamixelPacketWriter(id: Dynamixel.broadcastID, .syncWrite, into: &room)
    writer.append(UInt16(truncatingIfNeeded: address), to: &room)
    writer.append(UInt16(truncatingIfNeeded: byteCount), to: &room)
    for joint in 0..<robot.jointCount {
      writer.append(robot[joint: joint].servo.id, to: &room)
      let value = value(joint)
      for byte in 0..<byteCount {
        writer.append(UInt8(truncatingIfNeeded: value &>> UInt32(8 * byte)), to: &room)
      }
    }
    let packetByteCount = writer.finish(&room)
    try link.packets.line.send(packetByteCount, of: &room, deadlineNanoseconds: deadlineNanoseconds)
  }

  /// Reads the block of all servos.
  ///
  /// - Returns: Whether all answered.
  /// - Throws: ``BusError/silent`` when none answered by the deadline.
  @_noAllocation
  private mutating func readAll(_ deadlineNanoseconds: UInt64) throws(BusError) -> Bool {
    let count = robot.jointCount
    for joint in 0..<count where ages[joint] < .max { ages[joint] += 1 }
    let answered: Int
    if readsPlainly {
      answered = try readEach(deadlineNanoseconds)
    } else {
      answered = try readTogether(deadlineNanoseconds)
    }
    if answered == count { return true }
    for joint in 0..<count where ages[joint] > 0 { counts.missedByJoint[joint] &+= 1 }
    if answered == 0 { throw .silent }
    counts.partialReplies &+= 1
    return false
  }

  /// Reads the block of all servos in one answer.
  ///
  /// Those behind a silent servo cannot speak: they are asked again without it, and from then on it is
  /// asked last.
  ///
  /// - Returns: How many answered.
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
  /// - Returns: How many answered: those before the first that is silent.
  @_noAllocation
  private mutating func ask(
    _ places: Range<Int>, beginningBy firstByteNanoseconds: UInt64, _ deadlineNanoseconds: UInt64
  ) throws(BusError) -> Int {
    try link.packets.line.discard()
    link.packets.decoder.forget()
    var room = link.packets.outgoing.mutableSpan
    var writer = DynamixelPacketWriter(id: Dynamixel.broadcastID, .fastSyncRead, into: &room)
    writer.append(UInt16(truncatingIfNeeded: Self.blockAddress), to: &room)
    writer.append(UInt16(truncatingIfNeeded: Self.blockByteCount), to: &room)
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

  /// - Returns: How many servos answered: those before the first that is silent.
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
              place - places.lowerBound, dataByteCount: Self.blockByteCount)
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
    // A servo is missing: those before it have answered all the same.
    var answered = 0
    while answered < places.count {
      let answer = link.packets.decoder.partialAnswer(answered, dataByteCount: Self.blockByteCount)
      guard let answer, take(answer, joint: Int(order[places.lowerBound + answered])) else { break }
      answered += 1
    }
    link.packets.decoder.endBurst()
    return answered
  }

  /// The longest pause within an answer, in nanoseconds: one in which a servo is silent ends there.
  static var pauseMaxNanoseconds: UInt64 {
    @_noAllocation
    get { 4_000_000 }
  }

  /// When an answer that has not begun is given up: while there is time, those behind the first servo
  /// can still be asked without it.
  @_noAllocation
  func firstByteDeadline(_ deadlineNanoseconds: UInt64) -> UInt64 {
    let now = link.packets.line.nowNanoseconds
    guard deadlineNanoseconds > now + 2 * Self.pauseMaxNanoseconds else {
      return deadlineNanoseconds
    }
    return now + (deadlineNanoseconds - now) / 5 * 3
  }

  /// - Returns: Whether it is the servo's answer.
  @_noAllocation
  private mutating func take(_ answer: DynamixelFastAnswer, joint: Int) -> Bool {
    guard answer.id == robot[joint: joint].servo.id, answer.error.byte & 0x7F == 0 else {
      return false
    }
    take(answer.data, joint: joint)
    return true
  }

  /// Takes in what a servo's block says.
  @_noAllocation
  mutating func take(_ block: borrowing InlineArray<32, UInt8>, joint: Int) {
    let decivolts = UInt16(block[14]) | UInt16(block[15]) << 8
    // A servo that has started anew has forgotten what the block is made of, and sends zeros.
    guard decivolts > 0 else {
      readings[joint].isTorqueOn = false
      return
    }
    var reading = Reading()
    reading.positionTicks = Self.number(block, at: 0)
    reading.velocityCounts = Self.number(block, at: 4)
    reading.isTorqueOn = block[10] != 0
    reading.hasWatchdogTripped = block[11] & 0x80 != 0
    reading.errors = ServoErrors(dynamixel: block[12])
    reading.celsius = block[13]
    reading.supplyDecivolts = decivolts
    readings[joint] = reading
    ages[joint] = 0
  }

  @_noAllocation
  private static func number(_ bytes: borrowing InlineArray<32, UInt8>, at start: Int) -> Int32 {
    var bits: UInt32 = 0
    for byte in 0..<4 { bits |= UInt32(bytes[start + byte]) &<< UInt32(8 * byte) }
    return Int32(bitPattern: bits)
  }

  /// Radians per second in one count of a velocity: 0.229 turns a minute.
  private static var radiansPerSecondPerCount: Float {
    @_noAllocation
    get { 0.229 / 60 * 2 * .pi }
  }

  /// Reads until the torque of all servos is as asked for: a late answer may say what was.
  ///
  /// To switch it off it is written anew each time, since nobody acknowledges a sync write.
  ///
  /// - Throws: ``BusError/refusedByServo(id:)`` when one is not; ``BusError/silent`` when some do not
  ///   answer.
  @_noAllocation
  private mutating func require(
    torque isOn: Bool, _ deadlineNanoseconds: UInt64
  ) throws(BusError) {
    var refusing: UInt8?
    for attempt in 0..<Attempts.count {
      let deadline = Attempts.deadline(
        of: attempt, deadlineNanoseconds, now: link.packets.line.nowNanoseconds)
      if !isOn {
        try writeAll(Register.watchdog, byteCount: 1, deadline) { _ in 0 }
        try writeAll(Register.torque, byteCount: 1, deadline) { _ in 0 }
      }
      let isWhole: Bool
      do throws(BusError) {
        isWhole = try readAll(deadline)
      } catch {
        guard case .silent = error else { throw error }
        continue
      }
      refusing = nil
      for joint in 0..<robot.jointCount where readings[joint].isTorqueOn != isOn {
        refusing = robot[joint: joint].servo.id
      }
      if isWhole && refusing == nil { return }
    }
    if let refusing { throw .refusedByServo(id: refusing) }
    throw .silent
  }

  /// Addresses of the registers that a tick writes.
  private enum Register {
    static var torque: Int {
      @_noAllocation
      get { 64 }
    }
    static var watchdog: Int {
      @_noAllocation
      get { 98 }
    }
    static var goalPosition: Int {
      @_noAllocation
      get { 116 }
    }
  }
}
