/// A frame that is right.
let known: [UInt8] = [0xA5, 0x5A, 0x01, 0x01, 0x01, 0x00, 0x00, 0x60, 0x0B]

/// The size of the frame that begins here; `nil` when none does.
func frameByteCount(_ bytes: ArraySlice<UInt8>) -> Int? {
  guard bytes.count >= 9, bytes.prefix(2) == [0xA5, 0x5A] else { return nil }
  return 9 + Int(bytes[bytes.startIndex + 6])
}

func checksum(_ covered: ArraySlice<UInt8>) -> [UInt8] { definedCRC16(covered) }

func accepted(_ bytes: [UInt8], isSilentAfter: (Int) -> Bool) -> Int {
  var decoder = BoardFrameDecoder()
  var count = 0
  for (index, byte) in bytes.enumerated() {
    decoder.push(byte)
    if isSilentAfter(index + 1) { decoder.endBurst() }
    while let frame = decoder.nextFrame() {
      count += 1
      _ = try? BoardState(decoding: frame)
      _ = try? BoardCommand(decoding: frame)
      _ = try? BoardIdentity(decoding: frame)
      _ = try? BoardRefusal(decoding: frame)
      _ = try? BoardRegisterAccess(decoding: frame)
      _ = try? BoardRegisterValue(decoding: frame)
      _ = try? BoardHealth(decoding: frame)
    }
  }
  return count
}
