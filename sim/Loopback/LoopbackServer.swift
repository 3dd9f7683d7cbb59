public import Realtime

/// A loopback on a pseudo terminal, which a host opens as it opens a robot's serial port.
public struct LoopbackServer<Device: LoopbackDevice & ~Copyable>: ~Copyable {
  private var terminal: PseudoTerminal?
  /// The IMU's line, where it has one of its own.
  private var imuTerminal: PseudoTerminal?
  private var device: Device
  /// Time at which the device started: the first run.
  private var startNanoseconds: UInt64?
  private var request: [UInt8]
  private var replies = LoopbackReplies()
  /// New answers of the device, before faults are injected.
  private var fresh = LoopbackReplies()
  private var plan: FaultPlan
  /// True when both lines echo the host's bytes.
  private var isEchoing = false
  /// Time until which it polls without waiting, because a host often goes on after an answer.
  private var wakeUntilNanoseconds: UInt64 = 0
  private var replyDelayMaxMicroseconds: UInt64 = 0
  private var unsentReplyBytes = 0

  /// Connects a device to a pseudo terminal, and its IMU to another.
  ///
  /// - Parameters:
  ///   - faults: Faults to inject.
  ///   - seed: Decides which answers the faults affect.
  public init(
    device: consuming Device, terminal: consuming PseudoTerminal,
    imu: consuming PseudoTerminal? = nil, faults: [LoopbackFault] = [], seed: UInt64 = 0
  ) {
    self.device = device
    plan = FaultPlan(faults, seed: seed)
    path = terminal.path
    link = terminal.link
    self.terminal = consume terminal
    imuPath = imu?.path
    imuTerminal = imu
    request = [UInt8](repeating: 0, count: requestByteCountMax)
  }

  /// The host's end, such as `/dev/pts/3`.
  public private(set) var path: String
  private let link: String?
  /// The host's end of the IMU's line; `nil` without one.
  public let imuPath: String?

  /// Report on the run so far.
  public var report: LoopbackReport {
    var report = device.report
    report.replyDelayMaxMicroseconds = replyDelayMaxMicroseconds
    report.unsentReplyBytes = unsentReplyBytes
    report.faults = plan.counts
    return report
  }

  /// Changes the device, between two runs.
  public mutating func change(_ body: (inout Device) -> Void) { body(&device) }

  /// Serves on the machine's clock until asked to stop.
  ///
  /// - Parameters:
  ///   - shouldStop: Asked at least every few milliseconds, and after each handled signal.
  ///   - clock: The machine's clock, on which bytes are awaited.
  /// - Returns: The report; ``report`` has it too when this throws.
  @discardableResult
  public mutating func run(
    until shouldStop: () -> Bool, on clock: MonotonicClock
  ) throws(LoopbackError) -> LoopbackReport {
    try run(until: shouldStop, nowNanoseconds: { clock.nowNanoseconds })
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
      if !plan.isEmpty { try changeFaults() }
      if byteCount > 0 { device.listen(at: terminal?.baudRate ?? 0) }
      if isEchoing { try echo(request.span.extracting(first: byteCount), nowNanoseconds()) }
      for index in 0..<byteCount {
        try device.receive(request[index], at: arrivedNanoseconds, replies: &fresh)
      }
      injectFaults()
      // Before the replies, so that a host that has them finds the IMU's reading on its line.
      try exchangeIMU()
      try sendReplies(start: start, nowNanoseconds)
    }
    return report
  }

  /// Reads the host's bytes, and waits no longer than until a reply or a physics step is due.
  private mutating func awaitRequest(start: UInt64, now: UInt64) throws(LoopbackError) -> Int {
    var deadline = now < wakeUntilNanoseconds ? now : now + waitMaxNanoseconds
    if device.clock == .realTime {
      deadline = min(deadline, start + device.nextStepNanoseconds)
    }
    if let due = replies.nextDueNanoseconds {
      // Waking up takes time; the rest is spent looking at the clock.
      deadline = min(deadline, start + due - min(due, wakingNanoseconds))
    }
    // Bytes to a port that is gone are lost; time goes on.
    if terminal == nil {
      let pause = min(deadline, now + waitMaxNanoseconds)
      BackgroundThread.rest(nanoseconds: pause > now ? pause - now : 0)
      return 0
    }
    // Taken out for the call: the terminal is read while it is written.
    var bytes: [UInt8] = []
    swap(&bytes, &request)
    defer { swap(&bytes, &request) }
    do {
      var span = bytes.mutableSpan
      return try terminal?.read(into: &span, deadlineNanoseconds: deadline) ?? 0
    } catch {
      throw .terminal(error)
    }
  }

  /// Begins and ends faults of the device and of the port.
  private mutating func changeFaults() throws(LoopbackError) {
    for change in plan.changes(at: device.report.simulatedSeconds) {
      if change.fault.kind == .echo { isEchoing = change.isOn }
      guard change.fault.kind == .portGone else {
        device.befall(change.fault, isOn: change.isOn)
        continue
      }
      terminal = nil
      if !change.isOn {
        do {
          let back = try PseudoTerminal(link: link)
          path = back.path
          terminal = consume back
        } catch {
          throw .terminal(error)
        }
      }
    }
  }

  /// Echoes the host's bytes before any answer, as on a wire.
  private func echo(_ bytes: Span<UInt8>, _ nowNanoseconds: UInt64) throws(LoopbackError) {
    guard !bytes.isEmpty else { return }
    do {
      _ = try terminal?.write(
        bytes, deadlineNanoseconds: nowNanoseconds + replyTimeMaxNanoseconds)
    } catch {
      throw .terminal(error)
    }
  }

  private mutating func injectFaults() {
    while fresh.nextDueNanoseconds != nil {
      let reply = fresh.removeFirst()
      if plan.isEmpty {
        replies.append(reply)
      } else {
        let befallen = plan.befall(
          reply, renumber: { device.renumbered($0) },
          flip: { device.flipped($0, places: $1) })
        for reply in befallen { replies.append(reply) }
      }
    }
  }

  /// Sends the IMU's bytes and receives its commands; bytes for which the line has no room are
  /// lost.
  private mutating func exchangeIMU() throws(LoopbackError) {
    guard imuPath != nil else { return }
    let baudRate = imuTerminal?.baudRate ?? 0
    let bytes = device.takeIMU(at: baudRate)
    do {
      if !bytes.isEmpty { _ = try imuTerminal?.write(bytes.span, deadlineNanoseconds: 0) }
      var room = InlineArray<32, UInt8>(repeating: 0)
      var span = room.mutableSpan
      let byteCount = try imuTerminal?.read(into: &span, deadlineNanoseconds: 0) ?? 0
      if isEchoing && byteCount > 0 {
        _ = try imuTerminal?.write(room.span.extracting(first: byteCount), deadlineNanoseconds: 0)
      }
      for index in 0..<byteCount { device.receiveIMU(room[index], at: baudRate) }
    } catch {
      throw .terminal(error)
    }
  }

  /// Sends the replies that are due now or in a moment.
  private mutating func sendReplies(
    start: UInt64, _ nowNanoseconds: () -> UInt64
  ) throws(LoopbackError) {
    while let due = replies.nextDueNanoseconds {
      var now = nowNanoseconds() - start
      guard due <= now + wakingNanoseconds else { return }
      while now < due { now = nowNanoseconds() - start }
      let bytes = replies.removeFirst().bytes
      do {
        let sentCount =
          try terminal?.write(
            bytes.span, deadlineNanoseconds: nowNanoseconds() + replyTimeMaxNanoseconds) ?? 0
        unsentReplyBytes += bytes.count - sentCount
      } catch {
        throw .terminal(error)
      }
      wakeUntilNanoseconds = nowNanoseconds() + wakingNanoseconds
      replyDelayMaxMicroseconds = max(
        replyDelayMaxMicroseconds, (nowNanoseconds() - start - due) / 1_000)
    }
  }
}

/// Bytes read from the line at once, which bound the replies too.
private let requestByteCountMax = 256
/// The longest wait for a byte, so that stop signals and physics never wait for the host.
private let waitMaxNanoseconds: UInt64 = 5_000_000
/// The longest wait for room on the line; a host that reads makes none necessary.
private let replyTimeMaxNanoseconds: UInt64 = 10_000_000
/// Delay with which a wait ends on a machine that is not busy.
private let wakingNanoseconds: UInt64 = 100_000
