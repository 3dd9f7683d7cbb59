internal import CRealtime

/// A loopback on a pseudo terminal: a host opens it as it opens a robot's serial port.
public struct LoopbackServer<Device: LoopbackDevice & ~Copyable>: ~Copyable {
  private let terminal: PseudoTerminal
  /// The line of the motion sensor, where it has one.
  private let motion: PseudoTerminal?
  private var device: Device
  /// When the device started: at the first run.
  private var startNanoseconds: UInt64?
  private var request: [UInt8]
  private var replies = LoopbackReplies()
  private var replyDelayMaxMicroseconds: UInt64 = 0
  private var unsentReplyBytes = 0

  /// Puts a device behind a pseudo terminal, and its motion sensor behind another.
  public init(
    device: consuming Device, terminal: consuming PseudoTerminal,
    motion: consuming PseudoTerminal? = nil
  ) {
    self.device = device
    self.terminal = terminal
    motionPath = motion?.path
    self.motion = motion
    request = [UInt8](repeating: 0, count: requestByteCountMax)
  }

  /// The host's end, such as `/dev/pts/3`.
  public var path: String { terminal.path }
  /// The host's end of the motion sensor's line; `nil` without one.
  public let motionPath: String?

  /// What has happened so far.
  public var report: LoopbackReport {
    var report = device.report
    report.replyDelayMaxMicroseconds = replyDelayMaxMicroseconds
    report.unsentReplyBytes = unsentReplyBytes
    return report
  }

  /// Does something to the device, between two runs.
  public mutating func change(_ body: (inout Device) -> Void) { body(&device) }

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
      let arrivedNanoseconds = nowNanoseconds() - start
      try device.advance(to: arrivedNanoseconds)
      for index in 0..<byteCount {
        try device.receive(request[index], at: arrivedNanoseconds, replies: &replies)
      }
      // Before the replies: who has those finds the sensor's reading on its line.
      try sendMotion()
      try sendReplies(start: start, nowNanoseconds)
    }
    return report
  }

  /// Reads what the host sent; it waits no longer than until a reply or a physics step is due.
  private mutating func awaitRequest(start: UInt64, now: UInt64) throws(LoopbackError) -> Int {
    var deadline = now + waitMaxNanoseconds
    if device.clock == .realTime {
      deadline = min(deadline, start + device.nextStepNanoseconds)
    }
    if let due = replies.nextDueNanoseconds {
      // Waking up takes time; the rest is spent looking at the clock.
      deadline = min(deadline, start + due - min(due, wakingNanoseconds))
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

  /// Sends what the motion sensor has sent; what the line has no room for is lost, as on a wire.
  private mutating func sendMotion() throws(LoopbackError) {
    let bytes = device.takeMotion()
    guard !bytes.isEmpty else { return }
    do {
      _ = try motion?.write(bytes.span, deadlineNanoseconds: 0)
    } catch {
      throw .terminal(error)
    }
  }

  /// Sends the replies that are due, and those that will be in a moment.
  private mutating func sendReplies(
    start: UInt64, _ nowNanoseconds: () -> UInt64
  ) throws(LoopbackError) {
    while let due = replies.nextDueNanoseconds {
      var now = nowNanoseconds() - start
      guard due <= now + wakingNanoseconds else { return }
      while now < due { now = nowNanoseconds() - start }
      let byteCount = replies.dueByteCount(at: now)
      do {
        let sentCount = try terminal.write(
          replies.bytes.span.extracting(first: byteCount),
          deadlineNanoseconds: nowNanoseconds() + replyTimeMaxNanoseconds)
        unsentReplyBytes += byteCount - sentCount
      } catch {
        throw .terminal(error)
      }
      replies.removeFirst(byteCount)
      replyDelayMaxMicroseconds = max(
        replyDelayMaxMicroseconds, (nowNanoseconds() - start - due) / 1_000)
    }
  }
}

/// Bytes taken from the line at once; they bound the replies too.
private let requestByteCountMax = 256
/// The longest wait for a byte, so that stop signals and physics never wait for the host.
private let waitMaxNanoseconds: UInt64 = 5_000_000
/// The longest wait for room on the line; a host that reads makes none necessary.
private let replyTimeMaxNanoseconds: UInt64 = 10_000_000
/// How late a wait may end on a machine that is not busy.
private let wakingNanoseconds: UInt64 = 100_000
