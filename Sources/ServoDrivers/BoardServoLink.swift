public import SerialLink
public import WireProtocol

/// Access to servos behind a board, which forwards requests for their registers.
///
/// `Direct` is the access to such servos on a line of the host's own.
public struct BoardServoLink<Direct: ServoLink & ~Copyable>: ServoLink, ~Copyable {
  private var line: BoardLine
  /// Kinds of the servos whose model was read, by their IDs.
  public var kinds: [UInt8: ServoKind] = [:]
  /// Servos that are of the family as which they are addressed.
  private var verified: Set<UInt8> = []

  /// Takes an open port.
  public init(port: consuming SerialPort) { line = BoardLine(port: port) }

  /// Takes a line to a board, which ``intoLine()`` gives back.
  init(line: consuming BoardLine) { self.line = line }

  consuming func intoLine() -> BoardLine { line }

  /// Present time, on the clock of the deadlines.
  public var nowNanoseconds: UInt64 { line.nowNanoseconds }
  /// True when the adapter has echoed a request.
  public var echoes: Bool { line.echoes }

  /// Family of the servos.
  public static var family: ServoFamily { Direct.family }
  /// The most bytes that one request can read.
  public static var blockByteCountMax: Int { BoardRegisterAccess.byteCountMax }

  /// Reads the model of the servo with an ID.
  public mutating func model(
    of id: UInt8, patience: ServoPatience
  ) throws(ServoRequestError) -> UInt16 {
    let model = try model(of: id, as: Self.family, patience)
    if Self.family.modelName(model) == nil {
      // Another family has something else in that place.
      for family in ServoFamily.allCases where family != Self.family {
        let other = try self.model(of: id, as: family, patience)
        if let name = family.modelName(other) {
          throw .otherKind(found: "\(name) (\(other))", family: family.rawValue)
        }
      }
    }
    verified.insert(id)
    return model
  }

  private mutating func model(
    of id: UInt8, as family: ServoFamily, _ patience: ServoPatience
  ) throws(ServoRequestError) -> UInt16 {
    let register = family.kinds[0][.modelNumber]
    let access = BoardRegisterAccess(
      id: id, address: UInt16(register.address), byteCount: register.byteCount)
    let frame = try ask(access, reply: .registerValue, patience)
    guard let value = try? BoardRegisterValue(decoding: frame),
      value.byteCount == register.byteCount
    else { throw .bus(.malformedReply) }
    return UInt16(truncatingIfNeeded: value.bits)
  }

  /// Makes sure that a servo is of this family: another one has its registers elsewhere.
  private mutating func verify(_ id: UInt8) throws(ServoRequestError) {
    if !verified.contains(id) && id <= Self.family.idMax {
      _ = try model(of: id, patience: .usual)
    }
  }

  /// Reads a part of a servo's memory, at most ``blockByteCountMax`` bytes.
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

  /// Does nothing: the board does this.
  public mutating func makeReadable(_ id: UInt8) throws(ServoRequestError) {}

  /// Sends a value to a register; a servo may acknowledge no writes.
  ///
  /// - Parameter awaitsAnswer: `true` asks a silent board again.
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

  /// Sends a request to the board until the servo has had its attempts.
  ///
  /// - Parameters:
  ///   - patience: For the servo; a silent board is always asked again.
  ///   - repeats: `false` sends the request once.
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
          // The board itself is silent, not the servo.
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
