internal import WireProtocol

/// A common answer to a fast read, perhaps unfinished, and its division into the servos' parts.
struct DynamixelCommonAnswer {
  private let bytes: [UInt8]
  /// Bytes of a servo's part: error, ID, data and checksum.
  private let width: Int

  /// Header, length and instruction.
  private static let headerByteCount = 8

  /// Finds the parts by the first one's checksum; `nil` where there is none.
  init?(_ reply: [UInt8]) {
    let header = Self.headerByteCount
    guard reply.count > header + 4, reply[4] == Dynamixel.broadcastID,
      reply[7] == DynamixelInstruction.status.code
    else { return nil }
    let end = (header + 2..<reply.count - 1).first { end in
      CRC16.bytes(of: reply[..<end]) == Array(reply[end..<end + 2])
    }
    guard let end else { return nil }
    bytes = reply
    width = end + 2 - header
  }

  /// The answer with flipped bits in errors and data; each checksum covers all bytes before it.
  func flipped(places: [Int]) -> [UInt8] {
    let starts = stride(from: Self.headerByteCount, through: bytes.count - width, by: width)
    // A part begins with its error and its ID, which stays.
    let indices = starts.flatMap { start in [start] + Array(start + 2..<start + width - 2) }
    var bytes = bytes.flippingBits(at: places, among: indices)
    for start in starts {
      let end = start + width - 2
      bytes.replaceSubrange(end..<end + 2, with: CRC16.bytes(of: bytes[..<end]))
    }
    return bytes
  }
}
