import WireProtocol

/// The product's decoder of a protocol.
protocol FuzzedDecoder {
  associatedtype Frame
  init()
  mutating func push(_ byte: UInt8)
  mutating func endBurst()
  mutating func nextFuzzed() -> Frame?
}

extension BoardFrameDecoder: FuzzedDecoder {
  mutating func nextFuzzed() -> BoardFrame? { nextFrame() }
}
extension DynamixelDecoder: FuzzedDecoder {
  mutating func nextFuzzed() -> DynamixelPacket? { nextPacket() }
}
extension FeetechDecoder: FuzzedDecoder {
  mutating func nextFuzzed() -> FeetechPacket? { nextPacket() }
}
extension WitMotionDecoder: FuzzedDecoder {
  mutating func endBurst() {}
  mutating func nextFuzzed() -> WitMotionFrame? { nextFrame() }
}

/// A protocol in its plain definition, with which the product's decoder is compared.
protocol FuzzedWire {
  associatedtype Decoder: FuzzedDecoder
  /// A frame that is right.
  static var known: [UInt8] { get }
  /// The size of the frame that begins here; `nil` when none does.
  static func frameByteCount(_ bytes: ArraySlice<UInt8>) -> Int?
  static func checksum(_ covered: ArraySlice<UInt8>) -> [UInt8]

  /// Puts header and payload into a frame whose length and checksum are right.
  static func frame(_ fields: [UInt8]) -> [UInt8]
  /// True when a decoder has to take a frame with these fields.
  static func isPossible(_ fields: [UInt8]) -> Bool
  /// The fields of a decoded frame.
  static func fields(of frame: Decoder.Frame) -> [UInt8]
  /// Reads a frame as every message.
  static func readEverything(_ frame: Decoder.Frame)
  /// Asks the decoder for what it holds, after a byte.
  static func ask(_ decoder: inout Decoder, after byte: UInt8)
}

extension FuzzedWire {
  static func ask(_ decoder: inout Decoder, after byte: UInt8) {}

  /// Number of frames that the decoder finds in some bytes.
  static func accepted(_ bytes: [UInt8], isSilentAfter: (Int) -> Bool) -> Int {
    var decoder = Decoder()
    var count = 0
    for (index, byte) in bytes.enumerated() {
      decoder.push(byte)
      ask(&decoder, after: byte)
      if isSilentAfter(index + 1) { decoder.endBurst() }
      while let frame = decoder.nextFuzzed() {
        count += 1
        readEverything(frame)
      }
    }
    return count
  }

  /// Fields of the frames that the decoder finds in some bytes.
  static func decoded(_ bytes: [UInt8]) -> [[UInt8]] {
    var decoder = Decoder()
    var found: [[UInt8]] = []
    for byte in bytes {
      decoder.push(byte)
      while let frame = decoder.nextFuzzed() {
        readEverything(frame)
        found.append(fields(of: frame))
      }
    }
    return found
  }
}

/// Checks that the new bytes of a request's part are within the packet.
func check(_ item: RequestItem, parameterByteCount: Int) {
  if item.dataOffset > 0 && item.dataOffset + item.byteCount > parameterByteCount {
    fatalError("\(item) is beyond \(parameterByteCount) parameters")
  }
}

/// Feeds bytes to a decoder and checks what it takes for frames against the plain definition.
///
/// The first byte says after how many bytes the line falls silent each time, 0 for never; with its
/// highest bit the checksums are made right first, so that frames come through.
func fuzzDecoder(_ wire: (some FuzzedWire).Type) {
  guard !fields.isOver else { return }
  let mode = fields.byte()
  var bytes = fields.rest()
  if mode & 0x80 != 0 { repair(&bytes, wire) }
  let rightFrames = bytes.indices.count { isFrame(bytes[$0...], wire) }
  let silenceEvery = Int(mode & 0x7F)
  let found = wire.accepted(bytes) { silenceEvery > 0 && $0 % silenceEvery == 0 }
  if found > rightFrames { fatalError("\(found) frames accepted, \(rightFrames) are right") }
  // Behind whatever came, with a silence in between, a right frame has to be found.
  let before = wire.accepted(bytes) { $0 == bytes.count }
  if wire.accepted(bytes + wire.known, isSilentAfter: { $0 == bytes.count }) == before {
    fatalError("a right frame after \(bytes.count) bytes was not found")
  }
}

/// Makes right frames of hostile fields, and checks that the decoder gives them back as they are.
///
/// Of each frame a byte says how many fields it has.
func fuzzFrames<Wire: FuzzedWire>(_ wire: Wire.Type) {
  while !fields.isOver {
    let sent = fields.bytes(Int(fields.byte()))
    let decoded = wire.decoded(wire.frame(sent))
    if wire.isPossible(sent) && decoded.first != sent {
      fatalError("\(sent) came through as \(decoded)")
    }
  }
}

/// True when a whole frame with a right checksum begins here.
private func isFrame(_ bytes: ArraySlice<UInt8>, _ wire: (some FuzzedWire).Type) -> Bool {
  guard let size = wire.frameByteCount(bytes), size <= bytes.count else { return false }
  let frame = bytes.prefix(size)
  let covered = frame.dropLast(wire.checksum(frame).count)
  return Array(frame.suffix(frame.count - covered.count)) == wire.checksum(covered)
}

/// Gives what looks like a frame its right checksum.
private func repair(_ bytes: inout [UInt8], _ wire: (some FuzzedWire).Type) {
  var start = 0
  while start < bytes.count {
    guard let size = wire.frameByteCount(bytes[start...]), start + size <= bytes.count else {
      start += 1
      continue
    }
    let width = wire.checksum(bytes[start...]).count
    let right = wire.checksum(bytes[start..<(start + size - width)])
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
  return littleEndian(crc)
}
