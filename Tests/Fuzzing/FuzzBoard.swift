/// The size of the frame that begins here; `nil` when none does.
func frameByteCount(_ bytes: ArraySlice<UInt8>) -> Int? {
  guard bytes.count >= 9, bytes.prefix(2) == [0xA5, 0x5A] else { return nil }
  return 9 + Int(bytes[bytes.startIndex + 6])
}

func checksum(_ covered: ArraySlice<UInt8>) -> [UInt8] { definedCRC16(covered) }

func accepted(_ bytes: [UInt8], silenceEvery: Int) -> Int {
  var decoder = BoardFrameDecoder()
  var count = 0
  for (index, byte) in bytes.enumerated() {
    decoder.push(byte)
    if silenceEvery > 0 && (index + 1) % silenceEvery == 0 { decoder.endBurst() }
    while let frame = decoder.nextFrame() {
      count += 1
      _ = try? BoardState(decoding: frame)
      _ = try? BoardCommand(decoding: frame)
      _ = try? BoardIdentity(decoding: frame)
      _ = try? BoardRefusal(decoding: frame)
    }
  }
  return count
}
