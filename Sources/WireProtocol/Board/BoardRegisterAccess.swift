/// Payload of `readRegister` and `writeRegister`: a part of the memory of one servo.
public struct BoardRegisterAccess: Equatable, Sendable {
  /// The servo's ID on the board's servo bus.
  public var id: UInt8
  /// Address of the part in the servo's memory.
  public var address: UInt16
  /// Bytes of the part, 1 to ``byteCountMax``.
  public var byteCount: Int
  /// The new bytes, the lowest first; `nil` when the part is read.
  public var newBits: UInt32?

  /// The most bytes of one request: no register of a servo has more.
  public static var byteCountMax: Int { @_noAllocation get { 4 } }

  /// Bytes before the new ones.
  private static var fixedByteCount: Int { @_noAllocation get { 3 } }
  static var readByteCount: Int { @_noAllocation get { fixedByteCount + 1 } }
  static var writeByteCountMax: Int { @_noAllocation get { fixedByteCount + byteCountMax } }

  /// Makes a request from its fields.
  @_noAllocation
  public init(id: UInt8, address: UInt16, byteCount: Int, newBits: UInt32? = nil) {
    precondition(
      byteCount >= 1 && byteCount <= Self.byteCountMax, "byte count outside 1...byteCountMax")
    self.id = id
    self.address = address
    self.byteCount = byteCount
    self.newBits = newBits
  }

  /// Reads the payload of a `readRegister` or `writeRegister` frame.
  ///
  /// - Throws: ``BoardFrameError`` when it is another message, or not of this form.
  @_noAllocation
  public init(decoding frame: BoardFrame) throws(BoardFrameError) {
    if frame.kindCode == BoardMessageKind.writeRegister.code {
      try frame.check(.writeRegister)
      guard frame.payloadByteCount > Self.fixedByteCount else {
        throw .payloadByteCount(found: frame.payloadByteCount, expected: Self.fixedByteCount + 1)
      }
      byteCount = frame.payloadByteCount - Self.fixedByteCount
      newBits = frame.loadBits(at: Self.fixedByteCount, byteCount: byteCount)
    } else {
      try frame.check(.readRegister, payloadByteCount: Self.readByteCount)
      byteCount = Int(frame.loadUInt8(at: Self.fixedByteCount))
      guard byteCount >= 1 && byteCount <= Self.byteCountMax else {
        throw .registerByteCount(found: byteCount, max: Self.byteCountMax)
      }
      newBits = nil
    }
    id = frame.loadUInt8(at: 0)
    address = frame.loadUInt16(at: 1)
  }

  /// Writes a whole frame: `writeRegister` when there are new bytes, else `readRegister`.
  ///
  /// - Parameter buffer: At least ``BoardProtocol/frameByteCountMax`` bytes.
  /// - Returns: The bytes written.
  @_noAllocation
  public func encode(sequence: UInt16, into buffer: inout MutableSpan<UInt8>) -> Int {
    var writer = BoardFrameWriter(kind, sequence: sequence, into: &buffer)
    writer.append(id, to: &buffer)
    writer.append(address, to: &buffer)
    if let newBits {
      writer.append(newBits, byteCount: byteCount, to: &buffer)
    } else {
      writer.append(UInt8(truncatingIfNeeded: byteCount), to: &buffer)
    }
    return writer.finish(&buffer)
  }

  /// The kind of the request.
  var kind: BoardMessageKind {
    @_noAllocation get { newBits == nil ? .readRegister : .writeRegister }
  }
}

/// Answer of a servo to a ``BoardRegisterAccess``.
public enum BoardRegisterAnswer: Equatable, Sendable {
  /// Done; the part's bytes, the lowest first.
  case done(bits: UInt32)
  /// No answer.
  case silent
  /// Refused.
  case refused
}

/// Payload of `registerValue`: the bytes of a part of a servo's memory.
public struct BoardRegisterValue: Equatable, Sendable {
  /// Number of bytes, 1 to ``BoardRegisterAccess/byteCountMax``.
  public var byteCount: Int
  /// The bytes, the lowest first.
  public var bits: UInt32

  /// Makes a value from its fields.
  @_noAllocation
  public init(byteCount: Int, bits: UInt32) {
    self.byteCount = byteCount
    self.bits = bits
  }

  /// Reads the payload of a `registerValue` frame.
  ///
  /// - Throws: ``BoardFrameError`` when it is another message, or not of this form.
  @_noAllocation
  public init(decoding frame: BoardFrame) throws(BoardFrameError) {
    try frame.check(.registerValue)
    guard frame.payloadByteCount >= 1 else { throw .payloadByteCount(found: 0, expected: 1) }
    byteCount = frame.payloadByteCount
    bits = frame.loadBits(at: 0, byteCount: byteCount)
  }

  /// Writes a whole `registerValue` frame.
  ///
  /// - Parameter buffer: At least ``BoardProtocol/frameByteCountMax`` bytes.
  /// - Returns: The bytes written.
  @_noAllocation
  public func encode(sequence: UInt16, into buffer: inout MutableSpan<UInt8>) -> Int {
    var writer = BoardFrameWriter(.registerValue, sequence: sequence, into: &buffer)
    writer.append(bits, byteCount: byteCount, to: &buffer)
    return writer.finish(&buffer)
  }
}
