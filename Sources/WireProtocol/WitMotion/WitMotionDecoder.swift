/// Finds the frames of a WitMotion IMU in a stream of bytes, and resynchronises after garbage.
///
/// The checksum is one byte: of damaged frames, one in 256 passes. One byte can complete more than
/// one frame, so drain after each: `decoder.push(byte)`, then ``nextFrame()`` until it returns
/// `nil`.
public struct WitMotionDecoder: Sendable {
  private var window = ReceiveWindow()

  /// Makes a decoder that has seen nothing.
  @_noAllocation
  public init() {}

  /// Counts so far.
  public var statistics: FrameStatistics { @_noAllocation get { window.statistics } }

  /// Takes one byte from the line; a caller that does not drain loses the oldest, which are
  /// counted.
  @_noAllocation
  public mutating func push(_ byte: UInt8) { window.push(byte) }

  /// Takes the next frame with a right checksum out of the bytes; `nil` when more are needed.
  ///
  /// A wrong checksum costs the first byte only: the search goes on at the one after it. Real-time
  /// safe; the work is bounded by the square of the bytes held, at most 512.
  @_noAllocation
  public mutating func nextFrame() -> WitMotionFrame? {
    while true {
      // Kinds are 50 to 5F.
      window.discardTo(0x55, 0x50, mask: 0xF0)
      guard window.count >= WitMotionFrame.byteCount else { return nil }
      var sum: UInt8 = 0
      for index in 0..<10 { sum &+= window[index] }
      guard window[10] == sum else {
        window.rejectChecksum()
        continue
      }
      guard let kind = WitMotionFrame.Kind(code: window[1]) else {
        window.accept(WitMotionFrame.byteCount, isKnown: false)
        continue
      }
      var numbers = SIMD4<Int16>.zero
      for index in 0..<4 {
        numbers[index] = Int16(bitPattern: window.loadUInt16(at: 2 + 2 * index))
      }
      window.accept(WitMotionFrame.byteCount)
      return WitMotionFrame(kind, numbers)
    }
  }
}
