internal import RobotDescription
public import SerialLink
public import WireProtocol

/// A line of servos on which one is asked at a time: to set them up, and for tools.
///
/// Nothing here is for a tick.
public protocol ServoLink: ~Copyable {
  /// Takes an open port.
  init(port: consuming SerialPort)

  /// The time now, by which deadlines are told.
  var nowNanoseconds: UInt64 { get }
  /// True once the adapter has sent back what it was sent.
  var echoes: Bool { get }

  /// The registers of the servos, in the order of their addresses.
  static var registers: [ServoRegister] { get }
  /// The largest number that a servo may have.
  static var idMax: UInt8 { get }
  /// Bits per second of a number in the register of the baud rate; `nil` for a number without one.
  static func baudRate(_ number: Int32) -> UInt32?

  /// Names of the models whose memory is laid out as the driver needs it.
  static var models: [UInt16: String] { get }
  /// The registers that say how a servo is: position, load, supply, heat and errors.
  static var vitals: ServoVitals { get }

  /// What a walk relies on, in the order of the addresses.
  static var settings: [ServoSetting] { get }
  /// What the servos are called, and how they are told from others.
  static var family: ServoFamily { get }

  /// The model of the servo that answers by a number.
  mutating func model(
    of id: UInt8, patience: ServoPatience
  ) throws(ServoRequestError) -> UInt16

  /// The register that protects what a servo keeps without supply; `nil` where none does.
  static var lock: ServoRegister? { get }

  /// What a register holds.
  mutating func read(
    _ register: ServoRegister, of id: UInt8
  ) throws(ServoRequestError) -> Int32

  /// The most bytes that are read at once.
  static var blockByteCountMax: Int { get }

  /// A part of a servo's memory, at most ``blockByteCountMax`` bytes.
  mutating func bytes(
    at address: Int, count: Int, of id: UInt8
  ) throws(ServoRequestError) -> [UInt8]

  /// Makes sure that a servo answers reads, whatever it was told before.
  mutating func makeReadable(_ id: UInt8) throws(ServoRequestError)

  /// Sends a number to a register; whether it took it, reading tells.
  ///
  /// - Parameter awaitsAnswer: Whether the servo is heard out, if it answers. One that gets another
  ///   number or speed answers elsewhere, if at all.
  mutating func put(
    _ value: Int32, in register: ServoRegister, of id: UInt8, awaitsAnswer: Bool
  ) throws(ServoRequestError)
}

extension ServoLink where Self: ~Copyable {
  /// The register of a name; `nil` when these servos have none such.
  public static func register(named name: String) -> ServoRegister? {
    registers.first { "\($0.name)" == name }
  }

  /// The register of a name that all these servos have.
  public static func known(_ name: String) -> ServoRegister {
    guard let register = register(named: name) else {
      preconditionFailure("\(name) is a register of the table")
    }
    return register
  }

  /// Sets a register, whether a servo keeps it without supply or not.
  ///
  /// - Throws: ``ServoRequestError/unchanged(register:)`` when the servo took it and has another value.
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

  /// Sets the register of a servo's number or baud rate, after which it answers elsewhere.
  ///
  /// What the servo keeps stays unprotected until ``confirm(_:in:of:)``, which comes next.
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
    outlast(id)
  }

  /// Makes sure that a servo is where it was moved to, and protects what it keeps.
  public mutating func confirm(
    _ value: Int32, in register: ServoRegister, of id: UInt8
  ) throws(ServoRequestError) {
    guard try read(register, of: id) == value else {
      throw .unchanged(register: "\(register.name)")
    }
    try protect(true, id)
  }

  /// Protects what a servo keeps without supply, or lets it be written.
  private mutating func protect(_ isProtected: Bool, _ id: UInt8) throws(ServoRequestError) {
    if let lock = Self.lock { try insist(isProtected ? 1 : 0, in: lock, of: id) }
  }

  /// Writes until the register holds the number: not every servo acknowledges what it takes.
  private mutating func insist(
    _ value: Int32, in register: ServoRegister, of id: UInt8
  ) throws(ServoRequestError) {
    for _ in 0..<ServoPatience.usual.attempts {
      try put(value, in: register, of: id, awaitsAnswer: true)
      if try read(register, of: id) == value { return }
    }
    throw .unchanged(register: "\(register.name)")
  }

  /// Waits until a servo has taken what was sent to it: at another speed of the port it would not.
  mutating func outlast(_ id: UInt8) { _ = try? model(of: id, patience: .scan(baud: 9_600)) }

  mutating func read(_ name: String, of id: UInt8) throws(ServoRequestError) -> Int32 {
    try read(Self.known(name), of: id)
  }

  mutating func write(
    _ value: Int32, to name: String, of id: UInt8
  ) throws(ServoRequestError) {
    try write(value, to: Self.known(name), of: id)
  }

  /// Makes sure that a joint's servo is there, and one that the driver knows.
  mutating func identify(_ joint: Joint) throws(ServoConnectError) {
    let found = try ServoConnectError.naming(joint) { () throws(ServoRequestError) in
      try model(of: joint.servo.id, patience: .usual)
    }
    guard Self.models[found] == nil else { return }
    let known = Self.models.sorted { $0.key < $1.key }.map { "\($0.value) (\($0.key))" }
    throw .model(
      [OtherServo(servo: ServoName(joint), model: found)], expected: known.joined(separator: " or ")
    )
  }

  /// Sends every servo of a robot to where it is and switches its torque on, each step read back.
  ///
  /// - Parameters:
  ///   - pose: Where the joints were found: a servo that says otherwise in three readings is not sent
  ///     there.
  ///   - prepare: Done to each servo before.
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
        try write(found, to: "goal_position", of: servo.id)
        try write(1, to: "torque_enable", of: servo.id)
      } catch {
        throw error.busError(id: servo.id)
      }
    }
  }

  /// Where a servo is; `nil` when it is elsewhere than a joint was found.
  private mutating func position(
    of servo: ServoCalibration, near radians: Float
  ) throws(ServoRequestError) -> Int32? {
    let expected = Int32(servo.ticks(radians: radians))
    for _ in 0..<ServoPatience.usual.attempts {
      let found = try read("present_position", of: servo.id)
      if abs(Int(found) - Int(expected)) <= Self.steadyTicks { return found }
    }
    return nil
  }

  /// By how many counts a servo at rest may have moved since it was found: a tenth of a radian.
  private static var steadyTicks: Int { 65 }
}

/// Registers that say how a servo is.
public struct ServoVitals: Sendable {
  /// Where it is.
  public let position: ServoRegister
  /// How hard it works.
  public let load: ServoRegister
  /// Its supply.
  public let supply: ServoRegister
  /// Its heat.
  public let heat: ServoRegister
  /// What is wrong with it, a bit for each.
  public let errors: ServoRegister
  /// What the bits mean, from the lowest; empty for those that mean nothing.
  let errorNames: [String]

  /// What is wrong, in words.
  public func errors(_ bits: Int32) -> [String] {
    errorNames.indices.filter { bits >> $0 & 1 == 1 && !errorNames[$0].isEmpty }
      .map { errorNames[$0] }
  }
}

/// How long a servo's answer is waited for.
public struct ServoPatience: Sendable {
  /// How often it is asked.
  public var attempts = 3
  /// Time for one answer, in nanoseconds.
  public var waitNanoseconds: UInt64 = 50_000_000

  /// Enough for an adapter that hands bytes over late and a line that loses some.
  public static var usual: ServoPatience { ServoPatience() }
  /// For looking whether there is one at all, on a line of so many bits per second.
  public static func scan(baud: Int32) -> ServoPatience {
    // A ping and its answer are 24 bytes, and an adapter keeps them for up to 16 ms.
    let wire = 30 * 10 * 1_000_000_000 / UInt64(max(1, baud))
    return ServoPatience(attempts: 1, waitNanoseconds: 25_000_000 + wire)
  }
}

extension ServoRegister {
  /// The register's bytes of a number, the lowest first.
  func bytes(_ value: Int32) -> [UInt8] {
    let bits = bits(value)
    return (0..<byteCount).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
  }

  /// The number of the register's bytes.
  func value(_ bytes: [UInt8]) -> Int32 {
    value(bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) })
  }
}
