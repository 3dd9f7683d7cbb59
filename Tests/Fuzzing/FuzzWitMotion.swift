/// A frame that is right.
///
/// Twice, since the decoder knows no silence: damage before it may take the first.
let known: [UInt8] =
  [0x55, 0x52, 0x00, 0x40, 0x00, 0xC0, 0xFF, 0xFF, 0x00, 0x00, 0xA5] + [
    0x55, 0x52, 0x00, 0x40, 0x00, 0xC0, 0xFF, 0xFF, 0x00, 0x00, 0xA5,
  ]

/// The size of the frame that begins here; `nil` when none does.
func frameByteCount(_ bytes: ArraySlice<UInt8>) -> Int? {
  bytes.count >= 11 && bytes.first == 0x55 ? 11 : nil
}

func checksum(_ covered: ArraySlice<UInt8>) -> [UInt8] { [covered.reduce(0, &+)] }

func accepted(_ bytes: [UInt8], isSilentAfter: (Int) -> Bool) -> Int {
  var decoder = WitMotionDecoder()
  var count = 0
  for byte in bytes {
    decoder.push(byte)
    while let frame = decoder.nextFrame() {
      count += 1
      for index in 0..<4 { if !frame.values[index].isFinite { fatalError("no number") } }
    }
  }
  return count
}
