/// What is at the robot's end of the line, as a value: bytes and time in, replies out, no I/O.
///
/// Times are in nanoseconds since it started and never run backwards. In lockstep a device keeps its
/// own time and looks at no other.
public protocol LoopbackDevice: ~Copyable {
  /// What makes time pass.
  var clock: LoopbackClock { get }
  /// When the next physics step is due; in lockstep it comes only with a command.
  var nextStepNanoseconds: UInt64 { get }
  /// What has happened so far.
  var report: LoopbackReport { get }

  /// Lets time pass up to now; in lockstep nothing happens.
  mutating func advance(to nowNanoseconds: UInt64) throws(LoopbackError)

  /// Takes one byte from the host and answers the requests that it completes.
  mutating func receive(
    _ byte: UInt8, at nowNanoseconds: UInt64, replies: inout LoopbackReplies
  ) throws(LoopbackError)

  /// What a motion sensor on a line of its own has sent since the last call.
  mutating func takeMotion() -> [UInt8]
}

extension LoopbackDevice where Self: ~Copyable {
  /// Nothing: the sensor is behind the same line.
  public mutating func takeMotion() -> [UInt8] { [] }
}

/// Answers on their way to the host, each with the time at which its last byte is there.
public struct LoopbackReplies: Sendable {
  /// Bytes that are not sent yet, in order.
  public private(set) var bytes: [UInt8] = []
  private var ends: [(byteCount: Int, dueNanoseconds: UInt64)] = []

  /// No answers, and room for some.
  public init() {
    bytes.reserveCapacity(1_024)
    ends.reserveCapacity(64)
  }

  /// When the first is there; `nil` when there is none.
  public var nextDueNanoseconds: UInt64? { ends.first?.dueNanoseconds }

  /// When the last is there; `nil` when there is none.
  public var lastDueNanoseconds: UInt64? { ends.last?.dueNanoseconds }

  /// Appends an answer.
  ///
  /// - Parameter dueNanoseconds: Not before that of the one before.
  public mutating func append(_ reply: Span<UInt8>, dueNanoseconds: UInt64) {
    for index in reply.indices { bytes.append(reply[index]) }
    ends.append((bytes.count, dueNanoseconds))
  }

  /// How many bytes are there by now.
  func dueByteCount(at nowNanoseconds: UInt64) -> Int {
    ends.last { $0.dueNanoseconds <= nowNanoseconds }?.byteCount ?? 0
  }

  /// Forgets the first bytes, which end with an answer.
  mutating func removeFirst(_ byteCount: Int) {
    bytes.removeFirst(byteCount)
    ends.removeAll { $0.byteCount <= byteCount }
    for index in ends.indices { ends[index].byteCount -= byteCount }
  }
}
