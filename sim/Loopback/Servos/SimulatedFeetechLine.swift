internal import RobotDescription
internal import WireProtocol

/// A simulated line of Feetech STS servos, one for each joint of a robot.
///
/// In lockstep a sync write of goals makes one control period pass, and nothing else does.
public struct SimulatedFeetechLine: LoopbackDevice, ~Copyable {
  private var line: SimulatedServoLine<SimulatedFeetech>
  private var decoder = FeetechDecoder()
  private var tally = LoopbackReport()
  private var buffer = InlineArray<259, UInt8>(repeating: 0)

  /// Makes servos with the IDs that the robot has for them.
  ///
  /// - Parameters:
  ///   - baudRate: Baud rate of the line, and of all servos.
  ///   - spareCount: Servos that move no joint, with the IDs after the highest.
  /// - Throws: ``LoopbackError`` when the servos have no such baud rate.
  public init(
    robot: consuming SimulatedRobot, clock: LoopbackClock, baudRate: UInt32, spareCount: Int = 0,
    imu: SimulatedIMU = SimulatedIMU()
  ) throws(LoopbackError) {
    line = try SimulatedServoLine(
      .sts3215, robot: robot, clock: clock, baudRate: baudRate, spareCount: spareCount, imu: imu)
  }

  /// The robot that the servos move.
  public var simulatedRobot: SimulatedRobot {
    _read { yield line.robot }
  }

  /// Source of time.
  public var clock: LoopbackClock { line.time.clock }

  /// Time of the next physics step; in lockstep it comes only with goals.
  public var nextStepNanoseconds: UInt64 { 1_000 * line.time.nextStepMicroseconds }

  /// Report on the run so far.
  public var report: LoopbackReport { line.report(tally, decoder.statistics) }

  /// Lets time pass up to now; in lockstep nothing happens.
  public mutating func advance(to nowNanoseconds: UInt64) throws(LoopbackError) {
    try line.advance(to: nowNanoseconds)
  }

  /// True when a fault can be injected: all can.
  public static func knows(_ fault: LoopbackFault.Kind) -> Bool { true }

  /// Begins or ends a fault of the device.
  public mutating func befall(_ fault: LoopbackFault, isOn: Bool) {
    line.befall(fault, isOn: isOn)
  }

  /// The answer of a servo with the ID of the next one.
  public func renumbered(_ reply: [UInt8]) -> [UInt8]? {
    var decoder = FeetechDecoder()
    for byte in reply { decoder.push(byte) }
    guard let packet = decoder.nextPacket(), packet.id != Feetech.broadcastID else { return nil }
    let other = packet.id < Feetech.idMax ? packet.id + 1 : 1
    var bytes = [UInt8](repeating: 0, count: Feetech.packetByteCountMax)
    var span = bytes.mutableSpan
    var writer = FeetechPacketWriter(id: other, packet.errors, into: &span)
    for index in 0..<packet.parameterByteCount {
      writer.append(packet.loadUInt8(at: index), to: &span)
    }
    let byteCount = writer.finish(&span)
    return Array(bytes.prefix(byteCount))
  }

  /// The answer of a servo with flipped bits in its errors and data, and a right checksum.
  public func flipped(_ reply: [UInt8], places: [Int]) -> [UInt8]? {
    guard reply.count >= 6, reply.count == 4 + Int(reply[3]) else { return nil }
    let last = reply.count - 1
    var bytes = reply.flippingBits(at: places, among: Array(4..<last))
    bytes[last] = ~bytes[2..<last].reduce(0, &+)
    return bytes
  }

  /// Bytes that the IMU has sent since the last call.
  public mutating func takeIMU(at baudRate: UInt32) -> [UInt8] { line.imu.take(at: baudRate) }

  /// Receives one byte from the host on the IMU's line.
  public mutating func receiveIMU(_ byte: UInt8, at baudRate: UInt32) {
    line.imu.hear(byte, at: baudRate, nowMicroseconds: line.time.nowMicroseconds)
  }

  /// Sets the baud rate of the host's next bytes: servos with another one do not understand them.
  public mutating func listen(at baudRate: UInt32) { line.listen(at: baudRate) }

  /// Receives one byte from the host and answers the requests that it completes, in the line's
  /// time.
  public mutating func receive(
    _ byte: UInt8, at nowNanoseconds: UInt64, replies: inout LoopbackReplies
  ) throws(LoopbackError) {
    try line.advance(to: nowNanoseconds)
    line.pace.take(at: nowNanoseconds)
    decoder.push(byte)
    while let packet = decoder.nextPacket() {
      switch packet.instruction {
      case .write, .regWrite, .action, .syncWrite: line.commanded()
      default: break
      }
      switch packet.instruction {
      case .syncRead: readEach(packet, at: nowNanoseconds, &replies)
      case .syncWrite: try writeEach(packet)
      default:
        let isToAll = packet.id == Feetech.broadcastID
        let first = replies.count
        for index in line.servos(packet.id, isToAll: isToAll) {
          answer(packet, servo: index, isToAll: isToAll, at: nowNanoseconds, &replies)
        }
        if !isToAll { replies.collide(from: first) }
      }
    }
  }

  /// Answers for one servo a request to it, or to all.
  private mutating func answer(
    _ packet: FeetechPacket, servo index: Int, isToAll: Bool, at now: UInt64,
    _ replies: inout LoopbackReplies
  ) {
    // A servo that gets another ID answers by the one by which it was asked.
    let id = line.servos[index].id
    var data: [UInt8] = []
    var isAnswered = !isToAll
    let item = Self.items(of: packet).first
    switch packet.instruction {
    // Only a lone servo answers a ping to all: many would talk at once.
    case .ping: isAnswered = !isToAll || line.servos.count == 1
    case .read:
      guard let item, !isToAll else { return }
      data = read(item, servo: index)
    case .write:
      guard let item else { return }
      let written = Self.data(of: item, in: packet)
      if !line.command(index, { $0.write(written, at: item.address) }) {
        tally.refusedRequests += 1
      }
      isAnswered = isAnswered && line.servos[index].answersWrites
    case .regWrite:
      guard let item else { return }
      line.servos[index].prepare(Self.data(of: item, in: packet), at: item.address)
      isAnswered = isAnswered && line.servos[index].answersWrites
    case .action:
      line.command(index) { $0.act() }
      isAnswered = isAnswered && line.servos[index].answersWrites
    case .reboot, .factoryReset: isAnswered = isAnswered && line.servos[index].answersWrites
    default: return
    }
    if isAnswered { reply(data, servo: index, as: id, at: now, &replies) }
    // They answer first.
    if packet.instruction == .reboot { line.servos[index].reboot() }
    if packet.instruction == .factoryReset { line.servos[index].resetToFactory() }
  }

  private mutating func readEach(
    _ packet: FeetechPacket, at now: UInt64, _ replies: inout LoopbackReplies
  ) {
    line.sense()
    for item in Self.items(of: packet) {
      let first = replies.count
      for index in line.servos(item.id, isToAll: false) {
        reply(read(item, servo: index), servo: index, as: item.id, at: now, &replies)
      }
      replies.collide(from: first)
    }
  }

  private mutating func read(_ item: RequestItem, servo index: Int) -> [UInt8] {
    line.servos[index].read(
      item.address, count: item.byteCount, supplyMillivolts: line.robot.supplyMillivolts)
  }

  private mutating func writeEach(_ packet: FeetechPacket) throws(LoopbackError) {
    var hasGoals = false
    for item in Self.items(of: packet) {
      let range = item.address..<(item.address + item.byteCount)
      hasGoals = hasGoals || range.contains(line.goalAddress)
      let data = Self.data(of: item, in: packet)
      for index in line.servos(item.id, isToAll: false)
      where !line.command(index, { $0.write(data, at: item.address) }) {
        tally.refusedRequests += 1
      }
    }
    guard hasGoals else { return }
    tally.commands += 1
    if clock == .lockstep { try line.advanceOnePeriod() }
  }

  private mutating func reply(
    _ data: [UInt8], servo index: Int, as id: UInt8, at now: UInt64,
    _ replies: inout LoopbackReplies
  ) {
    guard !line.servos[index].isMute else { return }
    var bytes = buffer.mutableSpan
    var writer = FeetechPacketWriter(id: id, line.servos[index].errors, into: &bytes)
    for byte in data { writer.append(byte, to: &bytes) }
    let byteCount = writer.finish(&bytes)
    replies.append(
      buffer.span.extracting(first: byteCount),
      dueNanoseconds: line.pace.answer(
        byteCount: byteCount, delayNanoseconds: line.servos[index].returnDelayNanoseconds, at: now))
  }

  private static func items(of packet: FeetechPacket) -> [RequestItem] {
    guard var rest = try? FeetechItems(of: packet) else { return [] }
    var items: [RequestItem] = []
    while let item = rest.next() { items.append(item) }
    return items
  }

  private static func data(of item: RequestItem, in packet: FeetechPacket) -> ArraySlice<UInt8> {
    (0..<item.byteCount).map { packet.loadUInt8(at: item.dataOffset + $0) }[...]
  }
}
