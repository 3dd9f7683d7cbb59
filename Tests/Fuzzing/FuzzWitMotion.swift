/// The size of the frame that begins here; `nil` when none does.
func frameByteCount(_ bytes: ArraySlice<UInt8>) -> Int? {
  bytes.count >= 11 && bytes.first == 0x55 ? 11 : nil
}

func checksum(_ covered: ArraySlice<UInt8>) -> [UInt8] { [covered.reduce(0, &+)] }

func accepted(_ bytes: [UInt8], silenceEvery: Int) -> Int {
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
