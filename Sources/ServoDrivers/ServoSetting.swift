internal import RobotDescription
public import WireProtocol

/// Required value of a servo register that a walk relies on, with the reason.
///
/// `ServoSetting+Dynamixel.swift` and `ServoSetting+Feetech.swift` list the settings of each
/// family. Registers that a walk does not rely on are in neither.
public struct ServoSetting: Sendable {
  /// Value that a register must hold.
  enum Need: Sendable {
    /// This value.
    case exactly(Int32)
    /// The factory's value.
    case factory
    /// The factory's value or more.
    case factoryOrMore
    /// A value above the highest ID, so that it is none.
    case noID
    /// The bits of overheating, overcurrent, shock and overload, and any others.
    case protection
    /// The robot file's gain for this family of servos.
    case positionGain
    /// At most the lower of the positions at the joint's limits.
    case lowestPosition
    /// At least the higher of the positions at the joint's limits.
    case highestPosition
    /// At most the lowest supply at which the robot file lets the robot run.
    case supplyMin
    /// From the temperature at which the robot file stops the robot up to the factory's.
    case temperatureMax
  }

  /// Action of a run on a register that holds another value.
  public enum Remedy: Sendable, Equatable {
    /// The run sets it and reports that: motion and communication, and RAM.
    case set
    /// The run sets it and reports that; a board sets it by itself when it is armed.
    case setByBoard
    /// The run refuses to arm.
    ///
    /// Somebody may have had a reason for a limit or a protection, and the robot file's zeros may
    /// have been calibrated with this value.
    case refuse
  }

  let role: RegisterRole
  let need: Need
  /// Action of a run on another value.
  public let remedy: Remedy
  /// Reason why a walk relies on it, as the end of a sentence.
  public let reason: String
  /// True when it changes the positions that the servo reports.
  let affectsPosition: Bool

  init(
    _ role: RegisterRole, _ need: Need, _ remedy: Remedy, affectsPosition: Bool = false,
    because reason: String
  ) {
    self.role = role
    self.need = need
    self.remedy = remedy
    self.reason = reason
    self.affectsPosition = affectsPosition
  }

  /// Settings of a family of servos that a walk relies on, in the order of their addresses.
  static func all(of family: ServoFamily) -> [ServoSetting] {
    switch family {
    case .dynamixel: dynamixel
    case .feetech: feetech
    }
  }

  /// Expected value of its register on a joint of a robot.
  func expectation(_ kind: ServoKind, _ joint: Joint, _ robot: Robot) -> ServoExpectation {
    let register = kind[role]
    let factory = register.initialValue
    switch need {
    case .exactly(let value): return ServoExpectation(value...value, value: value)
    case .factory: return ServoExpectation(factory...factory, value: factory)
    case .factoryOrMore: return ServoExpectation(factory...register.highest, value: factory)
    case .noID:
      return ServoExpectation(Int32(kind.family.idMax) + 1...register.highest, value: factory)
    case .protection:
      let errors: [ServoErrorBit] = [.temperature, .current, .shock, .overload]
      return ServoExpectation(bits: Int32(errors.reduce(0) { $0 | kind.family.status($1) }))
    case .positionGain:
      let gain = Int32(joint.servo.positionGain)
      return ServoExpectation(gain...gain, value: gain)
    case .lowestPosition:
      let least = min(joint.ticksOfLimits.lower, joint.ticksOfLimits.upper)
      return ServoExpectation(min(register.lowest, least)...least, value: register.lowest)
    case .highestPosition:
      let most = max(joint.ticksOfLimits.lower, joint.ticksOfLimits.upper)
      return ServoExpectation(most...max(register.highest, most), value: register.highest)
    case .supplyMin:
      let most = max(factory, Int32(robot.supplyMinMillivolts) / 100)
      return ServoExpectation(register.lowest...most, value: factory)
    case .temperatureMax:
      return ServoExpectation(min(factory, Int32(robot.servoMaxCelsius))...factory, value: factory)
    }
  }
}

extension Joint {
  /// Servo positions at the joint's limits.
  fileprivate var ticksOfLimits: (lower: Int32, upper: Int32) {
    (
      Int32(servo.ticks(radians: lowerLimitRadians)),
      Int32(servo.ticks(radians: upperLimitRadians))
    )
  }
}

/// Expected value of a register: a range, or bits that must be set.
public struct ServoExpectation: Sendable {
  private let range: ClosedRange<Int32>
  private let bits: Int32
  private let value: Int32

  init(_ range: ClosedRange<Int32>, value: Int32) {
    self.range = range
    bits = 0
    self.value = value
  }

  init(bits: Int32) {
    range = .min ... .max
    self.bits = bits
    value = 0
  }

  /// True when a value is as expected.
  func isMet(by found: Int32) -> Bool { range.contains(found) && found & bits == bits }

  /// Value that replaces another one.
  func replacement(of found: Int32) -> Int32 { bits == 0 ? value : found | bits }

  /// The expected values, in the register's unit.
  func text(_ register: ServoRegister) -> String {
    if bits != 0 { return "\(bits), or more bits" }
    if range.count == 1 { return register.text(range.lowerBound) }
    if range.upperBound >= register.highest { return "\(register.text(range.lowerBound)) or more" }
    if range.lowerBound <= register.lowest { return "\(register.text(range.upperBound)) or less" }
    return "\(register.text(range.lowerBound)) to \(register.text(range.upperBound))"
  }
}

/// A register of a joint's servo compared with the setting that a walk relies on.
public struct ServoFinding: Sendable {
  /// The servo.
  public let servo: ServoName
  /// The setting that a walk relies on.
  public let setting: ServoSetting
  /// The register.
  public let register: ServoRegister
  /// Its value.
  public let found: Int32
  private let expectation: ServoExpectation

  init(
    _ servo: ServoName, _ setting: ServoSetting, _ register: ServoRegister, found: Int32,
    _ expectation: ServoExpectation
  ) {
    self.servo = servo
    self.setting = setting
    self.register = register
    self.found = found
    self.expectation = expectation
  }

  /// True when the value is as expected.
  public var isGood: Bool { expectation.isMet(by: found) }
  /// Value that replaces it where it is not.
  public var replacement: Int32 { expectation.replacement(of: found) }
  /// True when setting it moves the joint's zero.
  public var movesZero: Bool { if case .homingOffset = setting.role { !isGood } else { false } }
  /// The value, in the register's unit.
  public var foundText: String { register.text(found) }
  /// The expected values, in the register's unit.
  public var expectedText: String { expectation.text(register) }
}

extension ServoFinding: CustomStringConvertible {
  /// Servo, register, found and expected values, and the reason.
  public var description: String {
    "\(servo): \(register.name): found \(foundText), expected \(expectedText): \(setting.reason)"
  }
}

extension ServoFinding {
  var fix: ServoFix {
    ServoFix(joint: servo.joint, register: register, found: found, set: replacement)
  }
}
