public import SerialLink
public import WireProtocol

/// Servos behind a board, which passes what is asked of their registers on to them.
///
/// `Kind` is a line of such servos: its registers and models are theirs.
public struct BoardServoLink<Kind: ServoLink & ~Copyable>: ServoLink, ~Copyable {
  private var line: BoardLine

  /// Takes an open port.
  public init(port: consuming SerialPort) { line = BoardLine(port: port) }

  /// The time now, by which deadlines are told.
  public var nowNanoseconds: UInt64 { line.nowNanoseconds }
  /// Whether the adapter was found to send back what it is sent.
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
  /// What makes a servo go to positions within one turn, and count them as a run does.
  public static var positionMode: [(name: String, value: Int32)] { Kind.positionMode }
  /// The register that protects what a servo keeps without supply.
  public static var lock: ServoRegister? { Kind.lock }

  /// The model of the servo that answers by a number.
  public mutating func model(
    of id: UInt8, patience: ServoPatience
  ) throws(ServoRequestError) -> UInt16 {
    UInt16(truncatingIfNeeded: try read(Self.known("model_number"), of: id, patience))
  }

  /// What a register holds.
  public mutating func read(
    _ register: ServoRegister, of id: UInt8
  ) throws(ServoRequestError) -> Int32 {
    try read(register, of: id, .usual)
  }

  /// Has the board write a register; a servo may acknowledge no writes.
  ///
  /// - Parameter awaitsAnswer: Whether the board is asked again when it is silent.
  public mutating func put(
    _ value: Int32, in register: ServoRegister, of id: UInt8, awaitsAnswer: Bool
  ) throws(ServoRequestError) {
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
