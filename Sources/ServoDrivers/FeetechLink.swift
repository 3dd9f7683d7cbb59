public import SerialLink
public import WireProtocol

/// A line of Feetech STS servos.
public struct FeetechLink: ServoLink, ~Copyable {
  var packets: PacketLine<FeetechDecoder>

  /// Takes an open port.
  public init(port: consuming SerialPort) { packets = PacketLine(port: port) }

  /// The time now, by which deadlines are told.
  public var nowNanoseconds: UInt64 { packets.line.nowNanoseconds }
  /// True once the adapter has sent back what it was sent.
  public var echoes: Bool { packets.line.echoes }

  /// The registers of an STS3215.
  public static var registers: [ServoRegister] {
    (0..<FeetechTable.count).map { FeetechTable.register(at: $0) }
  }
  /// The largest number that a servo may have.
  public static var idMax: UInt8 { Feetech.idMax }
  /// Bits per second of a number in the register of the baud rate; `nil` for a number without one.
  public static func baudRate(_ number: Int32) -> UInt32? { Feetech.baudRate(number) }

  /// Names of the models whose memory is laid out as the driver needs it.
  public static var models: [UInt16: String] { [777: "STS3215"] }

  /// What the servos are called, and how they are told from others.
  public static var family: ServoFamily { .feetech }

  /// The registers that say how a servo is.
  public static var vitals: ServoVitals {
    ServoVitals(
      position: known("present_position"), load: known("present_load"),
      supply: known("present_voltage"), heat: known("present_temperature"),
      errors: known("status"),
      errorNames: ["supply", "encoder", "heat", "current", "", "overload"])
  }

  /// The register that protects what a servo keeps without supply.
  public static var lock: ServoRegister? { known("lock") }

  /// The model of the servo that answers by a number.
  public mutating func model(
    of id: UInt8, patience: ServoPatience
  ) throws(ServoRequestError) -> UInt16 {
    let register = Self.known("model_number")
    let data = try ask(
      id, .read, [UInt8(register.address), UInt8(register.byteCount)],
      byteCount: register.byteCount, patience)
    return UInt16(data[0]) | UInt16(data[1]) << 8
  }

  /// What a register holds.
  public mutating func read(
    _ register: ServoRegister, of id: UInt8
  ) throws(ServoRequestError) -> Int32 {
    register.value(
      try ask(
        id, .read, [UInt8(register.address), UInt8(register.byteCount)],
        byteCount: register.byteCount))
  }

  /// The most bytes that are read at once.
  public static var blockByteCountMax: Int { 64 }

  /// A part of a servo's memory.
  public mutating func bytes(
    at address: Int, count: Int, of id: UInt8
  ) throws(ServoRequestError) -> [UInt8] {
    try ask(id, .read, [UInt8(address), UInt8(count)], byteCount: count)
  }

  /// Nothing: these servos always answer reads.
  public mutating func makeReadable(_ id: UInt8) throws(ServoRequestError) {}

  /// Sends a number to a register; whether a servo acknowledges that is a setting of its own.
  public mutating func put(
    _ value: Int32, in register: ServoRegister, of id: UInt8, awaitsAnswer: Bool
  ) throws(ServoRequestError) {
    try packets.tell { room in
      Self.write(id, .write, [UInt8(register.address)] + register.bytes(value), into: &room)
    }
  }

  /// One request to one servo, and its data.
  ///
  /// - Parameter byteCount: Data of its answer; others are late answers to something else.
  private mutating func ask(
    _ id: UInt8, _ instruction: FeetechInstruction, _ parameters: [UInt8], byteCount: Int,
    _ patience: ServoPatience = .usual
  ) throws(ServoRequestError) -> [UInt8] {
    try packets.ask(patience) { room in
      Self.write(id, instruction, parameters, into: &room)
    } answer: { packet in
      guard packet.id == id, packet.parameterByteCount == byteCount else { return nil }
      let data = (0..<byteCount).map(packet.loadUInt8(at:))
      // Word for word the request: an echo that was not looked for, since none had come before.
      return packet.code == instruction.code && data == parameters ? nil : data
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
