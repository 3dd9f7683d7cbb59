/// Writes one frame from front to back into a caller's buffer.
struct BoardFrameWriter {
  private var byteCount: Int

  @_noAllocation
  init(_ kind: BoardMessageKind, sequence: UInt16, into buffer: inout MutableSpan<UInt8>) {
    precondition(
      buffer.count >= BoardProtocol.frameByteCountMax,
      "encode: buffer below frameByteCountMax bytes")
    byteCount = BoardProtocol.headerByteCount
    buffer[0] = BoardProtocol.sync0
    buffer[1] = BoardProtocol.sync1
    buffer[2] = BoardProtocol.version
    buffer[3] = kind.code
    buffer[4] = UInt8(truncatingIfNeeded: sequence)
    buffer[5] = UInt8(truncatingIfNeeded: sequence >> 8)
  }

  // Little-endian integers at the end of the payload.

  @_noAllocation
  mutating func append(_ value: UInt8, to buffer: inout MutableSpan<UInt8>) {
    buffer[byteCount] = value
    byteCount += 1
  }

  @_noAllocation
  mutating func append(_ value: UInt16, to buffer: inout MutableSpan<UInt8>) {
    append(UInt8(truncatingIfNeeded: value), to: &buffer)
    append(UInt8(truncatingIfNeeded: value >> 8), to: &buffer)
  }

  @_noAllocation
  mutating func append(_ value: Int16, to buffer: inout MutableSpan<UInt8>) {
    append(UInt16(bitPattern: value), to: &buffer)
  }

  @_noAllocation
  mutating func append(_ value: UInt32, to buffer: inout MutableSpan<UInt8>) {
    append(UInt16(truncatingIfNeeded: value), to: &buffer)
    append(UInt16(truncatingIfNeeded: value >> 16), to: &buffer)
  }

  /// One to four bytes, the lowest first.
  @_noAllocation
  mutating func append(_ bits: UInt32, byteCount: Int, to buffer: inout MutableSpan<UInt8>) {
    for index in 0..<byteCount {
      append(UInt8(truncatingIfNeeded: bits &>> UInt32(8 * index)), to: &buffer)
    }
  }

  @_noAllocation
  mutating func append(_ value: UInt64, to buffer: inout MutableSpan<UInt8>) {
    append(UInt32(truncatingIfNeeded: value), to: &buffer)
    // `&>>` for the reason given at `BoardFrame.loadUInt64(at:)`.
    append(UInt32(truncatingIfNeeded: value &>> 32), to: &buffer)
  }

  /// Fills in the payload's size and the checksum, and returns the frame's size.
  @_noAllocation
  func finish(_ buffer: inout MutableSpan<UInt8>) -> Int {
    buffer[6] = UInt8(byteCount - BoardProtocol.headerByteCount)
    var crc = CRC16()
    for index in 0..<byteCount { crc.update(buffer[index]) }
    buffer[byteCount] = UInt8(truncatingIfNeeded: crc.value)
    buffer[byteCount + 1] = UInt8(truncatingIfNeeded: crc.value >> 8)
    return byteCount + BoardProtocol.checksumByteCount
  }
}
