/// Iterates over the parts of a read or write request, one for each servo, in the packet's order.
///
/// Single, sync, bulk and fast requests look alike from here.
public struct DynamixelItems: Sendable {
  private let packet: DynamixelPacket
  private let instruction: DynamixelInstruction
  private var offset: Int

  /// Divides a request into its parts.
  ///
  /// - Throws: ``DynamixelPacketError/instruction(found:)`` when it neither reads nor writes;
  ///   ``DynamixelPacketError/readByteCount(found:max:)`` when it asks for more than an answer
  ///   holds; ``DynamixelPacketError/parameterByteCount(found:expectedAtLeast:)`` and
  ///   ``DynamixelPacketError/danglingBytes(count:)`` when its size is wrong.
  @_noAllocation
  public init(of packet: DynamixelPacket) throws(DynamixelPacketError) {
    guard let instruction = packet.instruction else {
      throw .instruction(found: packet.instructionCode)
    }
    self.packet = packet
    self.instruction = instruction
    offset = 0
    let count = packet.parameterByteCount
    switch instruction {
    case .read: try Self.check(count, atLeast: 4, each: 0)
    case .write, .regWrite: try Self.check(count, atLeast: 3, each: 1)
    case .syncRead, .fastSyncRead:
      try Self.check(count, atLeast: 4, each: 1)
      offset = 4
    case .syncWrite:
      try Self.check(count, atLeast: 4, each: 1 + Int(packet.loadUInt16(at: 2)))
      offset = 4
    case .bulkRead, .fastBulkRead: try Self.check(count, atLeast: 0, each: 5)
    case .bulkWrite: try checkBulkWrite()
    case .ping, .action, .factoryReset, .reboot, .clear, .controlTableBackup, .status:
      throw .instruction(found: packet.instructionCode)
    }
    try checkReads()
  }

  /// Checks that the data of a read fit into one answer, even when every third byte is stuffed.
  @_noAllocation
  private func checkReads() throws(DynamixelPacketError) {
    var rest = self
    while let item = rest.next() {
      if item.dataOffset == 0 && item.byteCount > Dynamixel.readByteCountMax {
        throw .readByteCount(found: item.byteCount, max: Dynamixel.readByteCountMax)
      }
    }
  }

  /// The next servo's part; `nil` after the last.
  @_noAllocation
  public mutating func next() -> RequestItem? {
    guard offset < packet.parameterByteCount else { return nil }
    switch instruction {
    case .read:
      offset = packet.parameterByteCount
      return RequestItem(id: packet.id, address: number(at: 0), byteCount: number(at: 2))
    case .write, .regWrite:
      offset = packet.parameterByteCount
      return RequestItem(
        id: packet.id, address: number(at: 0), byteCount: packet.parameterByteCount - 2,
        dataOffset: 2)
    case .syncRead, .fastSyncRead:
      defer { offset += 1 }
      return RequestItem(
        id: packet.loadUInt8(at: offset), address: number(at: 0), byteCount: number(at: 2))
    case .syncWrite:
      defer { offset += 1 + number(at: 2) }
      return RequestItem(
        id: packet.loadUInt8(at: offset), address: number(at: 0), byteCount: number(at: 2),
        dataOffset: offset + 1)
    case .bulkRead, .fastBulkRead:
      defer { offset += 5 }
      return bulkItem(dataOffset: 0)
    case .bulkWrite:
      let item = bulkItem(dataOffset: offset + 5)
      offset += 5 + item.byteCount
      return item
    case .ping, .action, .factoryReset, .reboot, .clear, .controlTableBackup, .status:
      return nil
    }
  }

  @_noAllocation
  private func number(at offset: Int) -> Int { Int(packet.loadUInt16(at: offset)) }

  @_noAllocation
  private func bulkItem(dataOffset: Int) -> RequestItem {
    RequestItem(
      id: packet.loadUInt8(at: offset), address: number(at: offset + 1),
      byteCount: number(at: offset + 3), dataOffset: dataOffset)
  }

  /// Checks for a fixed part and a whole number of equal ones behind it; `each` of 0 allows none.
  @_noAllocation
  private static func check(
    _ count: Int, atLeast: Int, each: Int
  ) throws(DynamixelPacketError) {
    guard count >= atLeast else {
      throw .parameterByteCount(found: count, expectedAtLeast: atLeast)
    }
    let rest = each == 0 ? count - atLeast : (count - atLeast) % each
    guard rest == 0 else { throw .danglingBytes(count: rest) }
  }

  @_noAllocation
  private func checkBulkWrite() throws(DynamixelPacketError) {
    var offset = 0
    while offset < packet.parameterByteCount {
      let rest = packet.parameterByteCount - offset
      guard rest >= 5, rest >= 5 + number(at: offset + 3) else {
        throw .danglingBytes(count: rest)
      }
      offset += 5 + number(at: offset + 3)
    }
  }
}
