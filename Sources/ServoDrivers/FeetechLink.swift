public import SerialLink
public import WireProtocol

/// Access to Feetech STS servos on a line of the host's own.
public struct FeetechLink: ServoLink, ~Copyable {
  var packets: PacketLine<FeetechDecoder>
  /// Kinds of the servos whose model was read, by their IDs.
  public var kinds: [UInt8: ServoKind] = [:]

  /// Takes an open port.
  public init(port: consuming SerialPort) { packets = PacketLine(port: port) }

  /// Present time, on the clock of the deadlines.
  public var nowNanoseconds: UInt64 { packets.line.nowNanoseconds }
  /// True when the adapter has echoed a request.
  public var echoes: Bool { packets.line.echoes }

  /// Family of the servos.
  public static var family: ServoFamily { .feetech }
  /// The most bytes that one request can read.
  public static var blockByteCountMax: Int { 64 }

  /// Reads the model of the servo with an ID.
  public mutating func model(
    of id: UInt8, patience: ServoPatience
  ) throws(ServoRequestError) -> UInt16 {
    let register = Self.kind[.modelNumber]
    let data = try read(register.address, register.byteCount, of: id, patience)
    return UInt16(truncatingIfNeeded: register.value(data))
  }

  /// Reads a part of a servo's memory, at most ``blockByteCountMax`` bytes.
  public mutating func bytes(
    at address: Int, count: Int, of id: UInt8
  ) throws(ServoRequestError) -> [UInt8] {
    try read(address, count, of: id, .usual)
  }

  /// Does nothing: these servos always answer reads.
  public mutating func makeReadable(_ id: UInt8) throws(ServoRequestError) {}

  /// Sends a value to a register; a servo may acknowledge no writes.
  public mutating func put(
    _ value: Int32, in register: ServoRegister, of id: UInt8, awaitsAnswer: Bool
  ) throws(ServoRequestError) {
    try packets.tell { room in
      Self.write(id, .write, [UInt8(register.address)] + register.bytes(value), into: &room)
    }
  }

  private mutating func read(
    _ address: Int, _ byteCount: Int, of id: UInt8, _ patience: ServoPatience
  ) throws(ServoRequestError) -> [UInt8] {
    let parameters = [UInt8(address), UInt8(byteCount)]
    return try packets.ask(patience) { room in
      Self.write(id, .read, parameters, into: &room)
    } answer: { packet in
      // Of another size it is a late answer to something else.
      guard packet.id == id, packet.parameterByteCount == byteCount else { return nil }
      let data = (0..<byteCount).map(packet.loadUInt8(at:))
      // Equal to the request: an echo on a line of which nobody knows yet that it echoes.
      return packet.code == FeetechInstruction.read.code && data == parameters ? nil : data
    }
  }

  private static func write(
    _ id: UInt8, _ instruction: FeetechInstruction, _ parameters: [UInt8],
    into room: inout MutableSpan<UInt8>
  ) -> Int {
    var writer = FeetechPacketWriter(id: id, instruction, into: &room)
    for parameter in parameters { writer.append(parameter, to: &room) }
    return writer.finish(&room)
  }
}
