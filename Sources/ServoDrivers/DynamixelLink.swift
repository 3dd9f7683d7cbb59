public import SerialLink
public import WireProtocol

/// A line of Dynamixel X servos.
public struct DynamixelLink: ServoLink, ~Copyable {
  var packets: PacketLine<DynamixelDecoder>

  /// Takes an open port.
  public init(port: consuming SerialPort) { packets = PacketLine(port: port) }

  /// The time now, by which deadlines are told.
  public var nowNanoseconds: UInt64 { packets.line.nowNanoseconds }
  /// True once the adapter has sent back what it was sent.
  public var echoes: Bool { packets.line.echoes }

  /// The registers of an XL330.
  public static var registers: [ServoRegister] {
    (0..<DynamixelTable.count).map { DynamixelTable.register(at: $0) }
  }
  /// The largest number that a servo may have.
  public static var idMax: UInt8 { Dynamixel.idMax }
  /// Bits per second of a number in the register of the baud rate; `nil` for a number without one.
  public static func baudRate(_ number: Int32) -> UInt32? { Dynamixel.baudRate(number) }

  /// Names of the models whose memory is laid out as the driver needs it.
  public static var models: [UInt16: String] { [1190: "XL330-M077", 1200: "XL330-M288"] }

  /// What the servos are called, and how they are told from others.
  public static var family: ServoFamily { .dynamixel }

  /// The registers that say how a servo is.
  public static var vitals: ServoVitals {
    ServoVitals(
      position: known("present_position"), load: known("present_current"),
      supply: known("present_input_voltage"), heat: known("present_temperature"),
      errors: known("hardware_error_status"),
      errorNames: ["supply", "", "heat", "encoder", "shock", "overload"])
  }

  /// None: torque that is off is all that it takes.
  public static var lock: ServoRegister? { nil }

  /// The model of the servo that answers by a number.
  public mutating func model(
    of id: UInt8, patience: ServoPatience
  ) throws(ServoRequestError) -> UInt16 {
    let data = try ask(id, .ping, [], byteCount: 3, patience)
    return UInt16(data[0]) | UInt16(data[1]) << 8
  }

  /// What a register holds.
  public mutating func read(
    _ register: ServoRegister, of id: UInt8
  ) throws(ServoRequestError) -> Int32 {
    register.value(
      try ask(
        id, .read, Self.words(register.address, register.byteCount),
        byteCount: register.byteCount))
  }

  /// The most bytes that are read at once.
  public static var blockByteCountMax: Int { 64 }

  /// A part of a servo's memory.
  public mutating func bytes(
    at address: Int, count: Int, of id: UInt8
  ) throws(ServoRequestError) -> [UInt8] {
    try ask(id, .read, Self.words(address, count), byteCount: count)
  }

  /// Makes sure that a servo answers reads: one that answers pings alone would not acknowledge this.
  public mutating func makeReadable(_ id: UInt8) throws(ServoRequestError) {
    let level = Self.known("status_return_level")
    try tell(id, .write, Self.words(level.address) + level.bytes(2))
  }

  /// Sends a number to a register; a servo may acknowledge no writes.
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

  /// One request to one servo, and its data.
  ///
  /// - Parameter byteCount: Data of its answer; others are late answers to something else.
  mutating func ask(
    _ id: UInt8, _ instruction: DynamixelInstruction, _ parameters: [UInt8], byteCount: Int,
    _ patience: ServoPatience = .usual
  ) throws(ServoRequestError) -> [UInt8] {
    try packets.ask(patience) { room in
      Self.write(id, instruction, parameters, into: &room)
    } answer: { packet throws(ServoRequestError) in
      guard packet.id == id, let status = try? packet.status() else { return nil }
      let code = status.error.byte & 0x7F
      guard code == 0 else { throw .refused(instruction: instruction.code, code: code) }
      guard status.dataByteCount == byteCount else { return nil }
      return (0..<byteCount).map { packet.loadUInt8(at: status.dataOffset + $0) }
    }
  }

  /// Sends a request to one servo and awaits nothing.
  mutating func tell(
    _ id: UInt8, _ instruction: DynamixelInstruction, _ parameters: [UInt8]
  ) throws(ServoRequestError) {
    try packets.tell { room in Self.write(id, instruction, parameters, into: &room) }
  }

  /// Whether a servo answers a sync read of a part of its memory, plain or fast.
  ///
  /// It is asked more often than others: on a bad line, silence is not to pass for ignorance.
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

  /// Numbers of two bytes, as they stand in a packet.
  static func words(_ numbers: Int...) -> [UInt8] {
    numbers.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
  }
}
