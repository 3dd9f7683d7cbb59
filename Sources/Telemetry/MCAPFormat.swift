/// The constants of the MCAP format.
enum MCAPFormat {
  /// The first bytes of a file, and its last.
  static let magic: [UInt8] = [0x89, 0x4D, 0x43, 0x41, 0x50, 0x30, 0x0D, 0x0A]

  /// The kinds of records.
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
