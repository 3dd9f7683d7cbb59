public import SerialLink
public import WireProtocol

/// A line of Dynamixel X servos.
public struct DynamixelLink: ServoLink, ~Copyable {
  var line: SerialLine
  var decoder = DynamixelDecoder()
  var outgoing = InlineArray<512, UInt8>(repeating: 0)
  /// Bytes that were thrown away because nobody waited for them any more.
  var discardedBytes: UInt32 = 0

  /// Takes an open port.
  public init(port: consuming SerialPort) { line = SerialLine(port: port) }

  /// The registers of an XL330.
  public static var registers: [ServoRegister] {
    (0..<DynamixelTable.count).map { DynamixelTable.register(at: $0) }
  }
  /// The largest number that a servo may have.
  public static var idMax: UInt8 { 252 }
  /// Bits per second of a number in the register of the baud rate; `nil` for a number without one.
  public static func baudRate(_ number: Int32) -> UInt32? { Dynamixel.baudRate(number) }

  /// A model's name; `nil` for one that the drivers do not know.
  public static func name(ofModel model: UInt16) -> String? {
    switch DynamixelModel(rawValue: model) {
    case .xl330M288: "XL330-M288"
    case .xl330M077: "XL330-M077"
    case nil: nil
    }
  }

  /// What makes a servo go to positions within one turn, and count them as a run does.
  public static var positionMode: [(name: String, value: Int32)] {
    [("drive_mode", 0), ("operating_mode", 3)]
  }

  /// The registers that say how a servo is.
  public static var vitals: ServoVitals {
    ServoVitals(
      position: known("present_position"), load: known("present_current"),
      supply: known("present_input_voltage"), heat: known("present_temperature"),
      errors: known("hardware_error_status"),
      errorNames: ["supply", "", "heat", "encoder", "shock", "overload"])
  }

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

  /// Sets a register; the servo's answer says whether it took it.
  ///
  /// One that acknowledges no writes is asked what the register holds then.
  public mutating func write(
    _ value: Int32, to register: ServoRegister, of id: UInt8
  ) throws(ServoRequestError) {
    let parameters = Self.words(register.address) + register.bytes(value)
    do throws(ServoRequestError) {
      _ = try ask(id, .write, parameters, byteCount: 0)
    } catch {
      guard error == .silent else { throw error }
      try confirm(value, in: register, of: id)
    }
  }

  /// Sets the register of a servo's number or baud rate, and awaits no answer.
  public mutating func move(
    _ register: ServoRegister, to value: Int32, of id: UInt8
  ) throws(ServoRequestError) {
    try tell(id, .write, Self.words(register.address) + register.bytes(value))
    outlast(id)
  }

  /// Makes sure that a servo is where it was moved to.
  public mutating func confirm(
    _ value: Int32, in register: ServoRegister, of id: UInt8
  ) throws(ServoRequestError) {
    guard try read(register, of: id) == value else {
      throw .unchanged(register: "\(register.name)")
    }
  }

  /// One request to one servo, and its data.
  ///
  /// - Parameter byteCount: Data of its answer; others are late answers to something else.
  mutating func ask(
    _ id: UInt8, _ instruction: DynamixelInstruction, _ parameters: [UInt8], byteCount: Int,
    _ patience: ServoPatience = .usual
  ) throws(ServoRequestError) -> [UInt8] {
    let before = decoder.statistics
    var hasHeard = false
    for _ in 0..<patience.attempts {
      try tell(id, instruction, parameters)
      let deadline = SerialPort.nowNanoseconds + patience.waitNanoseconds
      while let packet = try nextAnswer(deadline) {
        guard packet.id == id, let status = try? packet.status() else { continue }
        let code = status.error.byte & 0x7F
        guard code == 0 else { throw .refused(instruction: instruction.code, code: code) }
        guard status.dataByteCount == byteCount else { continue }
        return (0..<byteCount).map { packet.loadUInt8(at: status.dataOffset + $0) }
      }
      hasHeard = hasHeard || line.heard > 0
    }
    throw hasHeard && decoder.statistics.packets == before.packets ? .unreadable : .silent
  }

  /// Sends a request to one servo and awaits nothing.
  mutating func tell(
    _ id: UInt8, _ instruction: DynamixelInstruction, _ parameters: [UInt8]
  ) throws(ServoRequestError) {
    do throws(BusError) {
      try forgetLateAnswers()
      var room = outgoing.mutableSpan
      var writer = DynamixelPacketWriter(id: id, instruction, into: &room)
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
  private mutating func nextAnswer(
    _ deadlineNanoseconds: UInt64
  ) throws(ServoRequestError) -> DynamixelPacket? {
    while true {
      if let packet = decoder.nextPacket() { return packet }
      if let byte = line.nextByte() {
        decoder.push(byte)
        continue
      }
      do throws(BusError) {
        if try line.receive(deadlineNanoseconds: deadlineNanoseconds) == 0 { return nil }
      } catch {
        throw .bus(error)
      }
    }
  }

  /// Numbers of two bytes, as they stand in a packet.
  static func words(_ numbers: Int...) -> [UInt8] {
    numbers.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
  }
}
