import WireProtocol

/// Feetech's protocol: fields are ID, instruction or errors, and parameters.
enum FeetechWire: FuzzedWire {
  typealias Decoder = FeetechDecoder

  static let known: [UInt8] = [0xFF, 0xFF, 0x01, 0x02, 0x01, 0xFB]

  static func frameByteCount(_ bytes: ArraySlice<UInt8>) -> Int? {
    guard bytes.count >= 6, bytes.prefix(2) == [0xFF, 0xFF] else { return nil }
    let size = 4 + Int(bytes[bytes.startIndex + 3])
    return size >= 6 ? size : nil
  }

  static func checksum(_ covered: ArraySlice<UInt8>) -> [UInt8] {
    [~covered.dropFirst(2).reduce(0, &+)]
  }

  static func frame(_ fields: [UInt8]) -> [UInt8] {
    let parameters = fields.dropFirst(2).prefix(253)
    let covered: [UInt8] =
      [0xFF, 0xFF, fields.first ?? 0, UInt8(parameters.count + 2)]
      + [fields.dropFirst().first ?? 0] + parameters
    return covered + checksum(covered[...])
  }

  static func isPossible(_ fields: [UInt8]) -> Bool {
    fields.count >= 2 && fields[0] != 0xFF && fields.count <= 255
  }

  static func fields(of packet: FeetechPacket) -> [UInt8] {
    [packet.id, packet.code] + (0..<packet.parameterByteCount).map { packet.loadUInt8(at: $0) }
  }

  static func readEverything(_ packet: FeetechPacket) {
    guard var items = try? FeetechItems(of: packet) else { return }
    while let item = items.next() {
      check(item, parameterByteCount: packet.parameterByteCount)
    }
  }
}
