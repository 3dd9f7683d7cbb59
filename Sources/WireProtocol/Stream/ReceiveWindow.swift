/// Window of the newest bytes from a line, in which a decoder looks for whole frames.
struct ReceiveWindow: Sendable {
  /// The most bytes held; the longest frame of any protocol fits.
  static var byteCountMax: Int { @_noAllocation get { 512 } }

  /// Counts so far.
  private(set) var statistics = FrameStatistics()

  private var bytes = InlineArray<512, UInt8>(repeating: 0)
  private var start = 0
  private var end = 0
  /// End of the bytes before the last silence, which cannot begin a later frame.
  private var staleEnd = 0

  @_noAllocation
  init() {}

  /// Bytes held.
  var count: Int { @_noAllocation get { end - start } }

  /// The byte at a distance from the oldest.
  subscript(index: Int) -> UInt8 { @_noAllocation get { bytes[start + index] } }

  /// A little-endian number at a distance from the oldest byte.
  @_noAllocation
  func loadUInt16(at index: Int) -> UInt16 { UInt16(self[index]) | UInt16(self[index + 1]) << 8 }

  /// Takes a byte; when all is full, the oldest is discarded.
  @_noAllocation
  mutating func push(_ byte: UInt8) {
    if end == Self.byteCountMax {
      if start == 0 { discard(1) }
      moveToFront()
    }
    bytes[end] = byte
    end += 1
  }

  /// Notes a silence of the line: a frame begun before does not go on after it.
  @_noAllocation
  mutating func endBurst() { staleEnd = end }

  /// True when a silence interrupts a frame of so many bytes from the oldest on.
  @_noAllocation
  func isCutOff(_ frameByteCount: Int) -> Bool {
    staleEnd > start && start + frameByteCount > staleEnd
  }

  /// Drops the oldest bytes, which belong to no frame.
  @_noAllocation
  mutating func discard(_ byteCount: Int) {
    statistics.discardedBytes &+= UInt32(truncatingIfNeeded: byteCount)
    remove(byteCount)
  }

  /// Drops the first byte of a header that no frame has.
  @_noAllocation
  mutating func rejectHeader() {
    statistics.headerErrors &+= 1
    discard(1)
  }

  /// Drops the first byte of a frame whose checksum is wrong.
  @_noAllocation
  mutating func rejectChecksum() {
    statistics.checksumErrors &+= 1
    discard(1)
  }

  /// Drops the oldest bytes, which have become a frame that this version can read or not.
  @_noAllocation
  mutating func accept(_ byteCount: Int, isKnown: Bool = true) {
    if isKnown { statistics.frames &+= 1 } else { statistics.unknownFrames &+= 1 }
    remove(byteCount)
  }

  /// Discards bytes up to the two that begin a frame, or the first of them.
  ///
  /// - Parameter mask: The bits of the second byte that count.
  @_noAllocation
  mutating func discardTo(_ first: UInt8, _ second: UInt8, mask: UInt8 = 0xFF) {
    var start = 0
    while start < count
      && !(self[start] == first && (start + 1 == count || self[start + 1] & mask == second))
    {
      start += 1
    }
    if start > 0 { discard(start) }
  }

  @_noAllocation
  private mutating func remove(_ byteCount: Int) {
    start += byteCount
    if start == end {
      start = 0
      end = 0
      staleEnd = 0
    }
  }

  /// Makes room at the end; a byte is moved about once.
  @_noAllocation
  private mutating func moveToFront() {
    for index in start..<end { bytes[index - start] = bytes[index] }
    staleEnd = max(0, staleEnd - start)
    end -= start
    start = 0
  }
}
