/// Writes one packet from front to back into a caller's buffer, with stuffing, length and checksum.
public struct DynamixelPacketWriter {
  private var byteCount: Int
  /// Bytes of FF FF FD at the end.
  private var matched: Int

  /// Begins a packet.
  ///
  /// - Parameter buffer: Large enough for the whole packet; ``Dynamixel/packetByteCountMax`` bytes
  ///   are enough for any.
  @_noAllocation
  public init(
    id: UInt8, _ instruction: DynamixelInstruction, into buffer: inout MutableSpan<UInt8>
  ) {
    buffer[0] = 0xFF
    buffer[1] = 0xFF
    buffer[2] = 0xFD
    buffer[3] = 0x00
    buffer[4] = id
    buffer[7] = instruction.code
    byteCount = Dynamixel.headerByteCount + 1
    matched = 0
  }

  // Little-endian numbers at the end of the parameters.

  /// Appends a byte.
  @_noAllocation
  public mutating func append(_ value: UInt8, to buffer: inout MutableSpan<UInt8>) {
    appendPlain(value, to: &buffer)
    matched = DynamixelStuffing.matched(after: value, before: matched)
    if matched == 3 {
      appendPlain(0xFD, to: &buffer)
      matched = 0
    }
  }

  /// Appends a number of two bytes.
  @_noAllocation
  public mutating func append(_ value: UInt16, to buffer: inout MutableSpan<UInt8>) {
    append(UInt8(truncatingIfNeeded: value), to: &buffer)
    append(UInt8(truncatingIfNeeded: value >> 8), to: &buffer)
  }

  /// Appends the lowest bytes of a number.
  @_noAllocation
  public mutating func append(
    _ bits: UInt32, byteCount: Int, to buffer: inout MutableSpan<UInt8>
  ) {
    for byte in 0..<byteCount {
      append(UInt8(truncatingIfNeeded: bits &>> UInt32(8 * byte)), to: &buffer)
    }
  }

  /// Appends bytes.
  @_noAllocation
  public mutating func append(
    _ values: borrowing Span<UInt8>, to buffer: inout MutableSpan<UInt8>
  ) {
    for index in 0..<values.count { append(values[index], to: &buffer) }
  }

  /// Fills in length and checksum, and returns the packet's size in bytes.
  @_noAllocation
  public func finish(_ buffer: inout MutableSpan<UInt8>) -> Int {
    let length = byteCount - Dynamixel.headerByteCount + Dynamixel.checksumByteCount
    buffer[5] = UInt8(truncatingIfNeeded: length)
    buffer[6] = UInt8(truncatingIfNeeded: length >> 8)
    var crc = CRC16()
    for index in 0..<byteCount { crc.update(buffer[index]) }
    buffer[byteCount] = UInt8(truncatingIfNeeded: crc.value)
    buffer[byteCount + 1] = UInt8(truncatingIfNeeded: crc.value >> 8)
    return byteCount + Dynamixel.checksumByteCount
  }

  @_noAllocation
  private mutating func appendPlain(_ value: UInt8, to buffer: inout MutableSpan<UInt8>) {
    buffer[byteCount] = value
    byteCount += 1
  }
}

/// Writes the common answer of several servos to a fast read, which is not stuffed.
///
/// Each servo's checksum covers all bytes before it, those of the other servos included.
public struct DynamixelFastReplyWriter {
  private var byteCount = Dynamixel.headerByteCount + 1
  private var crc = CRC16()

  /// Begins the answer of `servoCount` servos with `dataByteCount` bytes in all.
  @_noAllocation
  public init(servoCount: Int, dataByteCount: Int, into buffer: inout MutableSpan<UInt8>) {
    let length =
      1 + dataByteCount + servoCount * DynamixelFastAnswer.byteCount(dataByteCount: 0)
    buffer[0] = 0xFF
    buffer[1] = 0xFF
    buffer[2] = 0xFD
    buffer[3] = 0x00
    buffer[4] = Dynamixel.broadcastID
    buffer[5] = UInt8(truncatingIfNeeded: length)
    buffer[6] = UInt8(truncatingIfNeeded: length >> 8)
    buffer[7] = DynamixelInstruction.status.code
    for index in 0..<byteCount { crc.update(buffer[index]) }
  }

  /// Appends one servo's part, and returns the bytes written so far.
  @_noAllocation
  public mutating func append(
    _ error: DynamixelResult, id: UInt8, data: borrowing Span<UInt8>,
    to buffer: inout MutableSpan<UInt8>
  ) -> Int {
    append(error.byte, &buffer)
    append(id, &buffer)
    for index in 0..<data.count { append(data[index], &buffer) }
    let checksum = crc.value
    append(UInt8(truncatingIfNeeded: checksum), &buffer)
    append(UInt8(truncatingIfNeeded: checksum >> 8), &buffer)
    return byteCount
  }

  @_noAllocation
  private mutating func append(_ byte: UInt8, _ buffer: inout MutableSpan<UInt8>) {
    buffer[byteCount] = byte
    crc.update(byte)
    byteCount += 1
  }
}
