@testable import WireProtocol

/// The board's own side, whatever a host sends and whenever.
///
/// Torque comes on only when it is armed, goals are those of a command that was carried out, and a
/// silent host loses it.
func fuzzBoardSession() {
  var board = FuzzedBoard()
  while !fields.isOver {
    let way = fields.byte()
    board.now += UInt64(fields.byte()) * (way & 0x80 == 0 ? 100 : 20_000)
    switch way & 0x0F {
    case 0...4: board.hear(BoardWire.frame([1, fields.byte()] + fields.bytes(2)))
    case 5...7: board.hear(BoardWire.frame([1, 3] + fields.bytes(2) + [2] + fields.bytes(4)))
    case 8: board.hear(BoardWire.frame([1, 4, 0, 0]))
    case 9: board.hear(BoardWire.frame(fields.bytes(Int(fields.byte()))))
    case 10: board.hear(BoardWire.frame([1, 6] + fields.bytes(6)))
    case 11: board.hear(BoardWire.frame([1, 7] + fields.bytes(Int(fields.byte() & 0x0F))))
    case 12: board.hear(fields.bytes(Int(fields.byte())))
    case 13: board.now = UInt64(fields.long()) << (fields.byte() & 0x1F)
    default: board.pass()
    }
  }
}

/// A board of two joints, and what is known of it from outside.
private struct FuzzedBoard {
  var session = BoardSession(
    firmwareVersion: 0x0102, jointCount: 2, jointNamesHash: 7, controlPeriodMicroseconds: 2_000)
  var now: UInt64 = 1_000_000
  private var heard: UInt64 = 0
  private var buffer = InlineArray<165, UInt8>(repeating: 0)
  private var positions: Int16 = 0

  mutating func hear(_ bytes: [UInt8]) {
    for byte in bytes {
      let before = session.isTorqueOn
      session.receive(byte, at: now)
      if session.isTorqueOn && !before { fatalError("torque came on by a byte") }
      while let request = session.nextRequest() { answer(request) }
    }
    pass()
  }

  mutating func pass() {
    let before = session.isTorqueOn
    session.poll(at: now)
    if session.isTorqueOn && !before { fatalError("torque came on by time") }
    let silence = now &- heard
    let longest = BoardProtocol.commandTimeoutMicroseconds + BoardProtocol.holdDurationMicroseconds
    if session.isTorqueOn && silence >= longest { fatalError("torque after \(silence) us") }
  }

  private mutating func answer(_ request: BoardRequest) {
    let (wasOn, goals) = (session.isTorqueOn, session.goalTicks)
    positions &+= 77
    var sample = BoardSample(jointCount: 2)
    sample.positionTicks[0] = positions
    var bytes = buffer.mutableSpan
    let byteCount: Int
    if case .register(let access) = request.action, session.passes(access) {
      if access.newBits != nil && wasOn { fatalError("a register is written while torque is on") }
      let answers: [BoardRegisterAnswer] = [.done(bits: 0xA5A5_A5A5), .silent, .refused]
      byteCount = session.answer(
        access, sequence: request.sequence, servo: answers[Int(fields.byte()) % 3], into: &bytes)
    } else {
      byteCount = session.answer(request, sample: sample, at: now, into: &bytes)
    }
    judge(request, byteCount, wasOn: wasOn, goals)
  }

  /// Checks that the session did only what its request allows.
  private mutating func judge(
    _ request: BoardRequest, _ byteCount: Int, wasOn: Bool, _ goals: BoardProtocol.JointValues
  ) {
    var mayMove = false
    switch request.action {
    case .arm:
      heard = now
      mayMove = true
      if session.goalTicks[0] != positions { fatalError("armed elsewhere than it is") }
    case .command(let command) where byteCount == 0:
      if !session.isTorqueOn || command.jointCount != 2 { fatalError("a command was believed") }
      heard = now
      mayMove = true
    default: if byteCount == 0 { fatalError("a request was not answered") }
    }
    if !mayMove && session.isTorqueOn && !wasOn { fatalError("torque came on unasked") }
    for joint in 0..<32 where !mayMove && session.goalTicks[joint] != goals[joint] {
      fatalError("a goal changed unasked")
    }
    guard byteCount > 0 else { return }
    var decoder = BoardFrameDecoder()
    for index in 0..<byteCount { decoder.push(buffer[index]) }
    guard let reply = decoder.nextFrame(), reply.sequence == request.sequence,
      reply.kindCode & 0x80 != 0, !decoder.holdsPartialFrame
    else { fatalError("a reply that no host can read") }
  }
}
