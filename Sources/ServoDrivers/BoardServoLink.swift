public import SerialLink
public import WireProtocol

/// Servos behind a board, which passes what is asked of their registers on to them.
///
/// `Kind` is a line of such servos: its registers and models are theirs.
public struct BoardServoLink<Kind: ServoLink & ~Copyable>: ServoLink, ~Copyable {
  private var line: BoardLine
  /// Servos that are of the kind that they are asked as.
  private var verified: Set<UInt8> = []

  /// Takes an open port.
  public init(port: consuming SerialPort) { line = BoardLine(port: port) }

  /// Takes a line to a board, which ``intoLine()`` gives back.
  init(line: consuming BoardLine) { self.line = line }

  consuming func intoLine() -> BoardLine { line }

  /// The time now, by which deadlines are told.
  public var nowNanoseconds: UInt64 { line.nowNanoseconds }
  /// True once the adapter has sent back what it was sent.
  public var echoes: Bool { line.echoes }

  /// The registers of the servos, in the order of their addresses.
  public static var registers: [ServoRegister] { Kind.registers }
  /// The largest number that a servo may have.
  public static var idMax: UInt8 { Kind.idMax }
  /// Bits per second of a number in the register of the baud rate; `nil` for a number without one.
  public static func baudRate(_ number: Int32) -> UInt32? { Kind.baudRate(number) }
  /// Names of the models whose memory is laid out as the driver needs it.
  public static var models: [UInt16: String] { Kind.models }
  /// The registers that say how a servo is.
  public static var vitals: ServoVitals { Kind.vitals }
  /// What a walk relies on, in the order of the addresses.
  public static var settings: [ServoSetting] { Kind.settings }
  /// What the servos are called, and how they are told from others.
  public static var family: ServoFamily { Kind.family }
  /// The most bytes that are read at once.
  public static var blockByteCountMax: Int { BoardRegisterAccess.byteCountMax }
  /// The register that protects what a servo keeps without supply.
  public static var lock: ServoRegister? { Kind.lock }

  /// The model of the servo that answers by a number.
  public mutating func model(
    of id: UInt8, patience: ServoPatience
  ) throws(ServoRequestError) -> UInt16 {
    let model = try model(of: id, as: Kind.family, patience)
    if Kind.family.models[model] != nil {
      verified.insert(id)
      return model
    }
    // Another kind of servo has something else in that place.
    for family in ServoFamily.all where family != Kind.family {
      let other = try self.model(of: id, as: family, patience)
      if let name = family.models[other] {
        throw .otherKind(found: "\(name) (\(other))", family: family.name)
      }
    }
    verified.insert(id)
    return model
  }

  private mutating func model(
    of id: UInt8, as family: ServoFamily, _ patience: ServoPatience
  ) throws(ServoRequestError) -> UInt16 {
    UInt16(truncatingIfNeeded: try read(family.modelRegister, of: id, patience))
  }

  /// Makes sure that a servo is of the kind that it is asked as: registers of another kind stand elsewhere.
  private mutating func verify(_ id: UInt8) throws(ServoRequestError) {
    if !verified.contains(id) && id <= Self.idMax { _ = try model(of: id, patience: .usual) }
  }

  /// What a register holds.
  public mutating func read(
    _ register: ServoRegister, of id: UInt8
  ) throws(ServoRequestError) -> Int32 {
    try verify(id)
    return try read(register, of: id, .usual)
  }

  /// A part of a servo's memory.
  public mutating func bytes(
    at address: Int, count: Int, of id: UInt8
  ) throws(ServoRequestError) -> [UInt8] {
    try verify(id)
    let access = BoardRegisterAccess(id: id, address: UInt16(address), byteCount: count)
    let frame = try ask(access, reply: .registerValue, .usual)
    guard let value = try? BoardRegisterValue(decoding: frame), value.byteCount == count else {
      throw .bus(.malformedReply)
    }
    return (0..<count).map { UInt8(truncatingIfNeeded: value.bits >> (8 * UInt32($0))) }
  }

  /// Nothing: that is the board's business.
  public mutating func makeReadable(_ id: UInt8) throws(ServoRequestError) {}

  /// Has the board write a register; a servo may acknowledge no writes.
  ///
  /// - Parameter awaitsAnswer: Whether the board is asked again when it is silent.
  public mutating func put(
    _ value: Int32, in register: ServoRegister, of id: UInt8, awaitsAnswer: Bool
  ) throws(ServoRequestError) {
    try verify(id)
    let access = BoardRegisterAccess(
      id: id, address: UInt16(register.address), byteCount: register.byteCount,
      newBits: register.bits(value))
    do throws(ServoRequestError) {
      _ = try ask(access, reply: .writeRegisterReply, .usual, repeats: awaitsAnswer)
    } catch {
      switch error {
      case .silent: return
      case .bus(.silent) where !awaitsAnswer: return
      default: throw error
      }
    }
  }

  private mutating func read(
    _ register: ServoRegister, of id: UInt8, _ patience: ServoPatience
  ) throws(ServoRequestError) -> Int32 {
    let access = BoardRegisterAccess(
      id: id, address: UInt16(register.address), byteCount: register.byteCount)
    let frame = try ask(access, reply: .registerValue, patience)
    guard let value = try? BoardRegisterValue(decoding: frame),
      value.byteCount == register.byteCount
    else { throw .bus(.malformedReply) }
    return register.value(value.bits)
  }

  /// Asks the board until the servo has had its attempts.
  ///
  /// - Parameters:
  ///   - patience: For the servo; a board that does not answer is always asked again.
  ///   - repeats: Without it nobody is asked twice.
  private mutating func ask(
    _ access: BoardRegisterAccess, reply: BoardMessageKind, _ patience: ServoPatience,
    repeats: Bool = true
  ) throws(ServoRequestError) -> BoardFrame {
    var (boardAttempts, servoAttempts) = (ServoPatience.usual.attempts, patience.attempts)
    while true {
      do throws(BusError) {
        return try line.exchange(
          access, reply: reply, line.nowNanoseconds + ServoPatience.usual.waitNanoseconds)
      } catch {
        switch error {
        case .silent:
          boardAttempts -= 1
          // The board itself is silent: that is not the servo's fault.
          guard repeats, boardAttempts > 0 else { throw .bus(.silent) }
        case .refused(.servoSilent):
          servoAttempts -= 1
          guard repeats, servoAttempts > 0 else { throw .silent }
        case .refused(.servoRefused): throw .refusedBehindBoard
        default: throw .bus(error)
        }
      }
    }
  }
}
