internal import Realtime
internal import SerialLink

/// An open port, and the bytes from it that nobody has looked at yet.
///
/// Bytes that an adapter echoes never come out of it.
struct SerialLine: ~Copyable {
  private let port: SerialPort
  private var echo = EchoFilter()
  private var incoming = InlineArray<512, UInt8>(repeating: 0)
  private var count = 0
  private var next = 0

  /// Bytes that came too late for the request that they answered.
  private(set) var discarded: UInt32 = 0
  /// Bytes since the last request, without its echo.
  private(set) var heard = 0
  /// The same with echoes; a line that brings more and no pause is noise without end.
  private var received = 0

  private static let receivedMax = 8_192

  init(port: consuming SerialPort) { self.port = port }

  /// The time now, by which deadlines are told.
  var nowNanoseconds: UInt64 {
    @_noAllocation get { port.clock.nowNanoseconds }
  }

  /// True once the adapter has sent back what it was sent.
  var echoes: Bool {
    @_noAllocation get { if case .echoing = echo.knowledge { true } else { false } }
  }

  /// Bits per second of the port.
  var baudRate: Int32 { port.baudRate }

  /// A new reception begins: what noise there was before counts no more.
  @_noAllocation
  mutating func begin() {
    heard = 0
    received = 0
  }

  /// The next byte that has been received; `nil` when ``receive(deadlineNanoseconds:)`` is due.
  @_noAllocation
  mutating func nextByte() -> UInt8? {
    while true {
      if let byte = echo.next() {
        heard += 1
        return byte
      }
      guard next < count else { return nil }
      echo.push(incoming[next])
      next += 1
    }
  }

  /// The next byte, by the deadline; `nil` when there is none.
  @_noAllocation
  mutating func byte(by deadlineNanoseconds: UInt64) throws(BusError) -> UInt8? {
    while true {
      if let byte = nextByte() { return byte }
      guard try receive(deadlineNanoseconds: deadlineNanoseconds) > 0 else { return nil }
    }
  }

  /// Takes what has arrived by the deadline, once the bytes before are used up.
  ///
  /// - Parameter deadlineNanoseconds: 0 takes what is there, and lets the end of an echo be awaited.
  /// - Returns: How many bytes, echoes included; 0 at the deadline, and when noise has no end.
  @_noAllocation
  mutating func receive(deadlineNanoseconds: UInt64) throws(BusError) -> Int {
    guard received < Self.receivedMax else {
      count = 0
      next = 0
      return 0
    }
    do {
      var room = incoming.mutableSpan
      count = try port.read(into: &room, deadlineNanoseconds: deadlineNanoseconds)
    } catch {
      count = 0
      next = 0
      throw BusError(error)
    }
    next = 0
    received += count
    return count == 0 && deadlineNanoseconds > 0 ? echo.endWait() : count
  }

  /// Sends the first bytes of a buffer.
  @_noAllocation
  mutating func send(
    _ byteCount: Int, of bytes: inout MutableSpan<UInt8>, deadlineNanoseconds: UInt64
  ) throws(BusError) {
    begin()
    do throws(SerialError) {
      try unsafe bytes.withUnsafeMutableBytes { (bytes) throws(SerialError) in
        let whole = UnsafeRawBufferPointer(bytes)
        let frame = unsafe UnsafeRawBufferPointer(rebasing: whole[..<byteCount])
        try unsafe port.write(frame, deadlineNanoseconds: deadlineNanoseconds)
      }
    } catch {
      throw BusError(error)
    }
    echo.expect(byteCount, of: &bytes)
  }

  /// Drops what has come so far: late answers to a request that was given up.
  @_noAllocation
  mutating func discard() throws(BusError) {
    begin()
    repeat {
      while nextByte() != nil { discarded &+= 1 }
    } while try receive(deadlineNanoseconds: 0) > 0
  }
}
