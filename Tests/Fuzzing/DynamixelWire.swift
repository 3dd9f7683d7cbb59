import WireProtocol

/// Dynamixel Protocol 2.0: fields are ID, instruction and parameters before their stuffing.
enum DynamixelWire: FuzzedWire {
  typealias Decoder = DynamixelDecoder

  static let known: [UInt8] = [0xFF, 0xFF, 0xFD, 0x00, 0x01, 0x03, 0x00, 0x01, 0x19, 0x4E]

  static func frameByteCount(_ bytes: ArraySlice<UInt8>) -> Int? {
    guard bytes.count >= 10, bytes.prefix(4) == [0xFF, 0xFF, 0xFD, 0x00] else { return nil }
    let size = 7 + Int(bytes[bytes.startIndex + 5]) + Int(bytes[bytes.startIndex + 6]) << 8
    return size >= 10 ? size : nil
  }

  static func checksum(_ covered: ArraySlice<UInt8>) -> [UInt8] { definedCRC16(covered) }

  static func frame(_ fields: [UInt8]) -> [UInt8] {
    let (id, instruction) = (fields.first ?? 0, fields.dropFirst().first ?? 0)
    let isFastReply = id == 0xFE && instruction == 0x55
    let parameters = Array(fields.dropFirst(2))
    return packet(id, instruction, isFastReply ? parameters : stuffed(parameters))
  }

  /// The common answer to a fast read: each servo's part has a checksum of all before it.
  ///
  /// - Parameter byteCount: Of one servo's error, ID and data.
  static func fastReply(_ fields: [UInt8], each byteCount: Int) -> [UInt8] {
    let parts = fields.dropFirst(2)
    let servoCount = (parts.count + byteCount - 1) / byteCount
    let length = 1 + parts.count + 2 * servoCount
    var bytes: [UInt8] =
      [0xFF, 0xFF, 0xFD, 0x00, fields.first ?? 0] + littleEndian(UInt16(length))
      + [fields.dropFirst().first ?? 0]
    var start = parts.startIndex
    while start < parts.endIndex {
      let end = min(start + byteCount, parts.endIndex)
      bytes += parts[start..<end]
      bytes += checksum(bytes[...])
      start = end
    }
    return bytes
  }

  private static func packet(
    _ id: UInt8, _ instruction: UInt8, _ parameters: [UInt8]
  ) -> [UInt8] {
    let covered: [UInt8] =
      [0xFF, 0xFF, 0xFD, 0x00, id] + littleEndian(UInt16(parameters.count + 3)) + [instruction]
      + parameters
    return covered + checksum(covered[...])
  }

  private static func stuffed(_ parameters: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    for byte in parameters {
      bytes.append(byte)
      if bytes.suffix(3) == [0xFF, 0xFF, 0xFD] { bytes.append(0xFD) }
    }
    return bytes
  }

  static func isPossible(_ fields: [UInt8]) -> Bool {
    guard fields.count >= 2 else { return false }
    return fields[0] != 0xFF && fields[0] != 0xFD && frame(fields).count <= 512
  }

  static func fields(of packet: DynamixelPacket) -> [UInt8] {
    [packet.id, packet.instructionCode]
      + (0..<packet.parameterByteCount).map { packet.loadUInt8(at: $0) }
  }

  static func ask(_ decoder: inout DynamixelDecoder, after byte: UInt8) {
    for answer in 0..<3 { _ = decoder.partialAnswer(answer, dataByteCount: Int(byte)) }
  }

  static func readEverything(_ packet: DynamixelPacket) {
    if let status = try? packet.status(), status.dataByteCount > 0 {
      _ = packet.loadUInt8(at: status.dataOffset + status.dataByteCount - 1)
    }
    for answer in 0..<3 { _ = packet.fastAnswer(answer, dataByteCount: packet.parameterByteCount) }
    guard var items = try? DynamixelItems(of: packet) else { return }
    while let item = items.next() {
      check(item, parameterByteCount: packet.parameterByteCount)
    }
  }
}
