import Testing
import WireProtocol

@Suite struct BoardSessionTests {
  /// A session with two joints, its clock in the test's hands.
  struct Board {
    var session = BoardSession(
      firmwareVersion: 0x0102, jointCount: 2, jointNamesHash: 0xF8D2_C26B,
      controlPeriodMicroseconds: 2_000)

    /// The bytes with which the board answers.
    mutating func send(_ bytes: [UInt8], at now: UInt64) -> [UInt8] {
      for byte in bytes { session.receive(byte, at: now) }
      var replies: [UInt8] = []
      while let request = session.nextRequest() {
        replies += encoded {
          session.answer(request, sample: Golden.sample, at: now, into: &$0)
        }
      }
      return replies
    }

    mutating func state(at now: UInt64) throws -> BoardState {
      let found = frames(in: send(Golden.readState, at: now))
      return try BoardState(decoding: #require(found.first))
    }

    mutating func refusal(of bytes: [UInt8], at now: UInt64) throws -> BoardRefusal {
      let found = frames(in: send(bytes, at: now))
      return try BoardRefusal(decoding: #require(found.first))
    }
  }

  static let armedAt: UInt64 = 1_000_000

  func armedBoard() -> Board {
    var board = Board()
    #expect(board.send(Golden.arm, at: Self.armedAt) == Golden.armReply)
    return board
  }

  @Test func send_workedExchange_answersWithTheGoldenBytes() {
    var board = Board()
    #expect(board.send(Golden.hello, at: 1_500_000) == Golden.helloReply)
    #expect(board.send(Golden.arm, at: 1_990_000) == Golden.armReply)
    #expect(board.send(Golden.readState, at: 2_000_000) == Golden.state)
    #expect(board.send(Golden.command, at: 2_001_000) == [])
    #expect(board.send(Golden.disarm, at: 2_002_000) == Golden.disarmReply)
    #expect(board.send(Golden.commandAfterDisarm, at: 2_003_000) == Golden.refusal)
  }

  @Test func readHealth_answersWithWhatTheCallerKnows() {
    var board = Board()
    let none = encoded { BoardHealth(jointCount: 2).encode(sequence: 9, into: &$0) }
    #expect(board.send(Golden.readHealth, at: 0) == none)
    board.session.health = Golden.healthMessage
    #expect(board.send(Golden.readHealth, at: 1) == Golden.health)
  }

  @Test func register_withServos_answersWithTheGoldenBytes() {
    var board = Board()
    let read = BoardRegisterAccess(id: 3, address: 132, byteCount: 4)
    #expect(
      encoded {
        board.session.answer(read, sequence: 7, servo: .done(bits: 2_048), into: &$0)
      } == Golden.registerValue)
    let write = BoardRegisterAccess(id: 3, address: 84, byteCount: 2, newBits: 800)
    #expect(
      encoded {
        board.session.answer(write, sequence: 8, servo: .done(bits: 0), into: &$0)
      } == Golden.writeRegisterReply)
  }

  @Test(arguments: [
    (BoardRegisterAnswer.silent, BoardRefusal.Code.servoSilent), (.refused, .servoRefused),
  ])
  func register_servoDoesNot_isRefused(
    answer: BoardRegisterAnswer, code: BoardRefusal.Code
  ) throws {
    var board = Board()
    let read = BoardRegisterAccess(id: 3, address: 132, byteCount: 4)
    let reply = encoded { board.session.answer(read, sequence: 7, servo: answer, into: &$0) }
    let refusal = try BoardRefusal(decoding: #require(frames(in: reply).first))
    #expect(refusal == BoardRefusal(code: code, kindCode: 0x06))
    #expect(board.session.refusedRequestCount == 1)
  }

  @Test func register_withoutServos_isRefused() throws {
    var board = Board()
    #expect(
      try board.refusal(of: Golden.readRegister, at: 0)
        == BoardRefusal(code: .servoBusAbsent, kindCode: 0x06))
    #expect(
      try board.refusal(of: Golden.writeRegister, at: 0)
        == BoardRefusal(code: .servoBusAbsent, kindCode: 0x07))
  }

  @Test func writeRegister_whileTorqueIsOn_isRefused() throws {
    var board = armedBoard()
    let write = BoardRegisterAccess(id: 3, address: 84, byteCount: 2, newBits: 800)
    #expect(!board.session.passes(write))
    #expect(board.session.passes(BoardRegisterAccess(id: 3, address: 84, byteCount: 2)))
    #expect(
      try board.refusal(of: Golden.writeRegister, at: Self.armedAt)
        == BoardRefusal(code: .torqueIsOn, kindCode: 0x07))
  }

  @Test(arguments: [UInt8(0), 5]) func register_ofAnImpossibleSize_isMalformedAlsoWhileItHolds(
    size: UInt8
  ) throws {
    var board = armedBoard()
    let bytes = handmadeFrame(kind: 0x06, sequence: 1, payload: [3, 0, 0, size])
    #expect(
      try board.refusal(of: bytes, at: Self.armedAt)
        == BoardRefusal(code: .malformedPayload, kindCode: 0x06))
  }

  @Test func writeRegister_whileTheWatchdogHolds_isRefusedAndOnceLimpIsNot() throws {
    var board = armedBoard()
    #expect(
      try board.refusal(of: Golden.writeRegister, at: Self.armedAt + 200_000).code == .torqueIsOn)
    #expect(
      try board.refusal(of: Golden.writeRegister, at: Self.armedAt + 1_200_000).code
        == .servoBusAbsent)
  }

  @Test func command_beforeArming_isRefusedAndMovesNothing() throws {
    var board = Board()
    let refusal = try board.refusal(of: Golden.command, at: 0)
    #expect(refusal == BoardRefusal(code: .notArmed, kindCode: 0x03))
    #expect(board.session.goalTicks[0] == 0)
    #expect(!board.session.isTorqueOn)
    #expect(board.session.refusedRequestCount == 1)
  }

  @Test func arm_disarmed_startsGoalsAtThePresentPositions() {
    let board = armedBoard()
    #expect(board.session.isTorqueOn)
    #expect(board.session.goalTicks[0] == 2048)
    #expect(board.session.goalTicks[1] == 1024)
  }

  @Test func command_armed_setsTheGoals() {
    var board = armedBoard()
    #expect(board.send(Golden.command, at: Self.armedAt + 20_000) == [])
    #expect(board.session.goalTicks[0] == 2058)
    #expect(board.session.goalTicks[1] == 1000)
  }

  @Test func command_otherJointCount_isRefusedAndDoesNotFeed() throws {
    var board = armedBoard()
    let oneJoint = handmadeFrame(kind: 0x03, sequence: 1, payload: [1, 0, 0])
    let refusal = try board.refusal(of: oneJoint, at: Self.armedAt + 90_000)
    #expect(refusal == BoardRefusal(code: .jointCountMismatch, kindCode: 0x03))
    #expect(try board.state(at: Self.armedAt + 100_000).flags.contains(.watchdogHolding))
  }

  @Test func command_malformed_isRefused() throws {
    var board = armedBoard()
    let malformed = handmadeFrame(kind: 0x03, sequence: 1, payload: [2, 0, 0])
    let refusal = try board.refusal(of: malformed, at: Self.armedAt)
    #expect(refusal == BoardRefusal(code: .malformedPayload, kindCode: 0x03))
  }

  @Test func request_otherVersion_isRefusedWithTheGoldenBytes() {
    var board = Board()
    let request = hex("A5 5A 02 02 07 00 00 90 37")
    #expect(board.send(request, at: 0) == hex("A5 5A 01 FF 07 00 02 04 02 87 F2"))
  }

  @Test func request_unknownKind_isRefusedWithTheGoldenBytes() {
    var board = Board()
    let request = hex("A5 5A 01 10 08 00 00 D1 DF")
    #expect(board.send(request, at: 0) == hex("A5 5A 01 FF 08 00 02 05 10 40 76"))
  }

  @Test(arguments: [Golden.refusal, Golden.state, Golden.armReply])
  func reply_echoedBack_isNotAnswered(echo: [UInt8]) {
    var board = Board()
    #expect(board.send(echo, at: 0) == [])
  }

  @Test func poll_justBefore100Milliseconds_staysArmed() {
    var board = armedBoard()
    board.session.poll(at: Self.armedAt + 99_999)
    #expect(board.session.flags.rawValue == BoardFlags.torqueOn.rawValue)
    #expect(board.session.faults.rawValue == 0)
  }

  @Test func poll_at100Milliseconds_holdsTheLastGoals() {
    var board = armedBoard()
    _ = board.send(Golden.command, at: Self.armedAt)
    board.session.poll(at: Self.armedAt + 100_000)
    #expect(board.session.flags.rawValue == 0b011)
    #expect(board.session.faults.contains(.commandTimeout))
    #expect(board.session.isTorqueOn)
    #expect(board.session.goalTicks[0] == 2058)
  }

  @Test func poll_at1100Milliseconds_isLimp() {
    var board = armedBoard()
    board.session.poll(at: Self.armedAt + 1_099_999)
    #expect(board.session.isTorqueOn)
    board.session.poll(at: Self.armedAt + 1_100_000)
    #expect(board.session.flags.rawValue == 0b100)
    #expect(!board.session.isTorqueOn)
  }

  @Test func commands_every99Milliseconds_keepItArmed() {
    var board = armedBoard()
    for step in 1...50 {
      #expect(board.send(Golden.command, at: Self.armedAt + UInt64(step) * 99_000) == [])
    }
    #expect(board.session.isTorqueOn)
  }

  @Test func readState_withoutCommands_doesNotFeed() throws {
    var board = armedBoard()
    for step in 1...10 { _ = try board.state(at: Self.armedAt + UInt64(step) * 9_000) }
    #expect(try board.state(at: Self.armedAt + 100_000).flags.contains(.watchdogHolding))
  }

  @Test func command_lateWithoutAPoll_isRefused() throws {
    var board = armedBoard()
    let refusal = try board.refusal(of: Golden.command, at: Self.armedAt + 150_000)
    #expect(refusal.code == .watchdogTripped)
    #expect(board.session.goalTicks[0] == 2048)
  }

  @Test(arguments: [UInt64(200_000), 5_000_000])
  func arm_afterTheWatchdogTripped_clearsIt(delay: UInt64) {
    var board = armedBoard()
    board.session.poll(at: Self.armedAt + delay)
    #expect(board.send(Golden.arm, at: Self.armedAt + delay) == Golden.armReply)
    #expect(board.session.flags.rawValue == BoardFlags.torqueOn.rawValue)
    #expect(board.session.faults.rawValue == 0)
    #expect(board.send(Golden.command, at: Self.armedAt + delay + 50_000) == [])
  }

  @Test func disarm_afterTheWatchdogTripped_leavesTheFaultLatched() throws {
    var board = armedBoard()
    #expect(board.send(Golden.disarm, at: Self.armedAt + 200_000) == Golden.disarmReply)
    #expect(!board.session.isTorqueOn)
    let state = try board.state(at: Self.armedAt + 300_000)
    #expect(state.flags.rawValue == 0)
    #expect(state.faults.contains(.commandTimeout))
    let refusal = try board.refusal(of: Golden.command, at: Self.armedAt + 300_000)
    #expect(refusal.code == .watchdogTripped)
  }

  @Test func poll_disarmed_neverTrips() {
    var board = Board()
    board.session.poll(at: 10_000_000)
    #expect(board.session.faults.rawValue == 0)
  }

  @Test func poll_timeRunsBackwards_isLimp() {
    var board = armedBoard()
    board.session.poll(at: Self.armedAt - 1)
    #expect(!board.session.isTorqueOn)
  }

  @Test func state_standingFaults_areCarriedAndSurviveArming() throws {
    var board = armedBoard()
    board.session.standingFaults = .servoBusAbsent
    #expect(board.send(Golden.arm, at: Self.armedAt) == Golden.armReply)
    #expect(try board.state(at: Self.armedAt).faults.rawValue == 0b10)
  }

  @Test func state_afterADamagedFrame_countsIt() throws {
    var board = Board()
    var damaged = Golden.command
    damaged[8] ^= 1
    #expect(board.send(damaged, at: 0) == [])
    #expect(try board.state(at: 0).badFrameCount == 1)
  }

  @Test func receive_afterASilence_forgetsTheHalfFrame() {
    var board = Board()
    #expect(board.send(Array(Golden.command[..<8]), at: 0) == [])
    #expect(board.send(Golden.hello, at: 1_500_000) == Golden.helloReply)
  }

  @Test func receive_slowBytesWithinTheGap_areOneFrame() {
    var board = Board()
    var replies: [UInt8] = []
    for (index, byte) in Golden.arm.enumerated() {
      replies += board.send([byte], at: UInt64(index) * BoardProtocol.byteGapMaxMicroseconds)
    }
    #expect(replies == Golden.armReply)
  }
}
