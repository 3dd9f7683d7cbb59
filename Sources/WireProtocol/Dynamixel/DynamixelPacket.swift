/// A packet with a right checksum, without its stuffing.
public struct DynamixelPacket: Sendable {
  /// ID of the servo that is asked or that answers, or ``Dynamixel/broadcastID``.
  public let id: UInt8
  /// The instruction as it came, known to this version or not.
  public let instructionCode: UInt8
  /// Bytes after the instruction.
  public let parameterByteCount: Int
  let parameters: InlineArray<502, UInt8>

  @_noAllocation
  init(
    id: UInt8, instructionCode: UInt8, parameterByteCount: Int,
    parameters: InlineArray<502, UInt8>
  ) {
    self.id = id
    self.instructionCode = instructionCode
    self.parameterByteCount = parameterByteCount
    self.parameters = parameters
  }

  /// The instruction, `nil` when this version does not know it.
  public var instruction: DynamixelInstruction? {
    @_noAllocation get { DynamixelInstruction(code: instructionCode) }
  }

  // Little-endian numbers among the parameters; the caller has checked how many there are.

  /// The byte at an offset.
  @_noAllocation
  public func loadUInt8(at offset: Int) -> UInt8 { parameters[offset] }

  /// The number in two bytes at an offset.
  @_noAllocation
  public func loadUInt16(at offset: Int) -> UInt16 {
    UInt16(parameters[offset]) | UInt16(parameters[offset + 1]) << 8
  }

  /// The number in four bytes at an offset.
  @_noAllocation
  public func loadUInt32(at offset: Int) -> UInt32 {
    UInt32(loadUInt16(at: offset)) | UInt32(loadUInt16(at: offset + 2)) << 16
  }
}

extension DynamixelPacket {
  /// The answer of a single servo.
  ///
  /// - Throws: ``DynamixelPacketError`` for any other packet.
  @_noAllocation
  public func status() throws(DynamixelPacketError) -> DynamixelStatus {
    guard instructionCode == DynamixelInstruction.status.code else {
      throw .instruction(found: instructionCode)
    }
    guard id != Dynamixel.broadcastID else { throw .isFastReply }
    guard parameterByteCount >= 1 else { throw .parameterByteCount(found: 0, expectedAtLeast: 1) }
    return DynamixelStatus(
      error: DynamixelResult(byte: parameters[0]), dataOffset: 1,
      dataByteCount: parameterByteCount - 1)
  }
}

extension DynamixelPacket {
  /// One servo's part of a common answer to a fast read.
  ///
  /// - Parameters:
  ///   - index: Number of the part, from 0.
  ///   - dataByteCount: Bytes read of each servo.
  /// - Returns: `nil` when the packet is no such answer or has no such part.
  @_noAllocation
  public func fastAnswer(_ index: Int, dataByteCount: Int) -> DynamixelFastAnswer? {
    let start = index * DynamixelFastAnswer.byteCount(dataByteCount: dataByteCount)
    guard instructionCode == DynamixelInstruction.status.code, id == Dynamixel.broadcastID,
      // The checksum of the last answer is that of the packet, which is not kept.
      start + 2 + dataByteCount <= parameterByteCount
    else { return nil }
    var answer = DynamixelFastAnswer(
      error: DynamixelResult(byte: parameters[start]), id: parameters[start + 1])
    for byte in 0..<min(dataByteCount, DynamixelFastAnswer.dataByteCountMax) {
      answer.data[byte] = parameters[start + 2 + byte]
    }
    return answer
  }
}

/// The answer of one servo; its data stay in the packet.
public struct DynamixelStatus: Equatable, Sendable {
  /// Result of the request.
  public let error: DynamixelResult
  /// Offset of its data among the packet's parameters.
  public let dataOffset: Int
  /// Number of its data bytes.
  public let dataByteCount: Int
}

/// Failure to read a packet with a right checksum as a request or an answer.
public enum DynamixelPacketError: Error, Equatable, Sendable {
  /// It is another instruction.
  case instruction(found: UInt8)
  /// It is the common answer of several servos.
  case isFastReply
  /// Its parameters are fewer than such a packet has.
  case parameterByteCount(found: Int, expectedAtLeast: Int)
  /// It asks for more than one answer holds.
  case readByteCount(found: Int, max: Int)
  /// Its parameters are no whole number of parts.
  case danglingBytes(count: Int)
}
