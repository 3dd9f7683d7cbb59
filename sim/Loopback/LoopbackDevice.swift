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

  /// Bytes that come now are sent at so many bits per second; 0 when that cannot be told.
  mutating func listen(at baudRate: UInt32)

  /// Takes one byte from the host and answers the requests that it completes.
  mutating func receive(
    _ byte: UInt8, at nowNanoseconds: UInt64, replies: inout LoopbackReplies
  ) throws(LoopbackError)

  /// Whether a fault can befall it.
  static func knows(_ fault: LoopbackFault.Kind) -> Bool

  /// A fault of the device begins or ends.
  mutating func befall(_ fault: LoopbackFault, isOn: Bool)

  /// The answer as if another servo had given it; `nil` when it has no number.
  func renumbered(_ reply: [UInt8]) -> [UInt8]?

  /// The answer with bits of what it says turned, and its checksums right again.
  ///
  /// - Parameter places: A number from 0 for each bit, counted over the bits that are left.
  /// - Returns: `nil` when it says nothing, or is damaged already.
  func flipped(_ reply: [UInt8], places: [Int]) -> [UInt8]?

  /// What a motion sensor on a line of its own has sent since the last call, to a host that listens at
  /// so many bits per second; 0 when that cannot be told.
  mutating func takeMotion(at baudRate: UInt32) -> [UInt8]

  /// Takes one byte from the host on the line of the motion sensor.
  mutating func receiveMotion(_ byte: UInt8, at baudRate: UInt32)
}

extension LoopbackDevice where Self: ~Copyable {
  /// Hears all the same.
  public mutating func listen(at baudRate: UInt32) {}

  /// None: nothing in it has a number.
  public func renumbered(_ reply: [UInt8]) -> [UInt8]? { nil }

  /// Nothing: the sensor is behind the same line.
  public mutating func takeMotion(at baudRate: UInt32) -> [UInt8] { [] }

  /// Nobody hears that.
  public mutating func receiveMotion(_ byte: UInt8, at baudRate: UInt32) {}
}

/// Answers on their way to the host, each with the time at which its last byte is there.
public struct LoopbackReplies: Sendable {
  /// An answer.
  struct Reply {
    var bytes: [UInt8]
    var dueNanoseconds: UInt64
  }

  /// Those that are not sent yet, in order.
  private(set) var replies: [Reply] = []

  /// No answers.
  public init() {}

  /// Bytes that are not sent yet, in order.
  public var bytes: [UInt8] { replies.flatMap(\.bytes) }
  /// When the first is there; `nil` when there is none.
  public var nextDueNanoseconds: UInt64? { replies.first?.dueNanoseconds }
  /// When the last is there; `nil` when there is none.
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

  /// How many are not sent yet.
  var count: Int { replies.count }

  /// Makes one of those from a place on, which are sent at the same time.
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

  /// Takes out the first answer.
  mutating func removeFirst() -> Reply { replies.removeFirst() }
}
