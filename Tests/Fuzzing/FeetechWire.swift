import WireProtocol

/// Feetech's protocol: fields are number, instruction or errors, and parameters.
enum FeetechWire: FuzzedWire {
  static let known: [UInt8] = [0xFF, 0xFF, 0x01, 0x02, 0x01, 0xFB]

  static func frameByteCount(_ bytes: ArraySlice<UInt8>) -> Int? {
    guard bytes.count >= 6, bytes.prefix(2) == [0xFF, 0xFF] else { return nil }
    let size = 4 + Int(bytes[bytes.startIndex + 3])
    return size >= 6 ? size : nil
  }

  static func checksum(_ covered: ArraySlice<UInt8>) -> [UInt8] {
    [~covered.dropFirst(2).reduce(0, &+)]
  }

  static func accepted(_ bytes: [UInt8], isSilentAfter: (Int) -> Bool) -> Int {
    var decoder = FeetechDecoder()
    var count = 0
    for (index, byte) in bytes.enumerated() {
      decoder.push(byte)
      if isSilentAfter(index + 1) { decoder.endBurst() }
      while let packet = decoder.nextPacket() {
        count += 1
        readEverything(packet)
      }
    }
    return count
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

  static func decoded(_ bytes: [UInt8]) -> [[UInt8]] {
    var decoder = FeetechDecoder()
    var found: [[UInt8]] = []
    for byte in bytes {
      decoder.push(byte)
      while let packet = decoder.nextPacket() {
        readEverything(packet)
        found.append(
          [packet.id, packet.code]
            + (0..<packet.parameterByteCount).map { packet.loadUInt8(at: $0) })
      }
    }
    return found
  }

  private static func readEverything(_ packet: FeetechPacket) {
    guard var items = try? FeetechItems(of: packet) else { return }
    while let item = items.next() {
      if item.dataOffset > 0 && item.dataOffset + item.byteCount > packet.parameterByteCount {
        fatalError("\(item) is beyond \(packet.parameterByteCount) parameters")
      }
    }
  }
}
