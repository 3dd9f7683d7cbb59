import SeededRandomness
import Testing
import WireProtocol

@Suite struct BoardMessageTests {
  func frame(_ bytes: [UInt8]) throws -> BoardFrame {
    let found = frames(in: bytes)
    try #require(found.count == 1)
    return found[0]
  }

  @Test(arguments: [
    (BoardMessageKind.hello, UInt16(1), Golden.hello), (.arm, 2, Golden.arm),
    (.armReply, 2, Golden.armReply), (.readState, 3, Golden.readState),
    (.disarm, 5, Golden.disarm), (.disarmReply, 5, Golden.disarmReply),
    (.readHealth, 9, Golden.readHealth),
  ])
  func encode_kindWithoutPayload_writesTheGoldenBytes(
    kind: BoardMessageKind, sequence: UInt16, golden: [UInt8]
  ) {
    #expect(encoded { kind.encode(sequence: sequence, into: &$0) } == golden)
  }

  @Test func encode_identity_writesTheGoldenBytes() {
    #expect(encoded { Golden.identity.encode(sequence: 1, into: &$0) } == Golden.helloReply)
  }

  @Test func decode_goldenIdentity_isTheIdentity() throws {
    #expect(try BoardIdentity(decoding: frame(Golden.helloReply)) == Golden.identity)
  }

  @Test func encode_state_writesTheGoldenBytes() {
    #expect(encoded { Golden.stateMessage.encode(sequence: 3, into: &$0) } == Golden.state)
  }

  @Test func decode_goldenState_isTheState() throws {
    #expect(try BoardState(decoding: frame(Golden.state)) == Golden.stateMessage)
  }

  @Test func health_isTheGoldenBytesBothWays() throws {
    #expect(encoded { Golden.healthMessage.encode(sequence: 9, into: &$0) } == Golden.health)
    let health = try BoardHealth(decoding: frame(Golden.health))
    #expect(health.jointCount == 2)
    #expect(health.celsius[0] == 41 && health.celsius[1] == 0)
    #expect(!health.isSilent[0] && health.isSilent[1])
  }

  @Test func health_everyCondition_isABitBothWays() throws {
    let bytes = handmadeFrame(kind: 0x88, sequence: 9, payload: [2, 41, 0xFE, 0, 0b100_0001])
    let health = try BoardHealth(decoding: frame(bytes))
    #expect(!health.isSilent[0] && health.errorBits[0] == 0b111_1111)
    #expect(health.isSilent[1] && health.errorBits[1] == 0b10_0000)
    #expect(encoded { health.encode(sequence: 9, into: &$0) } == bytes)
  }

  @Test(arguments: [([UInt8](), 0, 1), ([2, 41, 0], 3, 5)])
  func decode_healthOfOtherSize_throwsPayloadByteCount(
    payload: [UInt8], found: Int, expected: Int
  ) throws {
    let frame = try frame(handmadeFrame(kind: 0x88, sequence: 0, payload: payload))
    #expect(throws: BoardFrameError.payloadByteCount(found: found, expected: expected)) {
      try BoardHealth(decoding: frame)
    }
  }

  @Test func encode_command_writesTheGoldenBytes() {
    #expect(encoded { Golden.commandMessage.encode(sequence: 4, into: &$0) } == Golden.command)
  }

  @Test func decode_goldenCommand_isTheCommand() throws {
    #expect(try BoardCommand(decoding: frame(Golden.command)) == Golden.commandMessage)
  }

  @Test func encode_negativeGoalAndLargeSequence_areLittleEndian() {
    let command = BoardCommand(jointCount: 1, goalTicks: .init(repeating: -2))
    #expect(
      encoded { command.encode(sequence: 0xABCD, into: &$0) }
        == hex("A5 5A 01 03 CD AB 03 01 FE FF 28 68"))
  }

  @Test func encode_refusal_writesTheGoldenBytes() {
    let refusal = BoardRefusal(code: .notArmed, kindCode: 0x03)
    #expect(encoded { refusal.encode(sequence: 6, into: &$0) } == Golden.refusal)
  }

  @Test func decode_goldenRefusal_isTheRefusal() throws {
    let refusal = try BoardRefusal(decoding: frame(Golden.refusal))
    #expect(refusal == BoardRefusal(code: .notArmed, kindCode: 0x03))
  }

  @Test func encode_stateWithMostJoints_fillsTheLongestFrame() throws {
    var state = Golden.stateMessage
    state.sample = BoardSample(jointCount: BoardProtocol.jointsMax)
    state.sample.velocityTicksPerSecond[31] = .min
    let bytes = encoded { state.encode(sequence: 0, into: &$0) }
    #expect(bytes.count == BoardProtocol.frameByteCountMax)
    #expect(try BoardState(decoding: frame(bytes)) == state)
  }

  @Test func registerMessages_areTheGoldenBytesBothWays() throws {
    let read = BoardRegisterAccess(id: 3, address: 132, byteCount: 4)
    #expect(encoded { read.encode(sequence: 7, into: &$0) } == Golden.readRegister)
    #expect(try BoardRegisterAccess(decoding: frame(Golden.readRegister)) == read)
    let value = BoardRegisterValue(byteCount: 4, bits: 2_048)
    #expect(encoded { value.encode(sequence: 7, into: &$0) } == Golden.registerValue)
    #expect(try BoardRegisterValue(decoding: frame(Golden.registerValue)) == value)
    let write = BoardRegisterAccess(id: 3, address: 84, byteCount: 2, newBits: 800)
    #expect(encoded { write.encode(sequence: 8, into: &$0) } == Golden.writeRegister)
    #expect(try BoardRegisterAccess(decoding: frame(Golden.writeRegister)) == write)
  }

  @Test(arguments: [UInt8(0), 5]) func decode_registerOfOtherSize_throws(byteCount: UInt8) throws {
    let frame = try frame(handmadeFrame(kind: 0x06, sequence: 0, payload: [3, 0, 0, byteCount]))
    #expect(throws: BoardFrameError.registerByteCount(found: Int(byteCount), max: 4)) {
      try BoardRegisterAccess(decoding: frame)
    }
  }

  @Test func decode_writeOfNothing_throwsPayloadByteCount() throws {
    let frame = try frame(handmadeFrame(kind: 0x07, sequence: 0, payload: [3, 0, 0]))
    #expect(throws: BoardFrameError.payloadByteCount(found: 3, expected: 4)) {
      try BoardRegisterAccess(decoding: frame)
    }
  }

  @Test func decode_otherKind_throwsKind() throws {
    let frame = try frame(Golden.state)
    #expect(throws: BoardFrameError.kind(found: 0x82, expected: 0x81)) {
      try BoardIdentity(decoding: frame)
    }
  }

  @Test func decode_otherVersion_throwsVersion() throws {
    let frame = try frame(handmadeFrame(version: 2, kind: 0x82, sequence: 0))
    #expect(throws: BoardFrameError.version(found: 2, expected: 1)) {
      try BoardState(decoding: frame)
    }
  }

  @Test func decode_shortState_throwsPayloadByteCount() throws {
    let frame = try frame(
      handmadeFrame(kind: 0x82, sequence: 0, payload: .init(repeating: 0, count: 27)))
    #expect(throws: BoardFrameError.payloadByteCount(found: 27, expected: 28)) {
      try BoardState(decoding: frame)
    }
  }

  @Test func decode_commandWithFewerGoalsThanJoints_throwsPayloadByteCount() throws {
    let frame = try frame(handmadeFrame(kind: 0x03, sequence: 0, payload: [2, 0, 0]))
    #expect(throws: BoardFrameError.payloadByteCount(found: 3, expected: 5)) {
      try BoardCommand(decoding: frame)
    }
  }

  @Test func decode_commandWithTooManyJoints_throwsJointCount() throws {
    let frame = try frame(handmadeFrame(kind: 0x03, sequence: 0, payload: [33]))
    #expect(throws: BoardFrameError.jointCount(found: 33, max: 32)) {
      try BoardCommand(decoding: frame)
    }
  }

  @Test func decode_emptyCommand_throwsPayloadByteCount() throws {
    let frame = try frame(handmadeFrame(kind: 0x03, sequence: 0))
    #expect(throws: BoardFrameError.payloadByteCount(found: 0, expected: 1)) {
      try BoardCommand(decoding: frame)
    }
  }

  @Test func decode_unknownRefusalCode_throwsRefusalCode() throws {
    let frame = try frame(handmadeFrame(kind: 0xFF, sequence: 0, payload: [99, 3]))
    #expect(throws: BoardFrameError.refusalCode(found: 99)) { try BoardRefusal(decoding: frame) }
  }

  @Test func decode_everyRandomPayload_neverTraps() throws {
    var generator = SeededRandom(seed: 7)
    for _ in 0..<2_000 {
      let payload = (0..<Int.random(in: 0...156, using: &generator)).map { _ in
        UInt8.random(in: 0...40, using: &generator)
      }
      for kind: UInt8 in [0x81, 0x82, 0x03, 0x06, 0x07, 0x86, 0xFF] {
        for frame in frames(in: handmadeFrame(kind: kind, sequence: 0, payload: payload)) {
          _ = try? BoardIdentity(decoding: frame)
          _ = try? BoardState(decoding: frame)
          _ = try? BoardCommand(decoding: frame)
          _ = try? BoardRegisterAccess(decoding: frame)
          _ = try? BoardRegisterValue(decoding: frame)
          _ = try? BoardRefusal(decoding: frame)
        }
      }
    }
  }

  @Test(arguments: [
    (Float(0.0015), Int16(2)), (-0.0015, -2), (1, 1_000), (40, .max), (-40, .min), (.nan, 0),
    (.infinity, .max), (-.infinity, .min),
  ])
  func counts_value_roundsAndSaturates(value: Float, expected: Int16) {
    #expect(BoardProtocol.counts(value, countsPerUnit: 1_000) == expected)
  }

  @Test func permanentNumbers_areThoseOfTheDocument() {
    let kinds: [BoardMessageKind] = [
      .hello, .readState, .command, .arm, .disarm, .helloReply, .state, .armReply, .disarmReply,
      .refusal, .readRegister, .writeRegister, .registerValue, .writeRegisterReply,
    ]
    #expect(kinds.map(\.rawValue) == hex("01 02 03 04 05 81 82 84 85 FF 06 07 86 87"))
    let codes: [BoardRefusal.Code] = [
      .notArmed, .watchdogTripped, .jointCountMismatch, .versionMismatch, .unknownKind,
      .malformedPayload, .servoBusAbsent, .servoSilent, .servoRefused, .torqueIsOn,
    ]
    #expect(codes.map(\.rawValue) == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    let flags: [BoardFlags] = [.torqueOn, .watchdogHolding, .watchdogLimp]
    #expect(flags.map(\.rawValue) == [1, 2, 4])
    let faults: [BoardFaults] = [
      .commandTimeout, .servoBusAbsent, .imuAbsent, .servoSilent, .servoError, .imuSilent,
    ]
    #expect(faults.map(\.rawValue) == [1, 2, 4, 8, 16, 32])
  }
}
