import SeededRandomness
import Testing
import WireProtocol

@Suite struct DynamixelWriterTests {
  /// The bytes of a packet.
  static func written(
    _ id: UInt8, _ instruction: DynamixelInstruction, _ parameters: [UInt8] = []
  ) -> [UInt8] {
    encoded { buffer in
      var writer = DynamixelPacketWriter(id: id, instruction, into: &buffer)
      writer.append(parameters.span, to: &buffer)
      return writer.finish(&buffer)
    }
  }

  @Test(arguments: DynamixelVectors.all)
  func finish_contentOfAnyVector_givesItsBytes(vector: [UInt8]) throws {
    let packet = try #require(packets(in: vector).first)
    let content = PacketContent(packet)
    guard content.id != 254 || content.instruction != 0x55 else { return }
    let instruction = try #require(packet.instruction)
    #expect(Self.written(content.id, instruction, content.parameters) == vector)
  }

  @Test func append_numbers_areLittleEndian() throws {
    let bytes = encoded { buffer in
      var writer = DynamixelPacketWriter(id: 1, .write, into: &buffer)
      writer.append(UInt16(116), to: &buffer)
      writer.append(512, byteCount: 4, to: &buffer)
      return writer.finish(&buffer)
    }
    #expect(bytes == DynamixelVectors.write)
  }

  @Test func written_anyFewBytes_areReadBackAndHideNoHeader() throws {
    var generator = SeededRandom(seed: 3)
    for _ in 0..<2_000 {
      let count = Int.random(in: 0...24, using: &generator)
      let parameters = (0..<count).map { _ in
        [0xFF, 0xFF, 0xFD, 0, 0x55].randomElement(using: &generator) ?? 0 as UInt8
      }
      let bytes = Self.written(5, .write, parameters)
      let found = packets(in: bytes).map { PacketContent($0) }
      #expect(found == [PacketContent(5, 3, parameters)])
      let body = Array(bytes.dropFirst(7).dropLast(2))
      for start in body.indices.dropLast(3) {
        #expect(body[start...].prefix(4) != [0xFF, 0xFF, 0xFD, 0])
      }
    }
  }

  @Test func fastReply_ofTheManual_isWritten() {
    let bytes = encoded { buffer in
      var writer = DynamixelFastReplyWriter(servoCount: 3, dataByteCount: 12, into: &buffer)
      let fine = DynamixelResult(.none, hasAlert: false)
      _ = writer.append(fine, id: 3, data: hex("A6 00 00 00").span, to: &buffer)
      _ = writer.append(fine, id: 7, data: hex("1F 08 00 00").span, to: &buffer)
      return writer.append(fine, id: 4, data: hex("FF 03 00 00").span, to: &buffer)
    }
    #expect(bytes == DynamixelVectors.fastSyncStatus)
  }

  @Test func error_codeAndAlert_areOneByte() {
    #expect(DynamixelResult(.dataRange, hasAlert: true).byte == 0x84)
    #expect(DynamixelResult(byte: 0x07).code == .access)
    #expect(DynamixelResult(byte: 0x08).code == nil)
  }
}
