/// Counts of what a ``BoardFrameDecoder`` has seen; they wrap.
public struct BoardFrameStatistics: Equatable, Sendable {
  /// Frames with a right checksum and this protocol version.
  public internal(set) var frames: UInt32 = 0
  /// Frame starts whose size cannot belong to their kind.
  public internal(set) var headerErrors: UInt32 = 0
  /// Frame starts whose checksum was wrong.
  public internal(set) var checksumErrors: UInt32 = 0
  /// Frames with a right checksum and another protocol version.
  public internal(set) var versionErrors: UInt32 = 0
  /// Bytes that belonged to no frame.
  public internal(set) var discardedBytes: UInt32 = 0

  /// Makes all counts zero.
  @_noAllocation
  public init() {}

  /// Frame starts that did not become a readable frame.
  public var badFrames: UInt32 {
    @_noAllocation get { headerErrors &+ checksumErrors &+ versionErrors }
  }
}

/// Finds frames in a stream of bytes, however it is cut, and its way back after garbage.
///
/// One byte can complete more than one frame, when a damaged frame had hidden them, so drain
/// after each: `decoder.push(byte)`, then ``nextFrame()`` until it returns `nil`.
public struct BoardFrameDecoder: Sendable {
  /// What has been seen so far.
  public private(set) var statistics = BoardFrameStatistics()

  private var bytes = InlineArray<165, UInt8>(repeating: 0)
  private var byteCount = 0
  /// How many of `bytes` came before the last silence, and so cannot begin a frame that ends later.
  private var staleByteCount = 0

  /// Makes a decoder that has seen nothing.
  @_noAllocation
  public init() {}

  /// Whether bytes are held that may be the start of a frame.
  public var holdsPartialFrame: Bool { @_noAllocation get { byteCount > 0 } }

  /// Takes one byte from the line.
  ///
  /// A caller that does not drain loses the oldest bytes, counted as discarded.
  @_noAllocation
  public mutating func push(_ byte: UInt8) {
    if byteCount == BoardLink.frameByteCountMax { discard(1) }
    bytes[byteCount] = byte
    byteCount += 1
  }

  /// Says that the line fell silent: a frame begun so far will not be finished by later bytes.
  ///
  /// Whole frames hidden behind such a beginning are still found by ``nextFrame()``.
  @_noAllocation
  public mutating func endBurst() {
    staleByteCount = byteCount
  }

  /// Takes the next frame with a right checksum out of the bytes pushed, `nil` when more are needed.
  ///
  /// A wrong checksum or size costs the first byte only: the search goes on at the one after it.
  /// Real-time safe; the work is bounded by the square of ``BoardLink/frameByteCountMax``.
  @_noAllocation
  public mutating func nextFrame() -> BoardFrame? {
    while true {
      discardToSync()
      guard byteCount >= BoardLink.headerByteCount else {
        if staleByteCount == 0 { return nil }
        discard(1)
        continue
      }
      guard headerIsPossible else {
        statistics.headerErrors &+= 1
        discard(1)
        continue
      }
      let frameByteCount =
        BoardLink.headerByteCount + Int(bytes[6]) + BoardLink.checksumByteCount
      if staleByteCount > 0 && frameByteCount > staleByteCount {
        discard(1)
        continue
      }
      guard byteCount >= frameByteCount else { return nil }
      guard checksumIsRight(frameByteCount) else {
        statistics.checksumErrors &+= 1
        discard(1)
        continue
      }
      return takeFrame(frameByteCount)
    }
  }

  /// Another version may know other kinds and sizes; it is held to the common limit only.
  private var headerIsPossible: Bool {
    let limit =
      if bytes[2] == BoardLink.version, let kind = BoardMessageKind(code: bytes[3]) {
        kind.payloadByteCountMax
      } else {
        BoardLink.payloadByteCountMax
      }
    return Int(bytes[6]) <= limit
  }

  @_noAllocation
  private func checksumIsRight(_ frameByteCount: Int) -> Bool {
    let coveredByteCount = frameByteCount - BoardLink.checksumByteCount
    var crc = CRC16()
    for index in 0..<coveredByteCount { crc.update(bytes[index]) }
    return bytes[coveredByteCount] == UInt8(truncatingIfNeeded: crc.value)
      && bytes[coveredByteCount + 1] == UInt8(truncatingIfNeeded: crc.value >> 8)
  }

  @_noAllocation
  private mutating func takeFrame(_ frameByteCount: Int) -> BoardFrame {
    var payload = InlineArray<156, UInt8>(repeating: 0)
    let payloadByteCount = Int(bytes[6])
    for index in 0..<payloadByteCount {
      payload[index] = bytes[BoardLink.headerByteCount + index]
    }
    let frame = BoardFrame(
      version: bytes[2], kindCode: bytes[3],
      sequence: UInt16(bytes[4]) | UInt16(bytes[5]) << 8,
      payloadByteCount: payloadByteCount, payload: payload)
    if frame.version == BoardLink.version {
      statistics.frames &+= 1
    } else {
      statistics.versionErrors &+= 1
    }
    removeFirst(frameByteCount)
    return frame
  }

  /// Discards what cannot begin a frame, so that the bytes left start with a sync or a part of it.
  @_noAllocation
  private mutating func discardToSync() {
    var start = 0
    while start < byteCount {
      if bytes[start] == BoardLink.sync0
        && (start + 1 == byteCount || bytes[start + 1] == BoardLink.sync1)
      {
        break
      }
      start += 1
    }
    if start > 0 { discard(start) }
  }

  @_noAllocation
  private mutating func discard(_ count: Int) {
    statistics.discardedBytes &+= UInt32(truncatingIfNeeded: count)
    removeFirst(count)
  }

  @_noAllocation
  private mutating func removeFirst(_ count: Int) {
    for index in count..<byteCount { bytes[index - count] = bytes[index] }
    byteCount -= count
    staleByteCount = max(0, staleByteCount - count)
  }
}
