/// CRC-32 with Castagnoli's polynomial, for event files.
enum CRC32C {
  /// Computes the checksum of bytes.
  static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var state = UInt32.max
    for byte in bytes {
      state ^= UInt32(byte)
      for _ in 0..<8 { state = (state >> 1) ^ (0x82F6_3B78 & (0 &- (state & 1))) }
    }
    return ~state
  }

  /// Computes the masked checksum of event files: rotated and offset by a constant.
  ///
  /// The mask keeps checksums of data that contains checksums from being weak.
  static func masked(_ bytes: some Sequence<UInt8>) -> UInt32 {
    let checksum = checksum(bytes)
    return (checksum >> 15 | checksum << 17) &+ 0xA282_EAD8
  }
}
