import WireProtocol

/// A line of two Dynamixel servos.
final class DynamixelPeer: Peer {
  private var decoder = DynamixelDecoder()
  private var servos = ServoMemory(.dynamixel)

  override func hear(_ request: UnsafeRawBufferPointer) {
    for byte in request {
      decoder.push(byte)
      while let packet = decoder.nextPacket() { answer(packet) }
    }
  }

  private func answer(_ packet: DynamixelPacket) {
    let joint = FuzzRobot.joint(id: packet.id)
    if case .ping = packet.instruction {
      if let joint { status(packet.id, servos.read(0, 2, joint) + [52]) }
      return
    }
    guard var items = try? DynamixelItems(of: packet) else { fatalError("no request") }
    var isWrite = false
    var common: [UInt8] = [0xFE, 0x55]
    while let item = items.next() {
      guard let joint = FuzzRobot.joint(id: item.id) else { continue }
      isWrite = item.dataOffset > 0
      if isWrite {
        let data = (0..<item.byteCount).map { packet.loadUInt8(at: item.dataOffset + $0) }
        servos.write(data, at: item.address, joint)
      } else {
        common += [0, item.id] + servos.read(item.address, item.byteCount, joint)
      }
    }
    switch packet.instruction {
    case .write: if joint != nil { status(packet.id, []) }
    case .read: if joint != nil { status(packet.id, Array(common.dropFirst(4))) }
    case .fastSyncRead:
      reply(common) { DynamixelWire.fastReply($0, each: 18) }
    default: break
    }
  }

  private func status(_ id: UInt8, _ data: [UInt8]) {
    reply([id, 0x55, 0] + data, frame: DynamixelWire.frame)
  }
}
