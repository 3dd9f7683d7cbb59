public import SerialLink
public import WireProtocol

/// A line of Feetech STS servos.
public struct FeetechLink: ServoLink, ~Copyable {
  var line: SerialLine
  var decoder = FeetechDecoder()
  var outgoing = InlineArray<259, UInt8>(repeating: 0)
  /// Bytes that were thrown away because nobody waited for them any more.
  var discardedBytes: UInt32 = 0

  /// Takes an open port.
  public init(port: consuming SerialPort) { line = SerialLine(port: port) }

  /// The registers of an STS3215.
  public static var registers: [ServoRegister] {
    (0..<FeetechTable.count).map { FeetechTable.register(at: $0) }
  }
  /// The largest number that a servo may have.
  public static var idMax: UInt8 { 253 }
  /// Bits per second of a number in the register of the baud rate; `nil` for a number without one.
  public static func baudRate(_ number: Int32) -> UInt32? { Feetech.baudRate(number) }

  /// A model's name; `nil` for one that the drivers do not know.
  public static func name(ofModel model: UInt16) -> String? {
    model == FeetechBus.model ? "STS3215" : nil
  }

  /// What makes a servo go to positions within one turn, and count them as a run does.
  public static var positionMode: [(name: String, value: Int32)] { [("operating_mode", 0)] }

  /// The registers that say how a servo is.
  public static var vitals: ServoVitals {
    ServoVitals(
      position: known("present_position"), load: known("present_load"),
      supply: known("present_voltage"), heat: known("present_temperature"),
      errors: known("status"),
      errorNames: ["supply", "encoder", "heat", "current", "", "overload"])
  }

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

  /// Sets a register and reads it back: the servo does not say no.
  public mutating func write(
    _ value: Int32, to register: ServoRegister, of id: UInt8
  ) throws(ServoRequestError) {
    if case .eeprom = register.access {
      try lock(id, false)
      do throws(ServoRequestError) {
        try put(value, register, id)
      } catch {
        try? lock(id, true)
        throw error
      }
      try lock(id, true)
    } else {
      try put(value, register, id)
    }
  }

  /// Sets the register of a servo's number or baud rate, and awaits no answer.
  ///
  /// What the servo keeps stays unprotected until ``confirm(_:in:of:)``.
  public mutating func move(
    _ register: ServoRegister, to value: Int32, of id: UInt8
  ) throws(ServoRequestError) {
    try lock(id, false)
    try tell(id, .write, [UInt8(register.address)] + register.bytes(value))
    outlast(id)
  }

  /// Makes sure that a servo is where it was moved to, and protects what it keeps.
  public mutating func confirm(
    _ value: Int32, in register: ServoRegister, of id: UInt8
  ) throws(ServoRequestError) {
    guard try read(register, of: id) == value else {
      throw .unchanged(register: "\(register.name)")
    }
    try lock(id, true)
  }

  /// Protects what the servo keeps without supply, or lets it be written.
  private mutating func lock(_ id: UInt8, _ isLocked: Bool) throws(ServoRequestError) {
    try put(isLocked ? 1 : 0, Self.known("lock"), id)
  }

  /// Writes until the register holds the number; not every servo acknowledges writes.
  private mutating func put(
    _ value: Int32, _ register: ServoRegister, _ id: UInt8
  ) throws(ServoRequestError) {
    for _ in 0..<ServoPatience.usual.attempts {
      try tell(id, .write, [UInt8(register.address)] + register.bytes(value))
      if try read(register, of: id) == value { return }
    }
    throw .unchanged(register: "\(register.name)")
  }

  /// One request to one servo, and its data.
  ///
  /// - Parameter byteCount: Data of its answer; others are late answers to something else.
  private mutating func ask(
    _ id: UInt8, _ instruction: FeetechInstruction, _ parameters: [UInt8], byteCount: Int,
    _ patience: ServoPatience = .usual
  ) throws(ServoRequestError) -> [UInt8] {
    let before = decoder.statistics
    var hasHeard = false
    for _ in 0..<patience.attempts {
      try tell(id, instruction, parameters)
      let deadline = SerialPort.nowNanoseconds + patience.waitNanoseconds
      do throws(BusError) {
        while let packet = try nextAnswer(deadline) {
          guard packet.id == id, packet.parameterByteCount == byteCount else { continue }
          return (0..<byteCount).map(packet.loadUInt8(at:))
        }
        hasHeard = hasHeard || line.heard > 0
      } catch {
        throw .bus(error)
      }
    }
    throw hasHeard && decoder.statistics.packets == before.packets ? .unreadable : .silent
  }

  /// Sends a request to one servo and awaits nothing.
  private mutating func tell(
    _ id: UInt8, _ instruction: FeetechInstruction, _ parameters: [UInt8]
  ) throws(ServoRequestError) {
    do throws(BusError) {
      try forgetLateAnswers()
      var room = outgoing.mutableSpan
      var writer = FeetechPacketWriter(id: id, instruction, into: &room)
      for parameter in parameters { writer.append(parameter, to: &room) }
      let byteCount = writer.finish(&room)
      try line.send(
        byteCount, of: &room,
        deadlineNanoseconds: SerialPort.nowNanoseconds + ServoPatience.usual.waitNanoseconds)
    } catch {
      throw .bus(error)
    }
  }

  /// Answers have no sequence number: what is late is not to pass for the answer to the next request.
  @_noAllocation
  mutating func forgetLateAnswers() throws(BusError) {
    discardedBytes &+= UInt32(truncatingIfNeeded: try line.discard())
    decoder.endBurst()
    while decoder.nextPacket() != nil {}
  }

  /// The next packet; `nil` at the deadline.
  @_noAllocation
  mutating func nextAnswer(_ deadlineNanoseconds: UInt64) throws(BusError) -> FeetechPacket? {
    while true {
      if let packet = decoder.nextPacket() { return packet }
      if let byte = line.nextByte() {
        decoder.push(byte)
      } else if try line.receive(deadlineNanoseconds: deadlineNanoseconds) == 0 {
        decoder.endBurst()
        return nil
      }
    }
  }
}
