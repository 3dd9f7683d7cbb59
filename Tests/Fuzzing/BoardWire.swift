@testable import WireProtocol

/// The board link: fields are version, kind, sequence number and payload.
enum BoardWire: FuzzedWire {
  typealias Decoder = BoardFrameDecoder

  static let known: [UInt8] = [0xA5, 0x5A, 0x01, 0x01, 0x01, 0x00, 0x00, 0x60, 0x0B]

  static func frameByteCount(_ bytes: ArraySlice<UInt8>) -> Int? {
    guard bytes.count >= 9, bytes.prefix(2) == [0xA5, 0x5A] else { return nil }
    return 9 + Int(bytes[bytes.startIndex + 6])
  }

  static func checksum(_ covered: ArraySlice<UInt8>) -> [UInt8] { definedCRC16(covered) }

  static func frame(_ fields: [UInt8]) -> [UInt8] {
    let header = fields.prefix(4) + Array(repeating: 0, count: max(0, 4 - fields.count))
    let payload = fields.dropFirst(4).prefix(255)
    let covered = [0xA5, 0x5A] + header + [UInt8(payload.count)] + payload
    return covered + checksum(covered[...])
  }

  /// Sizes are those of the kinds of version 1; other versions may have any up to the longest.
  static func isPossible(_ fields: [UInt8]) -> Bool {
    guard fields.count >= 4 else { return false }
    let longest =
      switch (fields[0], fields[1]) {
      case (1, 0x01), (1, 0x02), (1, 0x04), (1, 0x05), (1, 0x08): 0
      case (1, 0x84), (1, 0x85), (1, 0x87): 0
      case (1, 0x03), (1, 0x88): 65
      case (1, 0x06), (1, 0x86): 4
      case (1, 0x07): 7
      case (1, 0x81): 20
      case (1, 0xFF): 2
      default: 156
      }
    return fields.count - 4 <= (fields[0] == 1 ? longest : 156)
  }

  static func fields(of frame: BoardFrame) -> [UInt8] {
    [frame.version, frame.kindCode] + littleEndian(frame.sequence) + payload(of: frame)
  }

  /// Reads a frame as every message; a message that can be read is written as it was.
  static func readEverything(_ frame: BoardFrame) {
    let sequence = frame.sequence
    writtenAs(frame, try? BoardState(decoding: frame)) { $0.encode(sequence: sequence, into: &$1) }
    writtenAs(frame, try? BoardCommand(decoding: frame)) {
      $0.encode(sequence: sequence, into: &$1)
    }
    writtenAs(frame, try? BoardIdentity(decoding: frame)) {
      $0.encode(sequence: sequence, into: &$1)
    }
    writtenAs(frame, try? BoardRefusal(decoding: frame)) {
      $0.encode(sequence: sequence, into: &$1)
    }
    writtenAs(frame, try? BoardRegisterAccess(decoding: frame)) {
      $0.encode(sequence: sequence, into: &$1)
    }
    writtenAs(frame, try? BoardRegisterValue(decoding: frame)) {
      $0.encode(sequence: sequence, into: &$1)
    }
    // Its spare bits are not kept.
    if let health = try? BoardHealth(decoding: frame) {
      _ = written { health.encode(sequence: sequence, into: &$0) }
    }
  }

  private static func writtenAs<Message>(
    _ frame: BoardFrame, _ message: Message?, _ encode: (Message, inout MutableSpan<UInt8>) -> Int
  ) {
    guard let message else { return }
    let bytes = written { encode(message, &$0) }
    if Array(bytes.dropFirst(7).dropLast(2)) != payload(of: frame) {
      fatalError("\(payload(of: frame)) was written as \(bytes)")
    }
  }

  private static func written(_ encode: (inout MutableSpan<UInt8>) -> Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: BoardProtocol.frameByteCountMax)
    var span = bytes.mutableSpan
    let byteCount = encode(&span)
    return Array(bytes.prefix(byteCount))
  }

  private static func payload(of frame: BoardFrame) -> [UInt8] {
    (0..<frame.payloadByteCount).map { frame.loadUInt8(at: $0) }
  }
}
