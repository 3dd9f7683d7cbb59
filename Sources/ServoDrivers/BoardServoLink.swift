public import SerialLink
public import WireProtocol

/// Servos behind a board, which passes what is asked of their registers on to them.
///
/// `Kind` is a line of such servos: its registers and models are theirs.
public struct BoardServoLink<Kind: ServoLink & ~Copyable>: ServoLink, ~Copyable {
  private var line: BoardLine

  /// Takes an open port.
  public init(port: consuming SerialPort) { line = BoardLine(port: port) }

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

  /// Has the board write a register; it says whether the servo took it.
  ///
  /// - Parameter awaitsAnswer: Whether the board is believed when it says that the servo is silent.
  public mutating func put(
    _ value: Int32, in register: ServoRegister, of id: UInt8, awaitsAnswer: Bool
  ) throws(ServoRequestError) {
    let access = BoardRegisterAccess(
      id: id, address: UInt16(register.address), byteCount: register.byteCount,
      newBits: register.bits(value))
    do throws(ServoRequestError) {
      _ = try ask(access, reply: .writeRegisterReply, .usual)
    } catch {
      guard error == .silent, !awaitsAnswer else { throw error }
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

  /// Asks the board until it or the servo has had enough attempts.
  private mutating func ask(
    _ access: BoardRegisterAccess, reply: BoardMessageKind, _ patience: ServoPatience
  ) throws(ServoRequestError) -> BoardFrame {
    var lastError = BusError.silent
    for _ in 0..<patience.attempts {
      do throws(BusError) {
        return try line.exchange(
          access, reply: reply, SerialPort.nowNanoseconds + patience.waitNanoseconds)
      } catch {
        switch error {
        case .silent, .refused(.servoSilent): lastError = error
        case .refused(.servoRefused): throw .refusedBehindBoard
        default: throw .bus(error)
        }
      }
    }
    // The board itself is silent: that is not the servo's fault.
    throw lastError == .silent ? .bus(.silent) : .silent
  }
}
