/// A frame that is right.
let known: [UInt8] = [0xFF, 0xFF, 0xFD, 0x00, 0x01, 0x03, 0x00, 0x01, 0x19, 0x4E]

/// The size of the packet that begins here; `nil` when none does.
func frameByteCount(_ bytes: ArraySlice<UInt8>) -> Int? {
  guard bytes.count >= 10, bytes.prefix(4) == [0xFF, 0xFF, 0xFD, 0x00] else { return nil }
  let size = 7 + Int(bytes[bytes.startIndex + 5]) + Int(bytes[bytes.startIndex + 6]) << 8
  return size >= 10 ? size : nil
}

func checksum(_ covered: ArraySlice<UInt8>) -> [UInt8] { definedCRC16(covered) }

func accepted(_ bytes: [UInt8], isSilentAfter: (Int) -> Bool) -> Int {
  var decoder = DynamixelDecoder()
  var count = 0
  for (index, byte) in bytes.enumerated() {
    decoder.push(byte)
    for answer in 0..<3 { _ = decoder.partialAnswer(answer, dataByteCount: Int(byte)) }
    if isSilentAfter(index + 1) { decoder.endBurst() }
    while let packet = decoder.nextPacket() {
      count += 1
      _ = try? packet.status()
      guard var items = try? DynamixelItems(of: packet) else { continue }
      while let item = items.next() {
        if item.dataOffset > 0 && item.byteCount > 0 {
          _ = packet.loadUInt8(at: item.dataOffset + item.byteCount - 1)
        }
      }
    }
  }
  return count
}
