internal import SwiftProtobuf

/// One record of an event file: length, checksum of the length, event, checksum of the event.
struct EventRecord {
  let bytes: [UInt8]

  init(_ event: Tensorboard_Event) throws {
    let payload: [UInt8] = try event.serializedBytes()
    let length = Self.littleEndian(UInt64(payload.count))
    bytes =
      length + Self.littleEndian(CRC32C.masked(length))
      + payload + Self.littleEndian(CRC32C.masked(payload))
  }

  private static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    (0..<(value.bitWidth / 8)).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }
}
