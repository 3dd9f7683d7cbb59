public import SerialLink
public import WireProtocol

/// Access to Dynamixel X servos on a line of the host's own.
public struct DynamixelLink: ServoLink, ~Copyable {
  var packets: PacketLine<DynamixelDecoder>
  /// Kinds of the servos whose model was read, by their IDs.
  public var kinds: [UInt8: ServoKind] = [:]

  /// Takes an open port.
  public init(port: consuming SerialPort) { packets = PacketLine(port: port) }

  /// Present time, on the clock of the deadlines.
  public var nowNanoseconds: UInt64 { packets.line.nowNanoseconds }
  /// True when the adapter has echoed a request.
  public var echoes: Bool { packets.line.echoes }

  /// Family of the servos.
  public static var family: ServoFamily { .dynamixel }
  /// The most bytes that one request can read.
  public static var blockByteCountMax: Int { 64 }

  /// Reads the model of the servo with an ID.
  public mutating func model(
    of id: UInt8, patience: ServoPatience
  ) throws(ServoRequestError) -> UInt16 {
    let data = try ask(id, .ping, [], byteCount: 3, patience)
    return UInt16(data[0]) | UInt16(data[1]) << 8
  }

  /// Reads a part of a servo's memory, at most ``blockByteCountMax`` bytes.
  public mutating func bytes(
    at address: Int, count: Int, of id: UInt8
  ) throws(ServoRequestError) -> [UInt8] {
    try ask(id, .read, Self.words(address, count), byteCount: count)
  }

  /// Sets the status level at which a servo answers every request.
  public mutating func makeReadable(_ id: UInt8) throws(ServoRequestError) {
    let level = kind(of: id)[.statusLevel]
    // A servo that answers only pings does not acknowledge this.
    try tell(id, .write, Self.words(level.address) + level.bytes(level.highest))
  }

  /// Sends a value to a register; a servo may acknowledge no writes.
  public mutating func put(
    _ value: Int32, in register: ServoRegister, of id: UInt8, awaitsAnswer: Bool
  ) throws(ServoRequestError) {
    let parameters = Self.words(register.address) + register.bytes(value)
    guard awaitsAnswer else { return try tell(id, .write, parameters) }
    do throws(ServoRequestError) {
      _ = try ask(id, .write, parameters, byteCount: 0)
    } catch {
      guard error == .silent else { throw error }
    }
  }

  /// Sends a request to one servo and returns the data of its answer.
  ///
  /// - Parameter byteCount: Data of the answer; others are late answers to something else.
  mutating func ask(
    _ id: UInt8, _ instruction: DynamixelInstruction, _ parameters: [UInt8], byteCount: Int,
    _ patience: ServoPatience = .usual
  ) throws(ServoRequestError) -> [UInt8] {
    try packets.ask(patience) { room in
      Self.write(id, instruction, parameters, into: &room)
    } answer: { packet throws(ServoRequestError) in
      guard packet.id == id, let status = try? packet.status() else { return nil }
      guard status.error.hasNoCode else {
        throw .refused(instruction: instruction.code, code: status.error.codeByte)
      }
      guard status.dataByteCount == byteCount else { return nil }
      return (0..<byteCount).map { packet.loadUInt8(at: status.dataOffset + $0) }
    }
  }

  /// Sends a request to one servo and awaits no answer.
  mutating func tell(
    _ id: UInt8, _ instruction: DynamixelInstruction, _ parameters: [UInt8]
  ) throws(ServoRequestError) {
    try packets.tell { room in Self.write(id, instruction, parameters, into: &room) }
  }

  /// Finds out whether a servo answers a sync read of a part of its memory, plain or fast.
  ///
  /// It makes more attempts than usual: on a bad line, a lost answer must not pass for ignorance.
  mutating func answers(
    _ instruction: DynamixelInstruction, _ id: UInt8, address: Int, byteCount: Int
  ) throws(ServoRequestError) -> Bool {
    var patience = ServoPatience.usual
    patience.attempts = 5
    do throws(ServoRequestError) {
      _ = try packets.ask(patience) { room in
        Self.write(
          Dynamixel.broadcastID, instruction, Self.words(address, byteCount) + [id], into: &room)
      } answer: { packet in
        if packet.fastAnswer(0, dataByteCount: byteCount)?.id == id { return [] }
        return packet.id == id && (try? packet.status())?.dataByteCount == byteCount ? [] : nil
      }
      return true
    } catch {
      guard error == .silent || error == .unreadable else { throw error }
      return false
    }
  }

  private static func write(
    _ id: UInt8, _ instruction: DynamixelInstruction, _ parameters: [UInt8],
    into room: inout MutableSpan<UInt8>
  ) -> Int {
    var writer = DynamixelPacketWriter(id: id, instruction, into: &room)
    for parameter in parameters { writer.append(parameter, to: &room) }
    return writer.finish(&room)
  }

  /// Bytes of two-byte numbers, in the order of a packet.
  static func words(_ numbers: Int...) -> [UInt8] {
    numbers.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
  }
}
