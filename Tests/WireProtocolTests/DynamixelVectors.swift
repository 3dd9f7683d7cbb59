import WireProtocol

/// Packets of ROBOTIS's e-manual, checked there against an independent CRC.
enum DynamixelVectors {
  static let ping = hex("FF FF FD 00 01 03 00 01 19 4E")
  static let pingStatus = hex("FF FF FD 00 01 07 00 55 00 06 04 26 65 5D")
  static let read = hex("FF FF FD 00 01 07 00 02 84 00 04 00 1D 15")
  static let readStatus = hex("FF FF FD 00 01 08 00 55 00 A6 00 00 00 8C C0")
  static let write = hex("FF FF FD 00 01 09 00 03 74 00 00 02 00 00 CA 89")
  static let writeStatus = hex("FF FF FD 00 01 04 00 55 00 A1 0C")
  static let regWrite = hex("FF FF FD 00 01 09 00 04 68 00 C8 00 00 00 AE 8E")
  static let action = hex("FF FF FD 00 01 03 00 05 02 CE")
  static let factoryReset = hex("FF FF FD 00 01 04 00 06 01 A1 E6")
  static let reboot = hex("FF FF FD 00 01 03 00 08 2F 4E")
  static let clear = hex("FF FF FD 00 01 08 00 10 01 44 58 4C 22 B1 DC")
  static let syncRead = hex("FF FF FD 00 FE 09 00 82 84 00 04 00 01 02 CE FA")
  static let syncWrite = hex(
    "FF FF FD 00 FE 11 00 83 74 00 04 00 01 96 00 00 00 02 AA 00 00 00 82 87")
  static let bulkRead = hex("FF FF FD 00 FE 0D 00 92 01 90 00 02 00 02 92 00 01 00 1A 05")
  static let bulkWrite = hex(
    "FF FF FD 00 FE 10 00 93 01 20 00 02 00 A0 00 02 1F 00 01 00 50 B7 68")
  static let fastSyncRead = hex("FF FF FD 00 FE 0A 00 8A 84 00 04 00 03 07 04 20 F2")
  static let fastSyncStatus = hex(
    """
    FF FF FD 00 FE 19 00 55 00 03 A6 00 00 00 84 08 00 07 1F 08 00 00 16 CA
    00 04 FF 03 00 00 D1 9E
    """)
  /// Parameters FF FF FD FF FF FD FD, with the bytes that stuffing adds; made by hand and checked
  /// with the CRC of the tests.
  static let stuffed = hex("FF FF FD 00 01 0E 00 03 74 00 FF FF FD FD FF FF FD FD FD")

  static let all = [
    ping, pingStatus, read, readStatus, write, writeStatus, regWrite, action, factoryReset, reboot,
    clear, syncRead, syncWrite, bulkRead, bulkWrite, fastSyncRead, fastSyncStatus,
    withChecksum(stuffed),
  ]

  /// A packet with its checksum, reckoned bit by bit.
  static func withChecksum(_ bytes: [UInt8]) -> [UInt8] {
    let crc = bitwiseCRC16(bytes)
    return bytes + [UInt8(truncatingIfNeeded: crc), UInt8(crc >> 8)]
  }

  /// A whole packet without stuffing, made without the writer under test.
  static func packet(_ id: UInt8, _ instruction: UInt8, _ parameters: [UInt8]) -> [UInt8] {
    let length = parameters.count + 3
    return withChecksum(
      [0xFF, 0xFF, 0xFD, 0, id, UInt8(length & 0xFF), UInt8(length >> 8), instruction]
        + parameters)
  }
}

/// A packet's content, to compare.
struct PacketContent: Equatable {
  let id: UInt8
  let instruction: UInt8
  let parameters: [UInt8]

  init(_ id: UInt8, _ instruction: UInt8, _ parameters: [UInt8] = []) {
    (self.id, self.instruction, self.parameters) = (id, instruction, parameters)
  }

  init(_ packet: DynamixelPacket) {
    self.init(
      packet.id, packet.instructionCode,
      (0..<packet.parameterByteCount).map { packet.loadUInt8(at: $0) })
  }
}

extension DynamixelDecoder {
  mutating func packets(in bytes: [UInt8], endBurst: Bool = false) -> [DynamixelPacket] {
    var packets: [DynamixelPacket] = []
    for byte in bytes {
      push(byte)
      while let packet = nextPacket() { packets.append(packet) }
    }
    if endBurst {
      self.endBurst()
      while let packet = nextPacket() { packets.append(packet) }
    }
    return packets
  }
}

/// The packets in a stream, pushed byte by byte.
func packets(in bytes: [UInt8], endBurst: Bool = false) -> [DynamixelPacket] {
  var decoder = DynamixelDecoder()
  return decoder.packets(in: bytes, endBurst: endBurst)
}
