/// Finds frames in a stream of bytes, and resynchronises after garbage.
///
/// One byte can complete more than one frame, when a damaged frame had hidden them, so drain
/// after each: `decoder.push(byte)`, then ``nextFrame()`` until it returns `nil`.
public struct BoardFrameDecoder: Sendable {
  private var window = ReceiveWindow()

  /// Makes a decoder that has seen nothing.
  @_noAllocation
  public init() {}

  /// Counts so far.
  public var statistics: FrameStatistics { @_noAllocation get { window.statistics } }

  /// True when bytes are held that may be the start of a frame.
  public var holdsPartialFrame: Bool { @_noAllocation get { window.count > 0 } }

  /// Takes one byte from the line.
  ///
  /// A caller that does not drain loses the oldest bytes, counted as discarded.
  @_noAllocation
  public mutating func push(_ byte: UInt8) { window.push(byte) }

  /// Notes a silence of the line, after which later bytes complete no earlier frame.
  ///
  /// Whole frames hidden behind such a beginning are still found by ``nextFrame()``.
  @_noAllocation
  public mutating func endBurst() { window.endBurst() }

  /// Takes the next frame with a right checksum out of the bytes; `nil` when more are needed.
  ///
  /// A wrong checksum or size costs the first byte only: the search goes on at the one after it.
  /// Real-time safe; the work is bounded by the square of the bytes held, at most 512.
  @_noAllocation
  public mutating func nextFrame() -> BoardFrame? {
    while true {
      window.discardTo(BoardProtocol.sync0, BoardProtocol.sync1)
      let frameByteCount =
        window.count < BoardProtocol.headerByteCount
        ? BoardProtocol.headerByteCount
        : BoardProtocol.headerByteCount + Int(window[6]) + BoardProtocol.checksumByteCount
      if window.isCutOff(frameByteCount) {
        window.discard(1)
        continue
      }
      guard window.count >= BoardProtocol.headerByteCount else { return nil }
      guard headerIsPossible else {
        window.rejectHeader()
        continue
      }
      guard window.count >= frameByteCount else { return nil }
      guard checksumIsRight(frameByteCount) else {
        window.rejectChecksum()
        continue
      }
      return takeFrame(frameByteCount)
    }
  }

  /// True when the payload's size can belong to its kind; another version is only limited by the
  /// largest.
  private var headerIsPossible: Bool {
    let limit =
      if window[2] == BoardProtocol.version, let kind = BoardMessageKind(code: window[3]) {
        kind.payloadByteCountMax
      } else {
        BoardProtocol.payloadByteCountMax
      }
    return Int(window[6]) <= limit
  }

  @_noAllocation
  private func checksumIsRight(_ frameByteCount: Int) -> Bool {
    let coveredByteCount = frameByteCount - BoardProtocol.checksumByteCount
    var crc = CRC16()
    for index in 0..<coveredByteCount { crc.update(window[index]) }
    return window.loadUInt16(at: coveredByteCount) == crc.value
  }

  @_noAllocation
  private mutating func takeFrame(_ frameByteCount: Int) -> BoardFrame {
    var payload = InlineArray<156, UInt8>(repeating: 0)
    let payloadByteCount = Int(window[6])
    for index in 0..<payloadByteCount {
      payload[index] = window[BoardProtocol.headerByteCount + index]
    }
    let frame = BoardFrame(
      version: window[2], kindCode: window[3], sequence: window.loadUInt16(at: 4),
      payloadByteCount: payloadByteCount, payload: payload)
    window.accept(frameByteCount, isKnown: frame.version == BoardProtocol.version)
    return frame
  }
}
