internal import Realtime
internal import SerialLink

/// An open port with a buffer of received bytes, without the echoes of an adapter.
struct SerialLine: ~Copyable {
  private let port: SerialPort
  private var echo = EchoFilter()
  private var incoming = InlineArray<512, UInt8>(repeating: 0)
  private var count = 0
  private var next = 0

  /// Bytes that came too late for their request.
  private(set) var discarded: UInt32 = 0
  /// Bytes since the last request, without echoes.
  private(set) var heard = 0
  /// Bytes since the last request, with echoes; more than the largest number is noise without end.
  private var received = 0

  private static let receivedMax = 8_192

  init(port: consuming SerialPort) { self.port = port }

  /// Present time, on the clock of the deadlines.
  var nowNanoseconds: UInt64 {
    @_noAllocation get { port.clock.nowNanoseconds }
  }

  /// True when the adapter has echoed a request.
  var echoes: Bool {
    @_noAllocation get { if case .echoing = echo.knowledge { true } else { false } }
  }

  /// Bits per second of the port.
  var baudRate: Int32 { port.baudRate }

  /// Begins a new reception, for which earlier noise does not count.
  @_noAllocation
  mutating func begin() {
    heard = 0
    received = 0
  }

  /// The next received byte; `nil` when ``receive(deadlineNanoseconds:)`` is due.
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

  /// Receives bytes by the deadline, once the earlier ones are used up.
  ///
  /// - Parameter deadlineNanoseconds: 0 takes the bytes at hand, and goes on waiting for the end of
  ///   an echo.
  /// - Returns: The number of bytes, with echoes; 0 at the deadline, and when noise has no end.
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

  /// Drops all bytes so far: late answers to an abandoned request.
  @_noAllocation
  mutating func discard() throws(BusError) {
    begin()
    repeat {
      while nextByte() != nil { discarded &+= 1 }
    } while try receive(deadlineNanoseconds: 0) > 0
  }
}
