/// One packet whose checksum was right: a request or an answer, which the protocol does not tell apart.
public struct FeetechPacket: Sendable {
  /// The servo that is asked or that answers, or ``Feetech/broadcastID``.
  public let id: UInt8
  /// The instruction of a request; the errors of an answer.
  public let code: UInt8
  /// Bytes after it.
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

  /// The little-endian number in two bytes at an offset; the caller has checked that they are there.
  @_noAllocation
  public func loadUInt16(at offset: Int) -> UInt16 {
    UInt16(parameters[offset]) | UInt16(parameters[offset + 1]) << 8
  }
}

/// What a request says to one servo: a part of its memory, and perhaps new bytes for it.
public struct FeetechItem: Equatable, Sendable {
  /// The servo.
  public let id: UInt8
  /// Where the part begins.
  public let address: Int
  /// How many bytes it has.
  public let byteCount: Int
  /// Where the new bytes are among the packet's parameters; 0 when the part is to be read.
  public let dataOffset: Int
}

/// Goes through what a request to read or write says to each servo, in its order.
public struct FeetechItems: Sendable {
  private let packet: FeetechPacket
  private let instruction: FeetechInstruction
  private var offset: Int

  /// Takes a request apart; `nil` when it neither reads nor writes, or its size is wrong.
  @_noAllocation
  public init?(of packet: FeetechPacket) {
    guard let instruction = packet.instruction else { return nil }
    self.packet = packet
    self.instruction = instruction
    offset = 0
    let count = packet.parameterByteCount
    switch instruction {
    case .read:
      guard count == 2 else { return nil }
    case .write, .regWrite:
      guard count >= 2 else { return nil }
    case .syncRead:
      guard count >= 2 else { return nil }
      offset = 2
    case .syncWrite:
      guard count >= 2, (count - 2) % (1 + Int(packet.loadUInt8(at: 1))) == 0 else { return nil }
      offset = 2
    case .ping, .action: return nil
    }
  }

  /// The next servo's part; `nil` after the last.
  @_noAllocation
  public mutating func next() -> FeetechItem? {
    guard offset < packet.parameterByteCount else { return nil }
    let address = Int(packet.loadUInt8(at: 0))
    switch instruction {
    case .write, .regWrite:
      offset = packet.parameterByteCount
      return FeetechItem(
        id: packet.id, address: address, byteCount: packet.parameterByteCount - 1, dataOffset: 1)
    case .read:
      offset = packet.parameterByteCount
      return FeetechItem(
        id: packet.id, address: address, byteCount: Int(packet.loadUInt8(at: 1)), dataOffset: 0)
    case .syncRead:
      defer { offset += 1 }
      return FeetechItem(
        id: packet.loadUInt8(at: offset), address: address,
        byteCount: Int(packet.loadUInt8(at: 1)), dataOffset: 0)
    case .syncWrite:
      defer { offset += 1 + Int(packet.loadUInt8(at: 1)) }
      return FeetechItem(
        id: packet.loadUInt8(at: offset), address: address,
        byteCount: Int(packet.loadUInt8(at: 1)), dataOffset: offset + 1)
    case .ping, .action: return nil
    }
  }
}
