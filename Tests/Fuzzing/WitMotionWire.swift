import WireProtocol

/// The stream of WitMotion's sensors: fields are the kind and eight bytes.
enum WitMotionWire: FuzzedWire {
  typealias Decoder = WitMotionDecoder

  /// Twice, since the decoder knows no silence: damage before it may take the first.
  static let known: [UInt8] =
    [0x55, 0x52, 0x00, 0x40, 0x00, 0xC0, 0xFF, 0xFF, 0x00, 0x00, 0xA5] + [
      0x55, 0x52, 0x00, 0x40, 0x00, 0xC0, 0xFF, 0xFF, 0x00, 0x00, 0xA5,
    ]

  static func frameByteCount(_ bytes: ArraySlice<UInt8>) -> Int? {
    bytes.count >= 11 && bytes.first == 0x55 ? 11 : nil
  }

  static func checksum(_ covered: ArraySlice<UInt8>) -> [UInt8] { [covered.reduce(0, &+)] }

  static func frame(_ fields: [UInt8]) -> [UInt8] {
    let covered: [UInt8] =
      [0x55] + fields.prefix(9) + Array(repeating: 0, count: max(0, 9 - fields.count))
    return covered + checksum(covered[...])
  }

  static func isPossible(_ fields: [UInt8]) -> Bool {
    fields.count == 9 && [0x51, 0x52, 0x53, 0x54, 0x59].contains(fields[0])
  }

  static func fields(of frame: WitMotionFrame) -> [UInt8] {
    [frame.kind.rawValue]
      + (0..<4).flatMap { littleEndian(UInt16(bitPattern: frame.counts[$0])) }
  }

  static func readEverything(_ frame: WitMotionFrame) {
    for index in 0..<4 where !frame.values[index].isFinite { fatalError("no number") }
    if let down = frame.down {
      let square = (down * down).sum()
      if !(abs(square - 1) < 1e-4) { fatalError("gravity of the length \(square)") }
    }
  }
}
