internal import CRealtime

/// A loopback on a pseudo terminal: a host opens it as it opens a robot's serial port.
public struct LoopbackServer: ~Copyable {
  private let terminal: PseudoTerminal
  private var board: LoopbackBoard
  /// When the board started: at the first run.
  private var startNanoseconds: UInt64?
  private var request = [UInt8](repeating: 0, count: requestByteCountMax)
  private var replies: [UInt8] = []
  private var replyDelayMaxMicroseconds: UInt64 = 0
  private var unsentReplyBytes = 0

  /// Bytes taken from the line at once; they bound the replies too.
  private static let requestByteCountMax = 256
  /// The longest wait for a byte, so that stop signals and physics never wait for the host.
  private static let waitMaxNanoseconds: UInt64 = 5_000_000
  /// The longest wait for room on the line; a host that reads makes none necessary.
  private static let replyTimeMaxNanoseconds: UInt64 = 10_000_000

  /// Puts a board behind a pseudo terminal.
  public init(board: consuming LoopbackBoard, terminal: consuming PseudoTerminal) {
    self.board = board
    self.terminal = terminal
    replies.reserveCapacity(Self.requestByteCountMax)
  }

  /// The host's end, such as `/dev/pts/3`.
  public var path: String { terminal.path }

  /// What has happened so far.
  public var report: LoopbackReport {
    var report = board.report
    report.replyDelayMaxMicroseconds = replyDelayMaxMicroseconds
    report.unsentReplyBytes = unsentReplyBytes
    return report
  }

  /// Serves on the machine's monotonic clock until asked to stop.
  ///
  /// - Parameter shouldStop: Asked at least every few milliseconds, and after each handled signal.
  /// - Returns: What has happened; ``report`` says it too when this throws.
  @discardableResult
  public mutating func run(
    until shouldStop: () -> Bool
  ) throws(LoopbackError) -> LoopbackReport {
    try run(until: shouldStop, nowNanoseconds: { realtimeMonotonicNanoseconds() })
  }

  /// Serves on a given clock until asked to stop.
  ///
  /// - Parameters:
  ///   - shouldStop: Asked at least every few milliseconds, and after each handled signal.
  ///   - nowNanoseconds: Never runs backwards. Bytes are awaited on the monotonic clock, so with a
  ///     clock that is behind it nothing is awaited.
  @discardableResult
  public mutating func run(
    until shouldStop: () -> Bool, nowNanoseconds: () -> UInt64
  ) throws(LoopbackError) -> LoopbackReport {
    let start = startNanoseconds ?? nowNanoseconds()
    startNanoseconds = start
    while !shouldStop() {
      let byteCount = try awaitRequest(start: start, now: nowNanoseconds())
      let arrivedNanoseconds = nowNanoseconds()
      let arrivedMicroseconds = (arrivedNanoseconds - start) / 1_000
      try board.advance(to: arrivedMicroseconds)
      for index in 0..<byteCount {
        try board.receive(
          request[index], at: arrivedMicroseconds, appendingRepliesTo: &replies)
      }
      guard !replies.isEmpty else { continue }
      try sendReplies(deadline: nowNanoseconds() + Self.replyTimeMaxNanoseconds)
      replyDelayMaxMicroseconds = max(
        replyDelayMaxMicroseconds, (nowNanoseconds() - arrivedNanoseconds) / 1_000)
    }
    return report
  }

  /// Reads what the host sent; in real time it waits no longer than until the next physics step.
  private mutating func awaitRequest(start: UInt64, now: UInt64) throws(LoopbackError) -> Int {
    var deadline = now + Self.waitMaxNanoseconds
    if board.clock == .realTime {
      deadline = min(deadline, start + 1_000 * board.nextStepMicroseconds)
    }
    return try Self.read(terminal, into: &request, deadline: deadline)
  }

  private static func read(
    _ terminal: borrowing PseudoTerminal, into bytes: inout [UInt8], deadline: UInt64
  ) throws(LoopbackError) -> Int {
    do {
      var span = bytes.mutableSpan
      return try terminal.read(into: &span, deadlineNanoseconds: deadline)
    } catch {
      throw .terminal(error)
    }
  }

  private mutating func sendReplies(deadline: UInt64) throws(LoopbackError) {
    do {
      let sentCount = try terminal.write(replies.span, deadlineNanoseconds: deadline)
      unsentReplyBytes += replies.count - sentCount
    } catch {
      throw .terminal(error)
    }
    replies.removeAll(keepingCapacity: true)
  }
}
