import Loopback
import WireProtocol

/// The host's side of a board in memory: requests as bytes, replies as frames.
struct HostBytes: ~Copyable {
  var board: SimulatedBoard
  /// Time of the bytes, in microseconds since the board started.
  var now: UInt64 = 0
  /// Every byte that the board has sent.
  var received: [UInt8] = []
  private var sequence: UInt16 = 0

  init(_ clock: LoopbackClock, robot: consuming SimulatedRobot) {
    board = SimulatedBoard(robot: robot, clock: clock)
  }

  /// Sends bytes and returns the frames that come back.
  @discardableResult
  mutating func send(_ bytes: [UInt8]) throws -> [BoardFrame] {
    let replies = try board.receive(bytes[...], atMicroseconds: now)
    received += replies
    var decoder = BoardFrameDecoder()
    var frames: [BoardFrame] = []
    for byte in replies {
      decoder.push(byte)
      while let frame = decoder.nextFrame() { frames.append(frame) }
    }
    return frames
  }

  @discardableResult
  mutating func request(_ kind: BoardMessageKind) throws -> BoardFrame? {
    sequence &+= 1
    return try send(Self.encoded { kind.encode(sequence: sequence, into: &$0) }).first
  }

  @discardableResult
  mutating func command(_ ticks: [Int16]) throws -> BoardFrame? {
    sequence &+= 1
    var goals = BoardProtocol.JointValues(repeating: 0)
    for (joint, value) in ticks.enumerated() { goals[joint] = value }
    let command = BoardCommand(jointCount: ticks.count, goalTicks: goals)
    return try send(Self.encoded { command.encode(sequence: sequence, into: &$0) }).first
  }

  mutating func state() throws -> BoardState {
    guard let frame = try request(.readState) else { throw Silence() }
    return try BoardState(decoding: frame)
  }

  /// Sends the same goals every 20 ms.
  mutating func command(_ ticks: [Int16], forMilliseconds milliseconds: UInt64) throws {
    for _ in 0..<(milliseconds / 20) {
      try command(ticks)
      now += 20_000
      try board.advance(toMicroseconds: now)
    }
  }

  /// Lets time pass without a byte, as the server does: in steps of 5 ms.
  mutating func wait(milliseconds: UInt64) throws {
    let end = now + milliseconds * 1_000
    while now < end {
      now = min(now + 5_000, end)
      try board.advance(toMicroseconds: now)
    }
  }

  struct Silence: Error {}

  private static func encoded(_ encode: (inout MutableSpan<UInt8>) -> Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: BoardProtocol.frameByteCountMax)
    var span = bytes.mutableSpan
    let count = encode(&span)
    return Array(bytes[..<count])
  }
}

extension SimulatedBoard {
  /// Takes bytes and gives the answers.
  mutating func receive(
    _ bytes: ArraySlice<UInt8>, atMicroseconds microseconds: UInt64
  ) throws -> [UInt8] {
    var replies = LoopbackReplies()
    for byte in bytes { try receive(byte, at: 1_000 * microseconds, replies: &replies) }
    return replies.bytes
  }

  mutating func advance(toMicroseconds microseconds: UInt64) throws {
    try advance(to: 1_000 * microseconds)
  }
}

extension BoardSample {
  /// Positions of the joints that exist.
  var ticks: [Int16] { (0..<jointCount).map { positionTicks[$0] } }
}
