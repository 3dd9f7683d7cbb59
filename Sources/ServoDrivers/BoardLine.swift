internal import SerialLink
internal import WireProtocol

/// A line to a board: requests with sequence numbers, and the replies to them.
struct BoardLine: ~Copyable {
  private var line: SerialLine
  private var decoder = BoardFrameDecoder()
  private var sequence: UInt16 = 0
  private var outgoing = InlineArray<165, UInt8>(repeating: 0)

  /// Bytes received in one exchange: a line that brings more and no reply is noise without end.
  private static let exchangeByteCountMax = 4096

  init(port: consuming SerialPort) { line = SerialLine(port: port) }

  /// Counts of the board's frames.
  var statistics: FrameStatistics {
    @_noAllocation get { decoder.statistics }
  }

  /// Present time, on the clock of the deadlines.
  var nowNanoseconds: UInt64 { line.nowNanoseconds }
  /// True when the adapter has echoed a request.
  var echoes: Bool { line.echoes }

  /// Sends a request without payload and waits for its reply.
  @_noAllocation
  mutating func exchange(
    _ request: BoardMessageKind, reply: BoardMessageKind, _ deadlineNanoseconds: UInt64
  ) throws(BusError) -> BoardFrame {
    sequence &+= 1
    var room = outgoing.mutableSpan
    let byteCount = request.encode(sequence: sequence, into: &room)
    try send(byteCount, deadlineNanoseconds)
    return try awaitReply(reply, deadlineNanoseconds)
  }

  /// Sends a register request and waits for its reply.
  @_noAllocation
  mutating func exchange(
    _ access: BoardRegisterAccess, reply: BoardMessageKind, _ deadlineNanoseconds: UInt64
  ) throws(BusError) -> BoardFrame {
    sequence &+= 1
    var room = outgoing.mutableSpan
    let byteCount = access.encode(sequence: sequence, into: &room)
    try send(byteCount, deadlineNanoseconds)
    return try awaitReply(reply, deadlineNanoseconds)
  }

  /// Sends goals, which the board answers only to refuse them.
  @_noAllocation
  mutating func send(
    _ command: BoardCommand, _ deadlineNanoseconds: UInt64
  ) throws(BusError) {
    sequence &+= 1
    var room = outgoing.mutableSpan
    let byteCount = command.encode(sequence: sequence, into: &room)
    try send(byteCount, deadlineNanoseconds)
  }

  @_noAllocation
  private mutating func awaitReply(
    _ reply: BoardMessageKind, _ deadlineNanoseconds: UInt64
  ) throws(BusError) -> BoardFrame {
    var receivedByteCount = 0
    while true {
      while let frame = nextFrame() {
        if let answer = try matching(frame, reply) { return answer }
      }
      guard receivedByteCount < Self.exchangeByteCountMax else { throw .silent }
      let byteCount = try line.receive(deadlineNanoseconds: deadlineNanoseconds)
      guard byteCount > 0 else {
        decoder.endBurst()
        throw .silent
      }
      receivedByteCount += byteCount
    }
  }

  /// The next whole frame in the bytes received; `nil` when more are needed.
  @_noAllocation
  private mutating func nextFrame() -> BoardFrame? {
    while true {
      if let frame = decoder.nextFrame() { return frame }
      guard let byte = line.nextByte() else { return nil }
      decoder.push(byte)
    }
  }

  /// The frame if it answers the last request; `nil` for a late reply.
  @_noAllocation
  private func matching(
    _ frame: BoardFrame, _ reply: BoardMessageKind
  ) throws(BusError) -> BoardFrame? {
    guard frame.sequence == sequence else { return nil }
    if frame.kindCode == reply.code { return frame }
    guard frame.kindCode == BoardMessageKind.refusal.code else { return nil }
    let refusal: BoardRefusal
    do {
      refusal = try BoardRefusal(decoding: frame)
    } catch {
      throw .malformedReply
    }
    throw .refused(refusal.code)
  }

  @_noAllocation
  private mutating func send(_ byteCount: Int, _ deadlineNanoseconds: UInt64) throws(BusError) {
    var room = outgoing.mutableSpan
    try line.send(byteCount, of: &room, deadlineNanoseconds: deadlineNanoseconds)
  }
}
