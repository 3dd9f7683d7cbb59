internal import SerialLink

/// An open port, and the bytes from it that nobody has looked at yet.
struct SerialLine: ~Copyable {
  private let port: SerialPort
  private var incoming = InlineArray<512, UInt8>(repeating: 0)
  private var count = 0
  private var next = 0

  /// Bytes dropped at once: a line that brings more and no pause is noise without end.
  private static let discardedByteCountMax = 8_192

  init(port: consuming SerialPort) { self.port = port }

  /// The next byte that has been received; `nil` when ``receive(deadlineNanoseconds:)`` is due.
  @_noAllocation
  mutating func nextByte() -> UInt8? {
    guard next < count else { return nil }
    defer { next += 1 }
    return incoming[next]
  }

  /// Takes what has arrived by the deadline, once the bytes before are used up.
  ///
  /// - Returns: How many bytes; 0 at the deadline.
  @_noAllocation
  mutating func receive(deadlineNanoseconds: UInt64) throws(BusError) -> Int {
    do {
      var room = incoming.mutableSpan
      count = try port.read(into: &room, deadlineNanoseconds: deadlineNanoseconds)
    } catch {
      count = 0
      next = 0
      throw BusError(error)
    }
    next = 0
    return count
  }

  /// Sends the first bytes of a buffer.
  @_noAllocation
  mutating func send(
    _ byteCount: Int, of bytes: inout MutableSpan<UInt8>, deadlineNanoseconds: UInt64
  ) throws(BusError) {
    do throws(SerialError) {
      try unsafe bytes.withUnsafeMutableBytes { (bytes) throws(SerialError) in
        let whole = UnsafeRawBufferPointer(bytes)
        let frame = unsafe UnsafeRawBufferPointer(rebasing: whole[..<byteCount])
        try unsafe port.write(frame, deadlineNanoseconds: deadlineNanoseconds)
      }
    } catch {
      throw BusError(error)
    }
  }

  /// Drops what has come so far: late answers to a request that was given up.
  ///
  /// - Returns: How many bytes.
  @_noAllocation
  mutating func discard() throws(BusError) -> Int {
    var discarded = count - next
    next = count
    while discarded < Self.discardedByteCountMax {
      let more = try receive(deadlineNanoseconds: 0)
      if more == 0 { break }
      discarded += more
      next = count
    }
    return discarded
  }
}
