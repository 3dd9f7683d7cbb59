// The entry point of libFuzzer; one of the files beside this one says what its protocol is.

/// Feeds bytes to a decoder and checks what it takes for frames against the plain definition.
///
/// The first byte says after how many bytes the line falls silent each time, 0 for never; with its
/// highest bit the checksums are made right first, so that frames come through. A hang is found by
/// libFuzzer's own limit, a read out of bounds by the checks of Swift.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let all = Array(UnsafeBufferPointer(start: start, count: count))
  guard let mode = all.first else { return 0 }
  var bytes = Array(all.dropFirst())
  if mode & 0x80 != 0 { repair(&bytes) }
  let rightFrames = bytes.indices.count { isFrame(bytes[$0...]) }
  let silenceEvery = Int(mode & 0x7F)
  let found = accepted(bytes) { silenceEvery > 0 && $0 % silenceEvery == 0 }
  if found > rightFrames { fatalError("\(found) frames accepted, \(rightFrames) are right") }
  // Behind whatever came, with a silence in between, a right frame has to be found.
  let before = accepted(bytes) { $0 == bytes.count }
  if accepted(bytes + known, isSilentAfter: { $0 == bytes.count }) == before {
    fatalError("a right frame after \(bytes.count) bytes was not found")
  }
  return 0
}

/// Whether a whole frame with a right checksum begins here.
func isFrame(_ bytes: ArraySlice<UInt8>) -> Bool {
  guard let size = frameByteCount(bytes), size <= bytes.count else { return false }
  let frame = bytes.prefix(size)
  let covered = frame.dropLast(checksum(frame).count)
  return Array(frame.suffix(frame.count - covered.count)) == checksum(covered)
}

/// Gives what looks like a frame its right checksum.
func repair(_ bytes: inout [UInt8]) {
  var start = 0
  while start < bytes.count {
    guard let size = frameByteCount(bytes[start...]), start + size <= bytes.count else {
      start += 1
      continue
    }
    let width = checksum(bytes[start...]).count
    let right = checksum(bytes[start..<(start + size - width)])
    for index in 0..<width { bytes[start + size - width + index] = right[index] }
    start += size
  }
}

/// CRC-16/UMTS bit by bit, as its definition says, the lower byte first.
func definedCRC16(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
  var crc: UInt16 = 0
  for byte in bytes {
    crc ^= UInt16(byte) << 8
    for _ in 0..<8 { crc = crc & 0x8000 == 0 ? crc << 1 : crc << 1 ^ 0x8005 }
  }
  return [UInt8(crc & 0xFF), UInt8(crc >> 8)]
}
