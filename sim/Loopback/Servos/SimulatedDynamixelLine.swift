internal import RobotDescription
internal import WireProtocol

/// A simulated line of Dynamixel servos, one for each joint of a robot.
///
/// In lockstep a sync or bulk write of goals makes one control period pass, and nothing else does.
public struct SimulatedDynamixelLine: LoopbackDevice, ~Copyable {
  private var line: SimulatedServoLine<SimulatedDynamixel>
  private var decoder = DynamixelDecoder()
  private let knowsFastReads: Bool
  private var tally = LoopbackReport()
  private var buffer = InlineArray<512, UInt8>(repeating: 0)

  /// Makes servos with the IDs that the robot has for them.
  ///
  /// - Parameters:
  ///   - baudRate: Baud rate of the line, and of all servos.
  ///   - spareCount: Servos that move no joint, with the IDs after the highest.
  ///   - knowsFastReads: `false` makes servos silent to fast reads, as older firmware and servos of
  ///     other makers are.
  /// - Throws: ``LoopbackError`` when the servos have no such baud rate.
  public init(
    robot: consuming SimulatedRobot, clock: LoopbackClock, baudRate: UInt32, spareCount: Int = 0,
    imu: SimulatedIMU = SimulatedIMU(), knowsFastReads: Bool = true
  ) throws(LoopbackError) {
    self.knowsFastReads = knowsFastReads
    line = try SimulatedServoLine(
      .xl330, robot: robot, clock: clock, baudRate: baudRate, spareCount: spareCount, imu: imu)
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

  /// The answer of a servo with the ID of the next one; common answers have several IDs.
  public func renumbered(_ reply: [UInt8]) -> [UInt8]? {
    guard let (id, parameters) = Self.answer(in: reply) else { return nil }
    return Self.status(id < Dynamixel.idMax ? id + 1 : 1, parameters)
  }

  /// The answer with flipped bits in errors and data, and right checksums.
  public func flipped(_ reply: [UInt8], places: [Int]) -> [UInt8]? {
    if let (id, parameters) = Self.answer(in: reply) {
      return Self.status(
        id, parameters.flippingBits(at: places, among: Array(parameters.indices)))
    }
    return DynamixelCommonAnswer(reply)?.flipped(places: places)
  }

  /// ID and parameters of one servo's whole answer.
  private static func answer(in reply: [UInt8]) -> (id: UInt8, parameters: [UInt8])? {
    var decoder = DynamixelDecoder()
    for byte in reply { decoder.push(byte) }
    guard let packet = decoder.nextPacket(), packet.id != Dynamixel.broadcastID else { return nil }
    return (packet.id, (0..<packet.parameterByteCount).map { packet.loadUInt8(at: $0) })
  }

  private static func status(_ id: UInt8, _ parameters: [UInt8]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Dynamixel.packetByteCountMax)
    var span = bytes.mutableSpan
    var writer = DynamixelPacketWriter(id: id, .status, into: &span)
    for parameter in parameters { writer.append(parameter, to: &span) }
    let byteCount = writer.finish(&span)
    return Array(bytes.prefix(byteCount))
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
      try answer(packet, at: nowNanoseconds, &replies)
    }
  }

  private mutating func answer(
    _ packet: DynamixelPacket, at now: UInt64, _ replies: inout LoopbackReplies
  ) throws(LoopbackError) {
    guard packet.instructionCode != DynamixelInstruction.status.code else { return }
    let isToAll = packet.id == Dynamixel.broadcastID
    for index in line.servos(packet.id, isToAll: isToAll) {
      line.servos[index].hear(at: line.time.nowMicroseconds)
    }
    switch packet.instruction {
    case .write, .regWrite, .action, .syncWrite, .bulkWrite: line.commanded()
    default: break
    }
    switch packet.instruction {
    case .syncRead, .bulkRead: readEach(packet, at: now, &replies)
    case .fastSyncRead, .fastBulkRead:
      if knowsFastReads { readTogether(packet, at: now, &replies) }
    case .syncWrite, .bulkWrite: try writeEach(packet)
    default:
      let first = replies.count
      for index in line.servos(packet.id, isToAll: isToAll) {
        answer(packet, servo: index, isToAll: isToAll, at: now, &replies)
      }
      if !isToAll { replies.collide(from: first) }
    }
  }

  /// Answers for one servo a request to it, or to all.
  private mutating func answer(
    _ packet: DynamixelPacket, servo index: Int, isToAll: Bool, at now: UInt64,
    _ replies: inout LoopbackReplies
  ) {
    // A servo that gets another ID answers by the one by which it was asked.
    let id = line.servos[index].id
    var code = DynamixelResult.Code.none
    var data: ArraySlice<UInt8> = []
    // A ping is always answered, a read from level 1 on, and everything else from level 2 on.
    var levelMin: Int32 = 2
    var restart: ((inout SimulatedDynamixel) -> Void)?
    let count = packet.parameterByteCount
    switch packet.instruction {
    case .ping:
      levelMin = 0
      let (model, firmware) = (line.servos[index].model, line.servos[index].firmware)
      data = [UInt8(truncatingIfNeeded: model), UInt8(truncatingIfNeeded: model >> 8), firmware]
    case .read:
      levelMin = 1
      guard !isToAll else { return }
      (code, data) = read(packet, servo: index)
    case .write, .regWrite: code = write(packet, servo: index)
    case .action: code = line.command(index) { $0.act() }
    case .reboot: restart = { $0.reboot() }
    case .factoryReset:
      let kind = count == 1 ? packet.loadUInt8(at: 0) : 0
      // It would leave servos with equal IDs.
      if isToAll && kind == 0xFF { return }
      guard [0x01, 0x02, 0xFF].contains(kind) else {
        code = .dataRange
        break
      }
      restart = { $0.resetToFactory(keepsID: kind != 0xFF, keepsBaudRate: kind == 0x02) }
    case .clear:
      let key: [UInt8] = [0x01, 0x44, 0x58, 0x4C, 0x22]
      code =
        count == 5 && key.indices.allSatisfy { packet.loadUInt8(at: $0) == key[$0] }
        ? .none : .dataRange
    case .controlTableBackup: code = .resultFail
    default: code = .instruction
    }
    if !isToAll || levelMin == 0, line.servos[index].statusLevel >= levelMin {
      reply(code, data, servo: index, as: id, at: now, &replies)
    }
    restart?(&line.servos[index])
  }

  private mutating func read(
    _ packet: DynamixelPacket, servo index: Int
  ) -> (DynamixelResult.Code, ArraySlice<UInt8>) {
    guard let item = Self.items(of: packet).first else { return (.dataLength, []) }
    return read(item, servo: index)
  }

  private mutating func read(
    _ item: RequestItem, servo index: Int
  ) -> (DynamixelResult.Code, ArraySlice<UInt8>) {
    line.servos[index].read(
      item.address, count: item.byteCount, supplyMillivolts: line.robot.supplyMillivolts,
      nowMicroseconds: line.time.nowMicroseconds)
  }

  private mutating func write(
    _ packet: DynamixelPacket, servo index: Int
  ) -> DynamixelResult.Code {
    guard let item = Self.items(of: packet).first else { return .dataLength }
    let data = Self.data(of: item, in: packet)
    return packet.instruction == .regWrite
      ? line.servos[index].prepare(data, at: item.address)
      : line.command(index) { $0.write(data, at: item.address) }
  }

  /// Servos answer one after the other, in the order in which they are asked.
  private mutating func readEach(
    _ packet: DynamixelPacket, at now: UInt64, _ replies: inout LoopbackReplies
  ) {
    line.sense()
    for item in Self.items(of: packet) {
      let first = replies.count
      for index in line.servos(item.id, isToAll: false)
      where line.servos[index].statusLevel >= 1 {
        let (code, data) = read(item, servo: index)
        reply(code, data, servo: index, as: item.id, at: now, &replies)
      }
      replies.collide(from: first)
    }
  }

  /// Servos write one answer together; a missing one leaves it unfinished.
  private mutating func readTogether(
    _ packet: DynamixelPacket, at now: UInt64, _ replies: inout LoopbackReplies
  ) {
    line.sense()
    let items = Self.items(of: packet)
    let dataByteCount = items.reduce(0) { $0 + $1.byteCount }
    guard
      Dynamixel.fastReplyByteCount(
        servoCount: items.count, dataByteCount: dataByteCount) <= Dynamixel.packetByteCountMax
    else { return }
    var bytes = buffer.mutableSpan
    var writer = DynamixelFastReplyWriter(
      servoCount: items.count, dataByteCount: dataByteCount, into: &bytes)
    var end = 0
    var delay: UInt64 = 0
    for item in items {
      let those = line.servos(item.id, isToAll: false)
      // Two servos with one ID spoil the rest of the answer.
      guard let index = those.first, those.count == 1, line.servos[index].statusLevel >= 1,
        !line.servos[index].isMute
      else { break }
      if end == 0 { delay = line.servos[index].returnDelayNanoseconds }
      let (code, read) = line.servos[index].read(
        item.address, count: item.byteCount, supplyMillivolts: line.robot.supplyMillivolts,
        nowMicroseconds: line.time.nowMicroseconds)
      let data = code == .none ? Array(read) : Array(repeating: 0, count: item.byteCount)
      end = writer.append(
        DynamixelResult(code, hasAlert: line.servos[index].hasAlert), id: item.id, data: data.span,
        to: &bytes)
    }
    guard end > 0 else { return }
    replies.append(
      buffer.span.extracting(first: end),
      dueNanoseconds: line.pace.answer(byteCount: end, delayNanoseconds: delay, at: now))
  }

  private mutating func writeEach(_ packet: DynamixelPacket) throws(LoopbackError) {
    var hasGoals = false
    for item in Self.items(of: packet) {
      let range = item.address..<(item.address + item.byteCount)
      hasGoals = hasGoals || range.contains(line.goalAddress)
      let data = Self.data(of: item, in: packet)
      for index in line.servos(item.id, isToAll: false) {
        let code = line.command(index) { $0.write(data, at: item.address) }
        if code != .none { tally.refusedRequests += 1 }
      }
    }
    guard hasGoals else { return }
    tally.commands += 1
    if clock == .lockstep { try line.advanceOnePeriod() }
  }

  private mutating func reply(
    _ code: DynamixelResult.Code, _ data: ArraySlice<UInt8>, servo index: Int, as id: UInt8,
    at now: UInt64, _ replies: inout LoopbackReplies
  ) {
    if code != .none { tally.refusedRequests += 1 }
    guard !line.servos[index].isMute else { return }
    var bytes = buffer.mutableSpan
    var writer = DynamixelPacketWriter(id: id, .status, into: &bytes)
    writer.append(
      DynamixelResult(code, hasAlert: line.servos[index].hasAlert).byte, to: &bytes)
    if code == .none { for byte in data { writer.append(byte, to: &bytes) } }
    let byteCount = writer.finish(&bytes)
    replies.append(
      buffer.span.extracting(first: byteCount),
      dueNanoseconds: line.pace.answer(
        byteCount: byteCount, delayNanoseconds: line.servos[index].returnDelayNanoseconds, at: now))
  }

  private static func items(of packet: DynamixelPacket) -> [RequestItem] {
    guard var rest = try? DynamixelItems(of: packet) else { return [] }
    var items: [RequestItem] = []
    while let item = rest.next() { items.append(item) }
    return items
  }

  private static func data(of item: RequestItem, in packet: DynamixelPacket) -> ArraySlice<UInt8> {
    (0..<item.byteCount).map { packet.loadUInt8(at: item.dataOffset + $0) }[...]
  }
}
