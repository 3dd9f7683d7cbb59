import Testing
import WireProtocol

@Suite struct DynamixelItemsTests {
  /// A request's items for each servo: ID, address, size and new bytes.
  static func items(_ bytes: [UInt8]) throws -> [[Int]] {
    let packet = try #require(packets(in: bytes).first)
    var items = try DynamixelItems(of: packet)
    var found: [[Int]] = []
    while let item = items.next() {
      let data =
        item.dataOffset == 0
        ? [] : (0..<item.byteCount).map { Int(packet.loadUInt8(at: item.dataOffset + $0)) }
      found.append([Int(item.id), item.address, item.byteCount] + data)
    }
    return found
  }

  @Test(arguments: [
    (DynamixelVectors.read, [[1, 132, 4]]),
    (DynamixelVectors.write, [[1, 116, 4, 0, 2, 0, 0]]),
    (DynamixelVectors.regWrite, [[1, 104, 4, 200, 0, 0, 0]]),
    (DynamixelVectors.syncRead, [[1, 132, 4], [2, 132, 4]]),
    (DynamixelVectors.fastSyncRead, [[3, 132, 4], [7, 132, 4], [4, 132, 4]]),
    (DynamixelVectors.syncWrite, [[1, 116, 4, 150, 0, 0, 0], [2, 116, 4, 170, 0, 0, 0]]),
    (DynamixelVectors.bulkRead, [[1, 144, 2], [2, 146, 1]]),
    (DynamixelVectors.bulkWrite, [[1, 32, 2, 160, 0], [2, 31, 1, 80]]),
  ])
  func next_requestsOfTheManual_areTakenApart(bytes: [UInt8], expected: [[Int]]) throws {
    #expect(try Self.items(bytes) == expected)
  }

  @Test(
    arguments: [
      (
        [0x02, 0x84, 0x00, 0x04],
        DynamixelPacketError.parameterByteCount(found: 3, expectedAtLeast: 4)
      ),
      ([0x02, 0x84, 0x00, 0x04, 0x00, 0x01], .danglingBytes(count: 1)),
      ([0x03, 0x74, 0x00], .parameterByteCount(found: 2, expectedAtLeast: 3)),
      ([0x83, 0x74, 0x00, 0x04], .parameterByteCount(found: 3, expectedAtLeast: 4)),
      ([0x83, 0x74, 0x00, 0x04, 0x00, 0x01, 0x02], .danglingBytes(count: 2)),
      ([0x92, 0x01, 0x90, 0x00, 0x02], .danglingBytes(count: 4)),
      ([0x93, 0x01, 0x20, 0x00, 0x02, 0x00, 0xA0], .danglingBytes(count: 6)),
      ([0x02, 0x00, 0x00, 0x41, 0x01], .readByteCount(found: 321, max: 320)),
      ([0x82, 0x00, 0x00, 0xFF, 0xFF, 0x01], .readByteCount(found: 65_535, max: 320)),
      ([0x92, 0x01, 0x00, 0x00, 0x41, 0x01], .readByteCount(found: 321, max: 320)),
      ([0x01], .instruction(found: 1)),
      ([0x77], .instruction(found: 0x77)),
    ] as [([UInt8], DynamixelPacketError)])
  func init_sizesThatDoNotFit_areRefused(request: [UInt8], error: DynamixelPacketError) throws {
    let bytes = DynamixelVectors.packet(254, request[0], Array(request.dropFirst()))
    #expect(throws: error) { try Self.items(bytes) }
  }
}
