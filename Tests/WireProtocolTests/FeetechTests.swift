import Testing
import WireProtocol

@Suite struct FeetechTests {
  // Made with an independent program from the protocol's definition.
  static let ping = hex("FF FF 01 02 01 FB")
  static let pingAnswer = hex("FF FF 01 02 00 FC")
  static let read = hex("FF FF 01 04 02 38 02 BE")
  static let readAnswer = hex("FF FF 01 04 00 18 05 DD")
  static let write = hex("FF FF 01 05 03 2A 00 08 C4")
  static let regWrite = hex("FF FF 01 05 04 2A 00 08 C3")
  static let action = hex("FF FF FE 02 05 FA")
  static let syncRead = hex("FF FF FE 06 82 38 08 01 02 36")
  static let syncWrite = hex("FF FF FE 0A 83 2A 02 01 00 08 02 F4 07 42")
  static let all = [
    ping, pingAnswer, read, readAnswer, write, regWrite, action, syncRead, syncWrite,
  ]

  static func packets(in bytes: [UInt8], endBurst: Bool = false) -> [[UInt8]] {
    var decoder = FeetechDecoder()
    return decoder.packets(in: bytes, endBurst: endBurst)
  }

  @Test func forget_wholePackets_areDroppedToo() {
    var decoder = FeetechDecoder()
    let ping = hex("FF FF 01 02 01 FB")
    for byte in ping + ping.prefix(3) { decoder.push(byte) }
    decoder.forget()
    #expect(decoder.nextPacket() == nil)
    for byte in ping { decoder.push(byte) }
    #expect(decoder.nextPacket() != nil)
  }

  @Test func packets_ofEveryKind_areRead() {
    #expect(
      Self.packets(in: Self.all.flatMap { $0 }) == [
        hex("01 01"), hex("01 00"), hex("01 02 38 02"), hex("01 00 18 05"),
        hex("01 03 2A 00 08"), hex("01 04 2A 00 08"), hex("FE 05"), hex("FE 82 38 08 01 02"),
        hex("FE 83 2A 02 01 00 08 02 F4 07"),
      ])
  }

  @Test(arguments: all)
  func finish_contentOfAnyVector_givesItsBytes(vector: [UInt8]) throws {
    let content = try #require(Self.packets(in: vector).first)
    let bytes = encoded { buffer in
      var writer =
        if let instruction = FeetechInstruction(rawValue: content[1]) {
          FeetechPacketWriter(id: content[0], instruction, into: &buffer)
        } else {
          FeetechPacketWriter(
            id: content[0], FeetechErrors(rawValue: content[1]), into: &buffer)
        }
      writer.append(Array(content.dropFirst(2)).span, to: &buffer)
      return writer.finish(&buffer)
    }
    #expect(bytes == vector)
  }

  @Test(arguments: all)
  func packets_truncatedAnywhere_findNothingAndThenTheNext(vector: [UInt8]) {
    for count in 0..<vector.count {
      let cut = Array(vector[..<count])
      var decoder = FeetechDecoder()
      #expect(decoder.packets(in: cut, endBurst: true).isEmpty)
      #expect(decoder.packets(in: Self.action) == [hex("FE 05")])
      #expect(decoder.statistics.discardedBytes == UInt32(count))
    }
  }

  // A flipped bit always changes the sum. Without a silence, a length that grew by one would take
  // the next header's first byte for its checksum, which then is right: drivers know the sizes.
  @Test(arguments: all)
  func packets_anyBitFlipped_losesOnlyThatPacket(vector: [UInt8]) {
    for bit in 0..<vector.count * 8 {
      var damaged = vector
      damaged[bit / 8] ^= 1 << (bit % 8)
      var decoder = FeetechDecoder()
      #expect(decoder.packets(in: damaged, endBurst: true).isEmpty, "bit \(bit)")
      #expect(decoder.packets(in: Self.action) == [hex("FE 05")], "bit \(bit)")
    }
  }

  @Test func packets_falseStartBeforeMany_swallowsNone() {
    let good = (0..<40).flatMap { _ in Self.ping }
    let found = Self.packets(in: hex("FF FF 01 FF 03") + good, endBurst: true)
    #expect(found.count == 40)
  }

  @Test func packets_moreFFsBeforeTheHeader_areNoError() {
    var decoder = FeetechDecoder()
    #expect(decoder.packets(in: hex("FF FF FF FF") + Self.ping).count == 1)
    #expect(decoder.statistics.headerErrors == 0 && decoder.statistics.discardedBytes == 4)
  }

  @Test(arguments: ["FF FF 01 00", "FF FF 01 01"])
  func packets_impossibleLength_isCountedAtOnce(start: String) {
    var decoder = FeetechDecoder()
    #expect(decoder.packets(in: hex(start) + Self.ping).count == 1)
    #expect(decoder.statistics.headerErrors == 1)
  }

  @Test func packets_longestThereIs_isTaken() {
    var packet: [UInt8] = [0xFF, 0xFF, 7, 255, 3] + [UInt8](repeating: 9, count: 253)
    packet.append(~packet[2...].reduce(0, &+))
    #expect(Self.packets(in: packet).map(\.count) == [255])
  }

  @Test(arguments: [
    (read, [[1, 0x38, 2]]), (write, [[1, 0x2A, 2, 0, 8]]), (regWrite, [[1, 0x2A, 2, 0, 8]]),
    (syncRead, [[1, 0x38, 8], [2, 0x38, 8]]),
    (syncWrite, [[1, 0x2A, 2, 0, 8], [2, 0x2A, 2, 0xF4, 7]]),
  ])
  func next_requests_areTakenApart(bytes: [UInt8], expected: [[Int]]) throws {
    let packet = try #require(Self.packet(bytes))
    var items = try FeetechItems(of: packet)
    var found: [[Int]] = []
    while let item = items.next() {
      let data =
        item.dataOffset == 0
        ? [] : (0..<item.byteCount).map { Int(packet.loadUInt8(at: item.dataOffset + $0)) }
      found.append([Int(item.id), item.address, item.byteCount] + data)
    }
    #expect(found == expected)
  }

  @Test(arguments: [
    ("02 38", FeetechPacketError.parameterByteCount(found: 1, expectedAtLeast: 2)),
    ("02 38 02 00", .parameterByteCount(found: 3, expectedAtLeast: 2)),
    ("02 00 FE", .readByteCount(found: 254, max: 253)),
    ("82 00 FF 01", .readByteCount(found: 255, max: 253)),
    ("03 2A", .parameterByteCount(found: 1, expectedAtLeast: 2)),
    ("82 38", .parameterByteCount(found: 1, expectedAtLeast: 2)),
    ("83 2A", .parameterByteCount(found: 1, expectedAtLeast: 2)),
    ("83 2A 02 01 00", .danglingBytes(count: 2)), ("01", .instruction(found: 1)),
    ("55 00", .instruction(found: 0x55)),
  ])
  func items_sizesThatDoNotFit_areRefused(request: String, error: FeetechPacketError) throws {
    var bytes = [0xFF, 0xFF, 0xFE, UInt8(hex(request).count + 1)] + hex(request)
    bytes.append(~bytes[2...].reduce(0, &+))
    let packet = try #require(Self.packet(bytes))
    #expect(throws: error) { try FeetechItems(of: packet) }
  }

  @Test func nextPacket_bytesPushedAllAtOnce_findsTheSamePackets() {
    var decoder = FeetechDecoder()
    for byte in Self.all.flatMap({ $0 }) { decoder.push(byte) }
    var codes: [UInt8] = []
    while let packet = decoder.nextPacket() { codes.append(packet.code) }
    #expect(codes == hex("01 00 02 00 03 04 05 82 83"))
    #expect(decoder.statistics.discardedBytes == 0 && decoder.statistics.badFrames == 0)
  }

  @Test func errors_ofAnAnswer_areItsBits() throws {
    let packet = try #require(Self.packet(hex("FF FF 01 02 24 D8")))
    #expect(packet.errors == FeetechErrors(rawValue: 0b10_0100))
    #expect(packet.parameterByteCount == 0)
  }

  static func packet(_ bytes: [UInt8]) -> FeetechPacket? {
    var decoder = FeetechDecoder()
    for byte in bytes { decoder.push(byte) }
    return decoder.nextPacket()
  }
}

extension FeetechDecoder {
  /// Number, code and parameters of each packet.
  mutating func packets(in bytes: [UInt8], endBurst: Bool = false) -> [[UInt8]] {
    var found: [[UInt8]] = []
    func content(_ packet: FeetechPacket) -> [UInt8] {
      [packet.id, packet.code]
        + (0..<packet.parameterByteCount).map { packet.loadUInt8(at: $0) }
    }
    for byte in bytes {
      push(byte)
      while let packet = nextPacket() { found.append(content(packet)) }
    }
    if endBurst {
      self.endBurst()
      while let packet = nextPacket() { found.append(content(packet)) }
    }
    return found
  }
}
