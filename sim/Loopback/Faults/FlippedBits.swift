internal import WireProtocol

extension [UInt8] {
  /// The bytes with some bits flipped.
  ///
  /// - Parameters:
  ///   - places: A number from 0 for each bit, counted over those that are not flipped yet.
  ///   - indices: The bytes that may be damaged.
  func flippingBits(at places: [Int], among indices: [Int]) -> [UInt8] {
    var bytes = self
    var bits = indices.flatMap { index in (0..<8).map { (index, UInt8(1) << UInt8($0)) } }
    for place in places where !bits.isEmpty {
      let (index, bit) = bits.remove(at: place % bits.count)
      bytes[index] ^= bit
    }
    return bytes
  }
}

extension CRC16 {
  /// The checksum of bytes in the order of the wire.
  static func bytes(of bytes: ArraySlice<UInt8>) -> [UInt8] {
    var crc = CRC16()
    for byte in bytes { crc.update(byte) }
    return [UInt8(truncatingIfNeeded: crc.value), UInt8(truncatingIfNeeded: crc.value >> 8)]
  }
}
