/// Finds packets of Feetech's protocol in a stream of bytes, and resynchronises after garbage.
///
/// The checksum is one byte: of damaged packets, one in 256 passes. One byte can complete more than
/// one packet, when a damaged one had hidden them, so drain after each: `decoder.push(byte)`, then
/// ``nextPacket()`` until it returns `nil`.
public struct FeetechDecoder: Sendable {
  private var window = ReceiveWindow()

  /// Makes a decoder that has seen nothing.
  @_noAllocation
  public init() {}

  /// Counts so far.
  public var statistics: FrameStatistics { @_noAllocation get { window.statistics } }

  /// True when it holds bytes that may be the start of a packet.
  public var holdsPartialPacket: Bool { @_noAllocation get { window.count > 0 } }

  /// Takes one byte from the line; a caller that does not drain loses the oldest, which are
  /// counted.
  @_noAllocation
  public mutating func push(_ byte: UInt8) { window.push(byte) }

  /// Notes a silence of the line, after which later bytes complete no earlier packet.
  @_noAllocation
  public mutating func endBurst() { window.endBurst() }

  /// Drops all bytes so far, whole packets too.
  @_noAllocation
  public mutating func forget() {
    endBurst()
    while nextPacket() != nil {}
  }

  /// Takes the next packet with a right checksum out of the bytes; `nil` when more are needed.
  ///
  /// A damaged packet costs its first byte only: the search goes on at the byte after it. Real-time
  /// safe; the work is bounded by the square of the bytes held, at most 512.
  @_noAllocation
  public mutating func nextPacket() -> FeetechPacket? {
    while true {
      window.discardTo(0xFF, 0xFF)
      let packetByteCount =
        Feetech.headerByteCount + (window.count < Feetech.headerByteCount ? 0 : Int(window[3]))
      if window.isCutOff(packetByteCount) {
        window.discard(1)
        continue
      }
      guard window.count >= Feetech.headerByteCount else { return nil }
      // A third FF is the header's second, one byte later.
      guard window[2] <= Feetech.broadcastID && window[3] >= 2 else {
        if window[2] == 0xFF { window.discard(1) } else { window.rejectHeader() }
        continue
      }
      guard window.count >= packetByteCount else { return nil }
      var sum: UInt8 = 0
      for index in 2..<(packetByteCount - 1) { sum &+= window[index] }
      guard window[packetByteCount - 1] == ~sum else {
        window.rejectChecksum()
        continue
      }
      return takePacket(packetByteCount)
    }
  }

  @_noAllocation
  private mutating func takePacket(_ packetByteCount: Int) -> FeetechPacket {
    var parameters = InlineArray<253, UInt8>(repeating: 0)
    let first = Feetech.headerByteCount + 1
    for index in first..<(packetByteCount - 1) { parameters[index - first] = window[index] }
    let packet = FeetechPacket(
      id: window[2], code: window[4], parameterByteCount: packetByteCount - 1 - first,
      parameters: parameters)
    window.accept(packetByteCount)
    return packet
  }
}
