/// A frame that is right.
let known: [UInt8] = [0xFF, 0xFF, 0x01, 0x02, 0x01, 0xFB]

/// The size of the packet that begins here; `nil` when none does.
func frameByteCount(_ bytes: ArraySlice<UInt8>) -> Int? {
  guard bytes.count >= 6, bytes.prefix(2) == [0xFF, 0xFF] else { return nil }
  let size = 4 + Int(bytes[bytes.startIndex + 3])
  return size >= 6 ? size : nil
}

func checksum(_ covered: ArraySlice<UInt8>) -> [UInt8] {
  [~covered.dropFirst(2).reduce(0, &+)]
}

func accepted(_ bytes: [UInt8], isSilentAfter: (Int) -> Bool) -> Int {
  var decoder = FeetechDecoder()
  var count = 0
  for (index, byte) in bytes.enumerated() {
    decoder.push(byte)
    if isSilentAfter(index + 1) { decoder.endBurst() }
    while let packet = decoder.nextPacket() {
      count += 1
      guard var items = try? FeetechItems(of: packet) else { continue }
      while let item = items.next() {
        if item.dataOffset > 0 && item.byteCount > 0 {
          _ = packet.loadUInt8(at: item.dataOffset + item.byteCount - 1)
        }
      }
    }
  }
  return count
}
