import Loopback
import Testing
import WireProtocol

/// Feetech servos as they are seen from their line.
@Suite struct SimulatedFeetechLineTests {
  private static func host(_ clock: LoopbackClock = .lockstep) throws -> FeetechHost {
    let robot = try SimulatedRobot(robot: Spider.robot, bodyPath: Spider.bodyPath, seed: 1)
    return FeetechHost(
      line: try SimulatedFeetechLine(robot: robot, clock: clock, baudRate: 1_000_000))
  }

  @Test func ping_eachServo_answersByItsNumber() throws {
    var host = try Self.host()
    for id in 1...12 as ClosedRange<UInt8> {
      #expect(try host.send(id, .ping).map(\.id) == [id])
    }
    #expect(try host.send(13, .ping).isEmpty)
    #expect(try host.send(Feetech.broadcastID, .ping).isEmpty)
  }

  @Test func read_signedFields_areSignAndMagnitude() throws {
    var host = try Self.host()
    try host.write(3, 55, [0])
    // Counts that go on beyond a turn may be negative.
    try host.write(3, 18, [28])
    // An offset of 900 beyond where the joint is makes the position negative.
    let position = try host.position(of: 3)
    try host.write(3, 31, [0xFF, 0x07])
    let shifted = position - 2_047
    let bytes = try #require(try host.read(3, 56, 2))
    let magnitude = Int(bytes[0]) | Int(bytes[1] & 0x7F) << 8
    #expect((bytes[1] & 0x80 == 0 ? magnitude : -magnitude) == shifted)
  }

  @Test(arguments: [-2_047, -900, 900, 2_047])
  func homingOffset_isTakenOffAndThePositionWrapsWithinATurn(offset: Int) throws {
    var host = try Self.host()
    try host.write(3, 55, [0])
    let position = try host.position(of: 3)
    let magnitude = abs(offset)
    try host.write(
      3, 31, [UInt8(magnitude & 0xFF), UInt8(magnitude >> 8) | (offset < 0 ? 0x08 : 0)])
    #expect(try host.position(of: 3) == (position - offset) & 4_095)
  }

  /// Sends servo 5 from where it is to a goal that lies so far off, and returns by how much the
  /// joint turned.
  ///
  /// The homing offset makes the present position `start`.
  private static func turned(from start: Int, to goal: Int, phase: UInt8 = 12) throws -> Int {
    var host = try Self.host()
    try host.write(5, 55, [0])
    try host.write(5, 18, [phase])
    let encoder = try host.position(of: 5)
    var offset = encoder - start
    if offset > 2_047 { offset -= 4_096 }
    if offset < -2_047 { offset += 4_096 }
    let bits = abs(offset) | (offset < 0 ? 0x800 : 0)
    try host.write(5, 31, [UInt8(bits & 0xFF), UInt8(bits >> 8)])
    try host.write(5, 40, [1])
    for _ in 0..<10 {
      try host.send(
        Feetech.broadcastID, .syncWrite, [42, 2, 5, UInt8(goal & 0xFF), UInt8(goal >> 8)])
    }
    try host.write(5, 40, [0])
    try host.write(5, 31, [0, 0])
    return try host.position(of: 5) - encoder
  }

  @Test func goal_onThisSideOfTheWrap_isReachedTheShortWay() throws {
    #expect(try Self.turned(from: 2_000, to: 2_200) > 50)
    #expect(try Self.turned(from: 2_000, to: 1_800) < -50)
  }

  @Test func goal_beyondTheWrap_isReachedTheLongWay() throws {
    // 200 counts on would be the short way, across 4095.
    #expect(try Self.turned(from: 4_000, to: 104) < -50)
    #expect(try Self.turned(from: 100, to: 4_000) > 50)
  }

  @Test func position_phaseCountsBackwards_isCountedTheOtherWay() throws {
    var host = try Self.host()
    try host.write(5, 55, [0])
    let position = try host.position(of: 5)
    try host.write(5, 18, [12 + 128])
    #expect(try host.position(of: 5) == 4_096 - position)
  }

  @Test func goal_beyondTheLimits_endsAtThem() throws {
    var host = try Self.host()
    try host.write(5, 55, [0])
    let position = try host.position(of: 5)
    let most = position + 30
    try host.write(5, 11, [UInt8(most & 0xFF), UInt8(most >> 8)])
    try host.write(5, 40, [1])
    let goal = position + 400
    for _ in 0..<25 {
      try host.send(
        Feetech.broadcastID, .syncWrite, [42, 2, 5, UInt8(goal & 0xFF), UInt8(goal >> 8)])
    }
    #expect(try host.position(of: 5) < most + 30)
  }

  @Test(
    arguments: [
      (56, [1, 0]), (5, [9]), (21, [40]), (42, [1]), (40, [200]), (48, [0xFF, 0xFF]),
    ] as [(Int, [UInt8])])
  func write_thatMayNotBe_changesNothing(address: Int, data: [UInt8]) throws {
    var host = try Self.host()
    let before = try host.read(5, 0, 56)
    #expect(try host.write(5, address, data)?.errors == 0)
    #expect(try host.read(5, 0, 56) == before)
    #expect(host.line.report.refusedRequests == 1)
  }

  @Test func write_withoutTheLock_changesWhatIsKept() throws {
    var host = try Self.host()
    try host.write(5, 55, [0])
    #expect(try host.write(5, 5, [40])?.id == 5)
    #expect(try host.send(40, .ping).count == 1)
    #expect(try host.send(5, .ping).isEmpty)
  }

  @Test func statusLevel_zero_answersPingAndReadsAlone() throws {
    var host = try Self.host()
    try host.write(5, 55, [0])
    try host.write(5, 8, [0])
    #expect(try host.write(5, 41, [20]) == nil)
    #expect(try host.read(5, 41, 1) == [20])
    #expect(try host.send(5, .ping).count == 1)
  }

  @Test func action_preparedWrite_isMadeThen() throws {
    var host = try Self.host()
    try host.send(2, .regWrite, [41, 33])
    #expect(try host.read(2, 41, 1) == [0])
    #expect(try host.send(Feetech.broadcastID, .action).isEmpty)
    #expect(try host.read(2, 41, 1) == [33])
  }

  @Test func syncRead_oneIsMissing_theOthersAnswerInTheOrderAsked() throws {
    var host = try Self.host()
    let answers = try host.send(Feetech.broadcastID, .syncRead, [56, 4, 7, 99, 2])
    #expect(answers.map(\.id) == [7, 2])
    #expect(answers.allSatisfy { $0.data.count == 4 })
  }

  @Test func syncWrite_goals_moveTheRobotByOnePeriodEach() throws {
    var host = try Self.host()
    for id in 1...12 as ClosedRange<UInt8> { try host.write(id, 40, [1]) }
    let start = try (1...12).map { try host.position(of: UInt8($0)) }
    for _ in 0..<25 {
      var parameters: [UInt8] = [42, 2]
      for (joint, position) in start.enumerated() {
        let goal = position + 150
        parameters += [UInt8(joint + 1), UInt8(goal & 0xFF), UInt8(goal >> 8)]
      }
      try host.send(Feetech.broadcastID, .syncWrite, parameters)
    }
    #expect(abs(host.line.report.simulatedSeconds - 0.5) < 1e-9)
    let moved = try (1...12).map { try host.position(of: UInt8($0)) - start[$0 - 1] }
    #expect(moved.count { $0 > 50 } >= 8)
  }

  @Test func torque128_makesThePresentPositionTheMiddle() throws {
    var host = try Self.host()
    #expect(abs(try host.position(of: 2) - 2_048) > 100)
    try host.write(2, 40, [128])
    #expect(try host.position(of: 2) == 2_048)
    #expect(try host.read(2, 40, 1) == [0])
  }

  @Test func overload_thatLasts_weakensItUntilTorqueIsSwitchedOnAgain() throws {
    var host = try Self.host(.realTime)
    try host.write(2, 55, [0])
    try host.write(2, 21, [254])
    try host.write(2, 40, [1])
    try host.write(2, 42, [0xFF, 0x0F])
    try host.pass(milliseconds: 2_600)
    #expect(try host.send(2, .ping).first?.errors == 32)
    #expect(try host.read(2, 40, 1) == [1])
    try host.write(2, 40, [0])
    try host.write(2, 40, [1])
    #expect(try host.send(2, .ping).first?.errors == 0)
  }

  @Test func reboot_forgetsWhatIsNotKept() throws {
    var host = try Self.host()
    try host.write(2, 48, [100, 0])
    try host.write(2, 40, [1])
    try host.send(2, .reboot)
    #expect(try host.read(2, 48, 2) == [0xE8, 0x03])
    #expect(try host.read(2, 40, 1) == [0])
  }

  @Test func answers_onALineInRealTime_takeTheirTime() throws {
    var host = try Self.host(.realTime)
    try host.pass(milliseconds: 20)
    let sent = host.now
    try host.send(Feetech.broadcastID, .syncRead, [56, 8] + (1...12).map { UInt8($0) })
    // (8 + N) bytes asked, N answers of 6 + L bytes, each after 500 µs: 10 µs a byte.
    let expected = (8 + 12) * 10 + 12 * ((6 + 8) * 10 + 500)
    #expect(host.lastDue - sent == UInt64(expected) * 1_000)
  }
}

/// The host's side of a line of Feetech servos in memory.
private struct FeetechHost: ~Copyable {
  var line: SimulatedFeetechLine
  /// Time of the bytes, in nanoseconds since the line started.
  var now: UInt64 = 0
  /// The time at which the last byte of the last answer was through.
  private(set) var lastDue: UInt64 = 0

  init(line: consuming SimulatedFeetechLine) { self.line = line }

  /// A servo's answer.
  struct Answer {
    let id: UInt8
    let errors: UInt8
    let data: [UInt8]
  }

  /// Sends a packet and returns the answers.
  @discardableResult
  mutating func send(
    _ id: UInt8, _ instruction: FeetechInstruction, _ parameters: [UInt8] = []
  ) throws -> [Answer] {
    var packet = [UInt8](repeating: 0, count: Feetech.packetByteCountMax)
    var span = packet.mutableSpan
    var writer = FeetechPacketWriter(id: id, instruction, into: &span)
    for parameter in parameters { writer.append(parameter, to: &span) }
    let byteCount = writer.finish(&span)
    var replies = LoopbackReplies()
    for byte in packet[..<byteCount] { try line.receive(byte, at: now, replies: &replies) }
    lastDue = replies.lastDueNanoseconds ?? now
    var decoder = FeetechDecoder()
    var answers: [Answer] = []
    for byte in replies.bytes {
      decoder.push(byte)
      while let packet = decoder.nextPacket() {
        let data = (0..<packet.parameterByteCount).map { packet.loadUInt8(at: $0) }
        answers.append(Answer(id: packet.id, errors: packet.code, data: data))
      }
    }
    return answers
  }

  mutating func read(_ id: UInt8, _ address: UInt8, _ count: UInt8) throws -> [UInt8]? {
    try send(id, .read, [address, count]).first?.data
  }

  @discardableResult
  mutating func write(_ id: UInt8, _ address: Int, _ data: [UInt8]) throws -> Answer? {
    try send(id, .write, [UInt8(address)] + data).first
  }

  mutating func position(of id: UInt8) throws -> Int {
    let bytes = try read(id, 56, 2) ?? []
    guard bytes.count == 2 else { return .min }
    return Int(bytes[0]) | Int(bytes[1]) << 8
  }

  /// Lets time pass without a byte, as the server does: in steps of 5 ms.
  mutating func pass(milliseconds: Int) throws {
    for _ in 0..<(milliseconds / 5) {
      now += 5_000_000
      try line.advance(to: now)
    }
  }
}
