import WireProtocol

/// A line of two Feetech servos.
final class FeetechPeer: Peer {
  private var decoder = FeetechDecoder()
  private var servos = ServoMemory(.feetech)

  override func hear(_ request: UnsafeRawBufferPointer) {
    for byte in request {
      decoder.push(byte)
      while let packet = decoder.nextPacket() { answer(packet) }
    }
  }

  private func answer(_ packet: FeetechPacket) {
    guard var items = try? FeetechItems(of: packet) else { fatalError("no request") }
    while let item = items.next() {
      guard let joint = FuzzRobot.joint(id: item.id) else { continue }
      if item.dataOffset > 0 {
        let data = (0..<item.byteCount).map { packet.loadUInt8(at: item.dataOffset + $0) }
        servos.write(data, at: item.address, joint)
        if packet.id == item.id { reply([item.id, 0], frame: FeetechWire.frame) }
      } else {
        reply(
          [item.id, 0] + servos.read(item.address, item.byteCount, joint), frame: FeetechWire.frame)
      }
    }
  }
}
