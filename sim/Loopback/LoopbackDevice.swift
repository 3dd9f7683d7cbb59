/// The robot's end of a line as a value: bytes and time in, replies out, no I/O.
///
/// Times are in nanoseconds since it started and never run backwards. In lockstep a device has its
/// own time and ignores the given one.
public protocol LoopbackDevice: ~Copyable {
  /// Source of time.
  var clock: LoopbackClock { get }
  /// Time of the next physics step; in lockstep it comes only with a command.
  var nextStepNanoseconds: UInt64 { get }
  /// Report on the run so far.
  var report: LoopbackReport { get }

  /// Lets time pass up to now; in lockstep nothing happens.
  mutating func advance(to nowNanoseconds: UInt64) throws(LoopbackError)

  /// Sets the baud rate of the host's next bytes; 0 when it is not known.
  mutating func listen(at baudRate: UInt32)

  /// Receives one byte from the host and answers the requests that it completes.
  mutating func receive(
    _ byte: UInt8, at nowNanoseconds: UInt64, replies: inout LoopbackReplies
  ) throws(LoopbackError)

  /// True when a fault can be injected.
  static func knows(_ fault: LoopbackFault.Kind) -> Bool

  /// Begins or ends a fault of the device.
  mutating func befall(_ fault: LoopbackFault, isOn: Bool)

  /// The answer with another servo's ID; `nil` when it has no ID.
  func renumbered(_ reply: [UInt8]) -> [UInt8]?

  /// The answer with flipped bits in its content, and right checksums.
  ///
  /// - Parameter places: A number from 0 for each bit, counted over the bits that are left.
  /// - Returns: `nil` when it has no content, or is damaged already.
  func flipped(_ reply: [UInt8], places: [Int]) -> [UInt8]?

  /// Bytes that an IMU on a line of its own has sent since the last call.
  ///
  /// - Parameter baudRate: Baud rate of the host; 0 when it is not known.
  mutating func takeIMU(at baudRate: UInt32) -> [UInt8]

  /// Receives one byte from the host on the IMU's line.
  mutating func receiveIMU(_ byte: UInt8, at baudRate: UInt32)
}

extension LoopbackDevice where Self: ~Copyable {
  /// Does nothing: every baud rate is understood.
  public mutating func listen(at baudRate: UInt32) {}

  /// No answer: nothing in the device has an ID.
  public func renumbered(_ reply: [UInt8]) -> [UInt8]? { nil }

  /// No bytes: the IMU is on the same line.
  public mutating func takeIMU(at baudRate: UInt32) -> [UInt8] { [] }

  /// Does nothing: no IMU has a line of its own.
  public mutating func receiveIMU(_ byte: UInt8, at baudRate: UInt32) {}
}

/// Answers on their way to the host, each with the time at which its last byte arrives.
public struct LoopbackReplies: Sendable {
  /// An answer.
  struct Reply {
    var bytes: [UInt8]
    var dueNanoseconds: UInt64
  }

  /// Answers not sent yet, in order.
  private(set) var replies: [Reply] = []

  /// Makes an empty queue.
  public init() {}

  /// Bytes not sent yet, in order.
  public var bytes: [UInt8] { replies.flatMap(\.bytes) }
  /// Time at which the first arrives; `nil` when there is none.
  public var nextDueNanoseconds: UInt64? { replies.first?.dueNanoseconds }
  /// Time at which the last arrives; `nil` when there is none.
  public var lastDueNanoseconds: UInt64? { replies.last?.dueNanoseconds }

  /// Appends an answer.
  public mutating func append(_ reply: Span<UInt8>, dueNanoseconds: UInt64) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(reply.count)
    for index in reply.indices { bytes.append(reply[index]) }
    append(Reply(bytes: bytes, dueNanoseconds: dueNanoseconds))
  }

  /// Appends an answer, no earlier than the one before.
  mutating func append(_ reply: Reply) {
    var reply = reply
    reply.dueNanoseconds = max(reply.dueNanoseconds, lastDueNanoseconds ?? 0)
    replies.append(reply)
  }

  /// Number of answers not sent yet.
  var count: Int { replies.count }

  /// Merges the answers from a place on, which collide because they are sent at the same time.
  ///
  /// On an open line a 0 of any sender is a 0, and the second begins a bit later than the first.
  mutating func collide(from first: Int) {
    guard replies.count > first + 1 else { return }
    var merged = replies[first]
    for other in replies[(first + 1)...] {
      for index in 0..<min(merged.bytes.count, other.bytes.count) {
        merged.bytes[index] &= other.bytes[index] << 1
      }
    }
    replies.replaceSubrange(first..., with: [merged])
  }

  /// Removes the first answer.
  mutating func removeFirst() -> Reply { replies.removeFirst() }
}
