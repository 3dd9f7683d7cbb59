/// The CRC-16 of the board link and of Dynamixel Protocol 2.0, also called CRC-16/UMTS.
///
/// Polynomial 0x8005, start value 0, most significant bit first, no final XOR. Its value over
/// `123456789` is 0xFEE8.
public struct CRC16: Equatable, Sendable {
  /// Checksum of the bytes so far.
  public private(set) var value: UInt16 = 0

  /// Makes the checksum of no bytes.
  @_noAllocation
  public init() {}

  /// Adds one byte, without a table and in the same time for every byte.
  ///
  /// For this polynomial the table entry of `x` is `x << 1 ^ x << 2`, and also `^ 0x8003` when `x`
  /// has an odd number of ones; 0x6996 holds the parity of the sixteen nibbles.
  @_noAllocation
  public mutating func update(_ byte: UInt8) {
    let x = (value >> 8) ^ UInt16(byte)
    let parity = (0x6996 >> ((x ^ (x >> 4)) & 0xF)) & 1
    value = (value << 8) ^ (x << 1) ^ (x << 2) ^ (parity == 1 ? 0x8003 : 0)
  }
}
