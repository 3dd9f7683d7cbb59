/// Event files as TensorBoard reads them: frame by frame, up to the first that is not whole.
enum EventFile {
  /// The whole events in some bytes; it ends at a frame that is cut off or fails a checksum.
  static func events(in bytes: [UInt8]) -> [[UInt8]] {
    var events: [[UInt8]] = []
    var rest = bytes[...]
    while rest.count >= 12 {
      let length = rest.prefix(8)
      let byteCount = Int(littleEndian(length))
      guard littleEndian(rest.dropFirst(8).prefix(4)) == masked(length),
        rest.count >= 12 + byteCount + 4
      else { break }
      let event = rest.dropFirst(12).prefix(byteCount)
      guard littleEndian(rest.dropFirst(12 + byteCount).prefix(4)) == masked(event) else { break }
      events.append(Array(event))
      rest = rest.dropFirst(12 + byteCount + 4)
    }
    return events
  }

  private static func littleEndian(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// The masked checksum by polynomial division with the highest bit first.
  private static func masked(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    var remainder: UInt64 = 0xFFFF_FFFF
    for byte in bytes {
      for bit in 0..<8 {
        let top = (remainder >> 31) & 1
        remainder = (remainder << 1) & 0xFFFF_FFFF
        if top != UInt64(byte >> bit) & 1 { remainder ^= 0x1EDC_6F41 }
      }
    }
    var checksum: UInt64 = 0
    for bit in 0..<32 where (remainder >> bit) & 1 == 0 { checksum |= 1 << (31 - bit) }
    let turned = checksum >> 15 | (checksum << 17) & 0xFFFF_FFFF
    return (turned + 0xA282_EAD8) & 0xFFFF_FFFF
  }
}
