import SeededRandomness
import Testing
import WireProtocol

@Suite struct DynamixelDecoderTests {
  /// A valid start that promises the longest packet and never delivers it.
  static let falseStart = hex("FF FF FD 00 01 F9 01")

  @Test func forget_wholePackets_areDroppedToo() {
    var decoder = DynamixelDecoder()
    let ping = hex("FF FF FD 00 01 03 00 01 19 4E")
    for byte in ping + ping.prefix(3) { decoder.push(byte) }
    decoder.forget()
    #expect(decoder.nextPacket() == nil)
    for byte in ping { decoder.push(byte) }
    #expect(decoder.nextPacket() != nil)
  }

  @Test func packets_ofTheManual_areRead() {
    let found = packets(in: DynamixelVectors.all.flatMap { $0 }).map { PacketContent($0) }
    #expect(
      found == [
        PacketContent(1, 0x01), PacketContent(1, 0x55, hex("00 06 04 26")),
        PacketContent(1, 0x02, hex("84 00 04 00")), PacketContent(1, 0x55, hex("00 A6 00 00 00")),
        PacketContent(1, 0x03, hex("74 00 00 02 00 00")), PacketContent(1, 0x55, hex("00")),
        PacketContent(1, 0x04, hex("68 00 C8 00 00 00")), PacketContent(1, 0x05),
        PacketContent(1, 0x06, hex("01")), PacketContent(1, 0x08),
        PacketContent(1, 0x10, hex("01 44 58 4C 22")),
        PacketContent(254, 0x82, hex("84 00 04 00 01 02")),
        PacketContent(254, 0x83, hex("74 00 04 00 01 96 00 00 00 02 AA 00 00 00")),
        PacketContent(254, 0x92, hex("01 90 00 02 00 02 92 00 01 00")),
        PacketContent(254, 0x93, hex("01 20 00 02 00 A0 00 02 1F 00 01 00 50")),
        PacketContent(254, 0x8A, hex("84 00 04 00 03 07 04")),
        PacketContent(
          254, 0x55,
          hex("00 03 A6 00 00 00 84 08 00 07 1F 08 00 00 16 CA 00 04 FF 03 00 00")),
        PacketContent(1, 0x03, hex("74 00 FF FF FD FF FF FD FD")),
      ])
  }

  @Test func nextPacket_bytesPushedAllAtOnce_findsTheSamePackets() {
    var decoder = DynamixelDecoder()
    let stream = DynamixelVectors.all.flatMap { $0 }
    for byte in stream { decoder.push(byte) }
    var found: [UInt8] = []
    while let packet = decoder.nextPacket() { found.append(packet.instructionCode) }
    #expect(found == packets(in: stream).map(\.instructionCode))
    #expect(Int(decoder.statistics.frames) == DynamixelVectors.all.count)
    #expect(decoder.statistics.badFrames == 0 && decoder.statistics.discardedBytes == 0)
  }

  @Test(arguments: DynamixelVectors.all)
  func packets_truncatedAnywhere_findNothingAndThenTheNext(vector: [UInt8]) {
    for count in 0..<vector.count {
      var decoder = DynamixelDecoder()
      #expect(decoder.packets(in: Array(vector[..<count]), endBurst: true).isEmpty)
      #expect(decoder.packets(in: DynamixelVectors.reboot).map(\.instructionCode) == [8])
      #expect(decoder.statistics.discardedBytes == UInt32(count))
    }
  }

  @Test(arguments: DynamixelVectors.all)
  func packets_anyBitFlipped_losesOnlyThatPacket(vector: [UInt8]) {
    for bit in 0..<vector.count * 8 {
      var damaged = vector
      damaged[bit / 8] ^= 1 << (bit % 8)
      let found = packets(in: damaged + DynamixelVectors.reboot, endBurst: true)
      #expect(found.map(\.instructionCode) == [8], "bit \(bit)")
    }
  }

  @Test func packets_falseStartBeforeMany_swallowsNone() {
    let good = (0..<30).flatMap { DynamixelVectors.packet(UInt8($0), 0x01, []) }
    var decoder = DynamixelDecoder()
    let found = decoder.packets(in: Self.falseStart + good, endBurst: true)
    #expect(found.map(\.id) == Array(0..<30))
    #expect(decoder.statistics.discardedBytes == UInt32(Self.falseStart.count))
  }

  @Test func push_afterSilence_continuesNoOldPacket() {
    var decoder = DynamixelDecoder()
    _ = decoder.packets(in: Array(DynamixelVectors.syncWrite[..<12]), endBurst: true)
    #expect(decoder.packets(in: Array(DynamixelVectors.syncWrite[12...])).isEmpty)
    #expect(decoder.packets(in: DynamixelVectors.ping).count == 1)
  }

  @Test(arguments: [
    // Numbers 253 and 255 are nobody's; a length below 3 has no room, one above 505 is not taken.
    "FF FF FD 00 FD 03 00 01", "FF FF FD 00 FF 03 00 01", "FF FF FD 00 01 02 00 01",
    "FF FF FD 00 01 FA 01 01",
  ])
  func packets_impossibleHeader_isCountedAtOnce(start: String) {
    var decoder = DynamixelDecoder()
    let found = decoder.packets(in: hex(start) + DynamixelVectors.ping)
    #expect(found.map(\.instructionCode) == [1])
    #expect(decoder.statistics.headerErrors == 1)
    #expect(decoder.statistics.checksumErrors == 0)
  }

  @Test func packets_longestThereIs_isTaken() {
    let parameters = (0..<502).map { UInt8(truncatingIfNeeded: $0) }
    let found = packets(in: DynamixelVectors.packet(7, 0x03, parameters))
    #expect(found.map { PacketContent($0) } == [PacketContent(7, 0x03, parameters)])
  }

  @Test func packets_moreFFsBeforeTheHeader_isStillAHeader() {
    #expect(packets(in: [0xFF, 0xFF, 0xFF] + DynamixelVectors.ping).count == 1)
  }

  @Test func packets_randomGarbageBetween_losesNone() {
    var generator = SeededRandom(seed: 7)
    for _ in 0..<200 {
      var stream: [UInt8] = []
      for id in 0..<8 as Range<UInt8> {
        for _ in 0..<Int.random(in: 0...40, using: &generator) {
          let byte = UInt8.random(in: .min ... .max, using: &generator)
          stream.append([0xFF, 0xFF, 0xFD, 0, byte].randomElement(using: &generator) ?? 0)
        }
        stream += DynamixelVectors.packet(id, 0x01, [])
      }
      var decoder = DynamixelDecoder()
      #expect(decoder.packets(in: stream, endBurst: true).map(\.id) == Array(0..<8))
      #expect(Int(decoder.statistics.discardedBytes) == stream.count - 8 * 10)
    }
  }

  @Test func status_ofOneServo_hasItsErrorAndData() throws {
    let packet = try #require(packets(in: DynamixelVectors.packet(9, 0x55, hex("87 01 02"))).first)
    let status = try packet.status()
    #expect(status.error.code == .access && status.error.hasAlert)
    #expect(status.dataOffset == 1 && status.dataByteCount == 2)
    #expect(packet.loadUInt16(at: status.dataOffset) == 0x0201)
  }

  @Test(arguments: [
    (DynamixelVectors.ping, DynamixelPacketError.instruction(found: 1)),
    (DynamixelVectors.fastSyncStatus, .isFastReply),
    (
      DynamixelVectors.packet(9, 0x55, []), .parameterByteCount(found: 0, expectedAtLeast: 1)
    ),
  ])
  func status_ofAnythingElse_isRefused(bytes: [UInt8], error: DynamixelPacketError) throws {
    let packet = try #require(packets(in: bytes).first)
    #expect(throws: error) { try packet.status() }
  }

  @Test func partialAnswer_ofAFastReply_isThereAsSoonAsItsChecksumIs() throws {
    let answers: [(id: UInt8, data: [UInt8])] = [
      (3, hex("A6 00 00 00")), (7, hex("1F 08 00 00")), (4, hex("FF 03 00 00")),
    ]
    let reply = DynamixelVectors.fastSyncStatus
    for count in 0..<reply.count {
      var decoder = DynamixelDecoder()
      for byte in reply[..<count] { decoder.push(byte) }
      for (index, expected) in answers.enumerated() {
        let answer = decoder.partialAnswer(index, dataByteCount: 4)
        #expect((answer != nil) == (count >= 8 + 8 * (index + 1)))
        guard let answer else { continue }
        #expect(answer.id == expected.id && answer.error.byte == 0)
        #expect((0..<4).map { answer.data[$0] } == expected.data)
      }
    }
  }

  @Test func partialAnswer_damagedOne_isNotThereNorAreThoseBehindIt() {
    for bit in 0..<8 * 8 {
      var damaged = DynamixelVectors.fastSyncStatus
      damaged[16 + bit / 8] ^= 1 << (bit % 8)
      var decoder = DynamixelDecoder()
      for byte in damaged { decoder.push(byte) }
      #expect(decoder.partialAnswer(0, dataByteCount: 4)?.id == 3)
      #expect(decoder.partialAnswer(1, dataByteCount: 4) == nil)
      #expect(decoder.partialAnswer(2, dataByteCount: 4) == nil)
    }
  }

  @Test func fastAnswer_ofAWholeReply_isEachServos() throws {
    let packet = try #require(packets(in: DynamixelVectors.fastSyncStatus).first)
    let ids = (0..<4).map { packet.fastAnswer($0, dataByteCount: 4)?.id }
    #expect(ids == [3, 7, 4, nil])
    let data = packet.fastAnswer(2, dataByteCount: 4)?.data
    #expect(data.map { bytes in (0..<4).map { bytes[$0] } } == hex("FF 03 00 00"))
    let other = try #require(packets(in: DynamixelVectors.readStatus).first)
    #expect(other.fastAnswer(0, dataByteCount: 1) == nil)
  }

  @Test func partialAnswer_ofAnotherPacket_isNone() {
    var decoder = DynamixelDecoder()
    for byte in DynamixelVectors.syncWrite.dropLast() { decoder.push(byte) }
    #expect(decoder.partialAnswer(0, dataByteCount: 1) == nil)
  }
}
