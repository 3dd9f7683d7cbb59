/// Writes one packet from front to back into a caller's buffer, with length and checksum.
public struct FeetechPacketWriter {
  private var byteCount = Feetech.headerByteCount + 1

  /// Begins a request.
  ///
  /// - Parameter buffer: Large enough for the packet; ``Feetech/packetByteCountMax`` bytes are
  ///   enough for any.
  @_noAllocation
  public init(
    id: UInt8, _ instruction: FeetechInstruction, into buffer: inout MutableSpan<UInt8>
  ) {
    self.init(id: id, code: instruction.code, into: &buffer)
  }

  /// Begins an answer.
  @_noAllocation
  public init(id: UInt8, _ errors: FeetechErrors, into buffer: inout MutableSpan<UInt8>) {
    self.init(id: id, code: errors.rawValue, into: &buffer)
  }

  @_noAllocation
  private init(id: UInt8, code: UInt8, into buffer: inout MutableSpan<UInt8>) {
    buffer[0] = 0xFF
    buffer[1] = 0xFF
    buffer[2] = id
    buffer[4] = code
  }

  /// Appends a byte.
  @_noAllocation
  public mutating func append(_ value: UInt8, to buffer: inout MutableSpan<UInt8>) {
    buffer[byteCount] = value
    byteCount += 1
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
    buffer[3] = UInt8(byteCount - Feetech.headerByteCount + 1)
    var sum: UInt8 = 0
    for index in 2..<byteCount { sum &+= buffer[index] }
    buffer[byteCount] = ~sum
    return byteCount + 1
  }
}
