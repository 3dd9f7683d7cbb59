import SeededRandomness
import WireProtocol

/// Flips one bit in every so many frames of a stream that was whole before.
struct LineDamage {
  /// Frames from one damaged frame to the next; 0 damages none.
  let period: Int
  private(set) var damagedFrames = 0
  private var random: SeededRandom
  private var frames = 0
  /// The next byte's place in its frame, and where this frame is damaged.
  private var offset = 0
  private var damagedOffset: Int?
  private var frameByteCount = 0

  init(period: Int, seed: UInt64) {
    self.period = period
    random = SeededRandom(seed: seed)
  }

  /// Lets a byte pass.
  mutating func pass(_ byte: UInt8) -> UInt8 {
    if offset == 0 { beginFrame() }
    if offset == 6 {
      frameByteCount = BoardProtocol.headerByteCount + Int(byte) + BoardProtocol.checksumByteCount
    }
    let isDamaged = offset == damagedOffset
    offset += 1
    if offset == frameByteCount { offset = 0 }
    guard isDamaged else { return byte }
    damagedFrames += 1
    return byte ^ (1 << UInt8.random(in: 0..<8, using: &random))
  }

  private mutating func beginFrame() {
    frames += 1
    frameByteCount = BoardProtocol.headerByteCount
    damagedOffset = nil
    // Nine bytes have the shortest frames: any byte of those, the front of the longer.
    if period > 0 && frames % period == 0 { damagedOffset = Int.random(in: 0..<9, using: &random) }
  }
}
