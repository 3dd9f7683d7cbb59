/// A packet with a right checksum: a request or an answer, which the protocol does not tell apart.
public struct FeetechPacket: Sendable {
  /// ID of the servo that is asked or that answers, or ``Feetech/broadcastID``.
  public let id: UInt8
  /// The instruction of a request; the errors of an answer.
  public let code: UInt8
  /// Bytes after the code.
  public let parameterByteCount: Int
  let parameters: InlineArray<253, UInt8>

  @_noAllocation
  init(
    id: UInt8, code: UInt8, parameterByteCount: Int, parameters: InlineArray<253, UInt8>
  ) {
    self.id = id
    self.code = code
    self.parameterByteCount = parameterByteCount
    self.parameters = parameters
  }

  /// The instruction of a request, `nil` when this version does not know it.
  public var instruction: FeetechInstruction? {
    @_noAllocation get { FeetechInstruction(code: code) }
  }

  /// The errors of an answer.
  public var errors: FeetechErrors { @_noAllocation get { FeetechErrors(rawValue: code) } }

  /// The byte at an offset among the parameters; the caller has checked how many there are.
  @_noAllocation
  public func loadUInt8(at offset: Int) -> UInt8 { parameters[offset] }

  /// The little-endian number in two bytes at an offset; the caller has checked that they are
  /// there.
  @_noAllocation
  public func loadUInt16(at offset: Int) -> UInt16 {
    UInt16(parameters[offset]) | UInt16(parameters[offset + 1]) << 8
  }
}

/// Iterates over the parts of a read or write request, one for each servo, in the packet's order.
public struct FeetechItems: Sendable {
  private let packet: FeetechPacket
  private let instruction: FeetechInstruction
  private var offset: Int

  /// Divides a request into its parts.
  ///
  /// - Throws: ``FeetechPacketError`` when it neither reads nor writes, or its size is wrong.
  @_noAllocation
  public init(of packet: FeetechPacket) throws(FeetechPacketError) {
    guard let instruction = packet.instruction else { throw .instruction(found: packet.code) }
    self.packet = packet
    self.instruction = instruction
    offset = 0
    let count = packet.parameterByteCount
    switch instruction {
    case .read:
      guard count == 2 else { throw .parameterByteCount(found: count, expectedAtLeast: 2) }
    case .write, .regWrite:
      guard count >= 2 else { throw .parameterByteCount(found: count, expectedAtLeast: 2) }
    case .syncRead:
      guard count >= 2 else { throw .parameterByteCount(found: count, expectedAtLeast: 2) }
      offset = 2
    case .syncWrite:
      guard count >= 2 else { throw .parameterByteCount(found: count, expectedAtLeast: 2) }
      let rest = (count - 2) % (1 + Int(packet.loadUInt8(at: 1)))
      guard rest == 0 else { throw .danglingBytes(count: rest) }
      offset = 2
    case .ping, .action, .factoryReset, .reboot: throw .instruction(found: packet.code)
    }
    var rest = self
    while let item = rest.next() {
      if item.dataOffset == 0 && item.byteCount > Feetech.parameterByteCountMax {
        throw .readByteCount(found: item.byteCount, max: Feetech.parameterByteCountMax)
      }
    }
  }

  /// The next servo's part; `nil` after the last.
  @_noAllocation
  public mutating func next() -> RequestItem? {
    guard offset < packet.parameterByteCount else { return nil }
    let address = Int(packet.loadUInt8(at: 0))
    switch instruction {
    case .write, .regWrite:
      offset = packet.parameterByteCount
      return RequestItem(
        id: packet.id, address: address, byteCount: packet.parameterByteCount - 1, dataOffset: 1)
    case .read:
      offset = packet.parameterByteCount
      return RequestItem(
        id: packet.id, address: address, byteCount: Int(packet.loadUInt8(at: 1)))
    case .syncRead:
      defer { offset += 1 }
      return RequestItem(
        id: packet.loadUInt8(at: offset), address: address,
        byteCount: Int(packet.loadUInt8(at: 1)))
    case .syncWrite:
      defer { offset += 1 + Int(packet.loadUInt8(at: 1)) }
      return RequestItem(
        id: packet.loadUInt8(at: offset), address: address,
        byteCount: Int(packet.loadUInt8(at: 1)), dataOffset: offset + 1)
    case .ping, .action, .factoryReset, .reboot: return nil
    }
  }
}

/// Failure to read a packet with a right checksum as a request.
public enum FeetechPacketError: Error, Equatable, Sendable {
  /// It neither reads nor writes.
  case instruction(found: UInt8)
  /// Its parameters are fewer, or for a single read more, than such a request has.
  case parameterByteCount(found: Int, expectedAtLeast: Int)
  /// It asks for more than one answer holds.
  case readByteCount(found: Int, max: Int)
  /// Its parameters are no whole number of parts.
  case danglingBytes(count: Int)
}
