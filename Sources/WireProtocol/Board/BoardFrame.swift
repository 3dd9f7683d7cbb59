/// A frame with a right checksum, whose payload is not read yet.
public struct BoardFrame: Sendable {
  /// The protocol version of the sender; only payloads of ``BoardProtocol/version`` are readable.
  public let version: UInt8
  /// The message kind as it came, known to this version or not.
  public let kindCode: UInt8
  /// The request's sequence number, repeated by its reply.
  public let sequence: UInt16
  /// The number of payload bytes.
  public let payloadByteCount: Int
  let payload: InlineArray<156, UInt8>

  @_noAllocation
  init(
    version: UInt8, kindCode: UInt8, sequence: UInt16, payloadByteCount: Int,
    payload: InlineArray<156, UInt8>
  ) {
    self.version = version
    self.kindCode = kindCode
    self.sequence = sequence
    self.payloadByteCount = payloadByteCount
    self.payload = payload
  }

  /// The message kind, `nil` when this version does not know it.
  public var kind: BoardMessageKind? { @_noAllocation get { BoardMessageKind(code: kindCode) } }

  @_noAllocation
  func check(_ expected: BoardMessageKind, payloadByteCount: Int) throws(BoardFrameError) {
    try check(expected)
    guard self.payloadByteCount == payloadByteCount else {
      throw .payloadByteCount(found: self.payloadByteCount, expected: payloadByteCount)
    }
  }

  @_noAllocation
  func check(_ expected: BoardMessageKind) throws(BoardFrameError) {
    guard version == BoardProtocol.version else {
      throw .version(found: version, expected: BoardProtocol.version)
    }
    guard kindCode == expected.code else {
      throw .kind(found: kindCode, expected: expected.code)
    }
  }

  // Little-endian integers; the caller has checked the payload's size. One function per width,
  // because a generic one is no proof of `@_noAllocation` in a debug build.

  @_noAllocation
  func loadUInt8(at offset: Int) -> UInt8 { payload[offset] }

  @_noAllocation
  func loadUInt16(at offset: Int) -> UInt16 {
    UInt16(payload[offset]) | UInt16(payload[offset + 1]) << 8
  }

  @_noAllocation
  func loadInt16(at offset: Int) -> Int16 { Int16(bitPattern: loadUInt16(at: offset)) }

  @_noAllocation
  func loadUInt32(at offset: Int) -> UInt32 {
    UInt32(loadUInt16(at: offset)) | UInt32(loadUInt16(at: offset + 2)) << 16
  }

  /// One to four bytes, the lowest first.
  @_noAllocation
  func loadBits(at offset: Int, byteCount: Int) -> UInt32 {
    var bits: UInt32 = 0
    for index in 0..<byteCount { bits |= UInt32(payload[offset + index]) &<< UInt32(8 * index) }
    return bits
  }

  @_noAllocation
  func loadUInt64(at offset: Int) -> UInt64 {
    // On a 32-bit core `UInt64(_: UInt32)` and `<<` bring an array with them, which
    // `-no-allocations` rejects; the words of `init(_truncatingBits:)` and `&<<` do not.
    let low = UInt64(_truncatingBits: UInt(loadUInt32(at: offset)))
    let high = UInt64(_truncatingBits: UInt(loadUInt32(at: offset + 4)))
    return low | high &<< 32
  }
}

/// Failure to read a frame with a right checksum as a certain message.
public enum BoardFrameError: Error, Equatable, Sendable {
  /// The sender speaks another version of the protocol.
  case version(found: UInt8, expected: UInt8)
  /// The frame is another message.
  case kind(found: UInt8, expected: UInt8)
  /// The payload is shorter or longer than its message.
  case payloadByteCount(found: Int, expected: Int)
  /// The message names more joints than ``BoardProtocol/jointsMax``.
  case jointCount(found: Int, max: Int)
  /// The message asks for a register with another size than 1 to so many bytes.
  case registerByteCount(found: Int, max: Int)
  /// This version does not know the refusal's code.
  case refusalCode(found: UInt8)
}
