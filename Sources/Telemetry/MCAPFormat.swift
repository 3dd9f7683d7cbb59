/// What writer and reader of MCAP files agree on.
enum MCAPFormat {
  /// The first bytes of a file, and its last.
  static let magic: [UInt8] = [0x89, 0x4D, 0x43, 0x41, 0x50, 0x30, 0x0D, 0x0A]

  /// What a record is.
  enum Kind: UInt8 {
    case header = 0x01
    case footer = 0x02
    case schema = 0x03
    case channel = 0x04
    case message = 0x05
    case chunk = 0x06
    case messageIndex = 0x07
    case chunkIndex = 0x08
    case statistics = 0x0B
    case metadata = 0x0C
    case metadataIndex = 0x0D
    case dataEnd = 0x0F
  }
}

/// CRC-32 as zlib has it, a byte at a time: a log has more bytes than a policy, and a host the room.
enum CRC32Table {
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { value, _ in
      (value >> 1) ^ (0xEDB8_8320 & (0 &- (value & 1)))
    }
  }

  static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    ~bytes.reduce(UInt32.max) { state, byte in
      (state >> 8) ^ table[Int(UInt8(truncatingIfNeeded: state) ^ byte)]
    }
  }
}
