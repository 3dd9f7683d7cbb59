internal import RobotDescription
public import WireProtocol

/// A register of a servo on which a walk relies: what it has to hold, and why.
///
/// One list for each kind of servo stands in `DynamixelLink+Settings.swift` and
/// `FeetechLink+Settings.swift`. What a walk does not rely on is in neither.
public struct ServoSetting: Sendable {
  /// What a register has to hold.
  enum Need: Sendable {
    /// This number.
    case exactly(Int32)
    /// This number or more.
    case atLeast(Int32)
    /// These bits, and perhaps others.
    case bits(Int32)
    /// The robot file's gain for this kind of servo.
    case positionGain
    /// At most the position at which the joint's limit is that the servo reaches first.
    case lowestPosition
    /// At least the position at which the joint's other limit is.
    case highestPosition
    /// At most the supply, in decivolts, down to which the robot file lets the robot run.
    case supplyMin
    /// From the temperature at which the robot file stops the robot up to the factory's.
    case temperatureMax
  }

  /// What a run does about a register that holds something else.
  public enum Remedy: Sendable, Equatable {
    /// It sets it and says so: how the servo is asked and moves, and what a new start forgets.
    case set
    /// The same, but a board does it by itself when it is armed.
    case setByBoard
    /// It refuses to arm: a limit or a protection that somebody may have had a reason for, or a number
    /// with which the robot file's zeros may have been found.
    case refuse
  }

  /// The register's name.
  let name: String
  let need: Need
  /// What a run does about it.
  public let remedy: Remedy
  /// Why a walk relies on it, as the end of a sentence.
  public let reason: String
  /// Whether it decides which position the servo says that it is at.
  let countsPosition: Bool

  init(
    _ name: String, _ need: Need, _ remedy: Remedy, countsPosition: Bool = false,
    because reason: String
  ) {
    self.name = name
    self.need = need
    self.remedy = remedy
    self.reason = reason
    self.countsPosition = countsPosition
  }

  /// What its register has to hold on a joint of a robot.
  func expectation(_ register: ServoRegister, _ joint: Joint, _ robot: Robot) -> ServoExpectation {
    let factory = register.initialValue
    switch need {
    case .exactly(let value): return ServoExpectation(value...value, value: value)
    case .atLeast(let least):
      return ServoExpectation(least...max(least, register.highest), value: max(least, factory))
    case .bits(let bits): return ServoExpectation(bits: bits)
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
  /// The servo's positions at the joint's limits.
  fileprivate var ticksOfLimits: (lower: Int32, upper: Int32) {
    (
      Int32(servo.ticks(radians: lowerLimitRadians)),
      Int32(servo.ticks(radians: upperLimitRadians))
    )
  }
}

/// What a register has to hold.
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

  /// Whether a number is right.
  func isMet(by found: Int32) -> Bool { range.contains(found) && found & bits == bits }

  /// The right number that is set in the place of another.
  func replacement(of found: Int32) -> Int32 { bits == 0 ? value : found | bits }

  /// Which numbers are right, in the register's unit.
  func text(_ register: ServoRegister) -> String {
    if bits != 0 { return "\(bits), or more bits" }
    if range.count == 1 { return register.text(range.lowerBound) }
    if range.upperBound >= register.highest { return "\(register.text(range.lowerBound)) or more" }
    if range.lowerBound <= register.lowest { return "\(register.text(range.upperBound)) or less" }
    return "\(register.text(range.lowerBound)) to \(register.text(range.upperBound))"
  }
}

/// One register of a joint's servo against what a walk relies on.
public struct ServoFinding: Sendable {
  /// The servo.
  public let servo: ServoName
  /// What a walk relies on.
  public let setting: ServoSetting
  /// The register.
  public let register: ServoRegister
  /// What it holds.
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

  /// Whether it is right.
  public var isGood: Bool { expectation.isMet(by: found) }
  /// What is set in its place where it is not.
  public var replacement: Int32 { expectation.replacement(of: found) }
  /// Whether setting it moves the joint's zero.
  public var movesZero: Bool { setting.name == "homing_offset" && !isGood }
  /// What it holds, in the register's unit.
  public var foundText: String { register.text(found) }
  /// What it has to hold, in the register's unit.
  public var expectedText: String { expectation.text(register) }
}

extension ServoFinding: CustomStringConvertible {
  /// Servo, register, what was found and expected, and why.
  public var description: String {
    "\(servo): \(register.name): found \(foundText), expected \(expectedText): \(setting.reason)"
  }
}

extension ServoFinding {
  var fix: ServoFix {
    ServoFix(joint: servo.joint, register: register, found: found, set: replacement)
  }
}
