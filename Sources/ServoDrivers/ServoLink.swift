internal import RobotDescription
public import SerialLink
public import WireProtocol

/// Access to one servo at a time, to set it up and for tools; the control loop uses ``ServoBus``.
public protocol ServoLink: ~Copyable {
  /// Takes an open port.
  init(port: consuming SerialPort)

  /// Present time, on the clock of the deadlines.
  var nowNanoseconds: UInt64 { get }
  /// True when the adapter has echoed a request.
  var echoes: Bool { get }

  /// Family of the servos.
  static var family: ServoFamily { get }
  /// Kinds of the servos whose model was read, by their IDs.
  var kinds: [UInt8: ServoKind] { get set }

  /// Reads the model of the servo with an ID.
  mutating func model(
    of id: UInt8, patience: ServoPatience
  ) throws(ServoRequestError) -> UInt16

  /// The most bytes that one request can read.
  static var blockByteCountMax: Int { get }

  /// Reads a part of a servo's memory, at most ``blockByteCountMax`` bytes.
  mutating func bytes(
    at address: Int, count: Int, of id: UInt8
  ) throws(ServoRequestError) -> [UInt8]

  /// Makes sure that a servo answers reads, whatever its status level was before.
  mutating func makeReadable(_ id: UInt8) throws(ServoRequestError)

  /// Sends a value to a register; only a read tells whether the servo took it.
  ///
  /// - Parameter awaitsAnswer: `true` waits for the servo's answer. A servo that gets another ID
  ///   or baud rate may give none.
  mutating func put(
    _ value: Int32, in register: ServoRegister, of id: UInt8, awaitsAnswer: Bool
  ) throws(ServoRequestError)
}

extension ServoLink where Self: ~Copyable {
  /// Kind as which a servo is addressed before its model was read.
  public static var kind: ServoKind { family.kinds[0] }

  /// Kind of the servo with an ID, as far as it is known.
  func kind(of id: UInt8) -> ServoKind { kinds[id] ?? Self.kind }

  /// Registers that tell the state of a servo.
  public static var vitals: ServoVitals { ServoVitals(kind) }

  /// Reads a register.
  public mutating func read(
    _ register: ServoRegister, of id: UInt8
  ) throws(ServoRequestError) -> Int32 {
    register.value(try bytes(at: register.address, count: register.byteCount, of: id))
  }

  /// Writes a register in RAM or EEPROM, and reads it back.
  ///
  /// - Throws: ``ServoRequestError/unchanged(register:)`` when it holds another value afterwards.
  public mutating func write(
    _ value: Int32, to register: ServoRegister, of id: UInt8
  ) throws(ServoRequestError) {
    guard case .eeprom = register.access else { return try insist(value, in: register, of: id) }
    try protect(false, id)
    do throws(ServoRequestError) {
      try insist(value, in: register, of: id)
    } catch {
      try? protect(true, id)
      throw error
    }
    try protect(true, id)
  }

  /// Writes the ID or the baud rate of a servo, which then answers under the new one.
  ///
  /// Its EEPROM stays unlocked until ``confirm(_:in:of:)``, which comes next.
  public mutating func move(
    _ register: ServoRegister, to value: Int32, of id: UInt8
  ) throws(ServoRequestError) {
    try protect(false, id)
    do throws(ServoRequestError) {
      try put(value, in: register, of: id, awaitsAnswer: false)
    } catch {
      try? protect(true, id)
      throw error
    }
    waitUntilReceived(by: id)
  }

  /// Makes sure that a servo has its new ID or baud rate, and locks its EEPROM.
  public mutating func confirm(
    _ value: Int32, in register: ServoRegister, of id: UInt8
  ) throws(ServoRequestError) {
    guard try read(register, of: id) == value else {
      throw .unchanged(register: "\(register.name)")
    }
    try protect(true, id)
  }

  /// Locks or unlocks a servo's EEPROM, where it has a lock.
  private mutating func protect(_ isProtected: Bool, _ id: UInt8) throws(ServoRequestError) {
    guard let lock = kind(of: id).register(.lock) else { return }
    try insist(isProtected ? 1 : 0, in: lock, of: id)
  }

  /// Writes until the register holds the value: not every servo acknowledges a write.
  private mutating func insist(
    _ value: Int32, in register: ServoRegister, of id: UInt8
  ) throws(ServoRequestError) {
    for _ in 0..<ServoPatience.usual.attempts {
      try put(value, in: register, of: id, awaitsAnswer: true)
      if try read(register, of: id) == value { return }
    }
    throw .unchanged(register: "\(register.name)")
  }

  /// Waits until a servo has received a request; after a change of the port's baud rate it could
  /// not.
  mutating func waitUntilReceived(by id: UInt8) {
    _ = try? model(of: id, patience: .scan(baud: 9_600))
  }

  mutating func read(_ role: RegisterRole, of id: UInt8) throws(ServoRequestError) -> Int32 {
    try read(kind(of: id)[role], of: id)
  }

  mutating func write(
    _ value: Int32, to role: RegisterRole, of id: UInt8
  ) throws(ServoRequestError) {
    try write(value, to: kind(of: id)[role], of: id)
  }

  /// Makes sure that a joint's servo answers and is of a known kind.
  ///
  /// - Parameter expected: The kind that it has to be; `nil` for any.
  mutating func identify(
    _ joint: Joint, as expected: ServoKind?
  ) throws(ServoConnectError) -> ServoKind {
    let found = try ServoConnectError.naming(joint) { () throws(ServoRequestError) in
      try model(of: joint.servo.id, patience: .usual)
    }
    if let kind = Self.family.kind(ofModel: found), kind == expected ?? kind {
      kinds[joint.servo.id] = kind
      return kind
    }
    let known = (expected?.models ?? Self.family.models).sorted { $0.key < $1.key }
    throw .model(
      [OtherServo(servo: ServoName(joint), model: found)],
      expected: known.map { "\($0.value) (\($0.key))" }.joined(separator: " or "))
  }

  /// Sets every servo's goal to its present position and switches its torque on, each step read
  /// back.
  ///
  /// - Parameters:
  ///   - pose: Angles at which the joints were found; a servo that reports another position three
  ///     times gets no goal.
  ///   - prepare: Called for each servo before.
  mutating func hold(
    _ robot: Robot, at pose: JointValues, by deadlineNanoseconds: UInt64,
    _ prepare: (inout Self, UInt8) throws(ServoRequestError) -> Void = { _, _ in }
  ) throws(BusError) {
    for joint in 0..<robot.jointCount {
      guard nowNanoseconds < deadlineNanoseconds else { throw .silent }
      let servo = robot[joint: joint].servo
      do throws(ServoRequestError) {
        try prepare(&self, servo.id)
        let found = try position(of: servo, near: pose[joint])
        guard let found else { throw .bus(.servoElsewhere(id: servo.id)) }
        try write(found, to: .goalPosition, of: servo.id)
        try write(1, to: .torqueEnable, of: servo.id)
      } catch {
        throw error.busError(id: servo.id)
      }
    }
  }

  /// Position of a servo; `nil` when it differs from the angle at which its joint was found.
  private mutating func position(
    of servo: ServoCalibration, near radians: Float
  ) throws(ServoRequestError) -> Int32? {
    let expected = Int32(servo.ticks(radians: radians))
    for _ in 0..<ServoPatience.usual.attempts {
      let found = try read(.presentPosition, of: servo.id)
      if abs(Int(found) - Int(expected)) <= Self.steadyTicks { return found }
    }
    return nil
  }

  /// Counts by which a servo at rest may have moved since it was found: a tenth of a radian.
  private static var steadyTicks: Int { 65 }
}

/// Registers that tell the state of a servo.
public struct ServoVitals: Sendable {
  /// Position.
  public let position: ServoRegister
  /// Load: current or duty cycle.
  public let load: ServoRegister
  /// Supply voltage.
  public let supply: ServoRegister
  /// Temperature.
  public let temperature: ServoRegister
  /// Errors, a bit for each.
  public let errors: ServoRegister
  private let family: ServoFamily

  init(_ kind: ServoKind) {
    position = kind[.presentPosition]
    load = kind[kind.family.loadRole]
    supply = kind[.presentVoltage]
    temperature = kind[.presentTemperature]
    errors = kind[.errors]
    family = kind.family
  }

  /// Names of the errors in the value of the error register.
  public func errors(_ status: Int32) -> [String] {
    let bits = family.errorBits(UInt8(truncatingIfNeeded: status))
    return ServoErrors(rawValue: bits & ~ServoErrorBit.other.mask).names
  }
}

/// Number of attempts at a request, and the time for each answer.
public struct ServoPatience: Sendable {
  /// Number of attempts.
  public var attempts = 3
  /// Time for one answer, in nanoseconds.
  public var waitNanoseconds: UInt64 = 50_000_000

  /// Enough for an adapter that delivers bytes late and a line that loses some.
  public static var usual: ServoPatience { ServoPatience() }
  /// For a scan for servos, on a line of so many bits per second.
  public static func scan(baud: Int32) -> ServoPatience {
    // A ping and its answer are 24 bytes, and an adapter keeps them for up to 16 ms.
    let wire = 30 * 10 * 1_000_000_000 / UInt64(max(1, baud))
    return ServoPatience(attempts: 1, waitNanoseconds: 25_000_000 + wire)
  }
}

extension ServoRegister {
  /// The register's bytes for a value, the lowest first.
  func bytes(_ value: Int32) -> [UInt8] {
    let bits = bits(value)
    return (0..<byteCount).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
  }

  /// The value of the register's bytes.
  func value(_ bytes: [UInt8]) -> Int32 {
    value(bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) })
  }
}
