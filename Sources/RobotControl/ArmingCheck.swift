internal import Glibc
public import RobotDescription
public import ServoDrivers

/// The reason why a robot is not armed; nothing has moved.
public enum ArmingError: Error, Equatable, Sendable {
  /// The line failed, or the robot does not answer.
  case bus(BusError)
  /// Some servos do not answer.
  case servosSilent(servos: [ServoName])
  /// The IMU sent nothing; the servos answer.
  case imuSilent
  /// The IMU does not send angular rate and quaternion.
  case imuIncomplete(ImuReport)
  /// A reading is not finite.
  case notFinite
  /// A servo was not at its last position when its torque was to be switched on.
  case servoElsewhere(servo: ServoName?)
  /// Two readings of a joint differ: the joint moves, or one reading is wrong.
  case poseUnsteady(joint: Label, first: Float, second: Float)
  /// A joint is beyond its limits by more than the margin.
  case poseOutside(joint: Label, radians: Float, lower: Float, upper: Float, margin: Float)
  /// The IMU's reading is not plausible.
  case imuImplausible(gyro: SIMD3<Float>, gravity: SIMD3<Float>)
  /// The body is not upright, or the IMU is mounted differently.
  case tilted(degrees: Float)
  /// The supply voltage is too low.
  case supplyLow(millivolts: UInt16, least: UInt16)
  /// A servo is too hot; `nil` when it is unknown which.
  case servoHot(servo: ServoName?, celsius: UInt8, most: UInt8)
  /// A servo reports an error of its own; `nil` when it is unknown which.
  case servoError(servo: ServoName?, errors: ServoErrors)
}

/// Checks the state of a robot before torque is switched on.
struct ArmingCheck: Sendable {
  let robot: Robot
  let configuration: LoopConfiguration

  /// The largest difference of two readings of a joint at rest, in radians.
  private static let steadyRadians: Float = 0.1

  /// The first reason not to arm a robot that has been read twice; `nil` when there is none.
  func refusal(_ first: borrowing BusSample, _ second: borrowing BusSample) -> ArmingError? {
    guard first.robot.isFinite(jointCount: robot.jointCount),
      second.robot.isFinite(jointCount: robot.jointCount)
    else { return .notFinite }
    if second.imuAge > 0 { return .imuSilent }
    if second.hasServoError { return errorOfAServo(second) }
    if second.supplyMillivolts < robot.supplyMinMillivolts {
      return .supplyLow(millivolts: second.supplyMillivolts, least: robot.supplyMinMillivolts)
    }
    if second.hottestServoCelsius >= robot.servoMaxCelsius {
      return .servoHot(
        servo: second.hottestJoint(of: robot).map { ServoName(robot[joint: $0]) },
        celsius: second.hottestServoCelsius, most: robot.servoMaxCelsius)
    }
    for joint in 0..<robot.jointCount {
      let name = robot[joint: joint].name
      let before = first.robot.jointAngles[joint]
      let angle = second.robot.jointAngles[joint]
      guard abs(angle - before) <= Self.steadyRadians else {
        return .poseUnsteady(joint: name, first: before, second: angle)
      }
      if let error = refusal(of: robot[joint: joint], at: angle) { return error }
    }
    return refusal(of: second.robot)
  }

  private func errorOfAServo(_ sample: borrowing BusSample) -> ArmingError {
    guard let joint = sample.jointInError(of: robot) else {
      return .servoError(servo: nil, errors: .none)
    }
    return .servoError(
      servo: ServoName(robot[joint: joint]), errors: sample.servoErrors[joint])
  }

  private func refusal(of joint: Joint, at radians: Float) -> ArmingError? {
    let margin = robot.plausible.armingMarginRadians
    let range = (joint.lowerLimitRadians - margin)...(joint.upperLimitRadians + margin)
    if range.contains(radians) && abs(radians) <= 2 * .pi { return nil }
    return .poseOutside(
      joint: joint.name, radians: radians, lower: joint.lowerLimitRadians,
      upper: joint.upperLimitRadians, margin: margin)
  }

  private func refusal(of sample: borrowing RobotSample) -> ArmingError? {
    guard Plausibility.isPlausible(sample, of: robot) else {
      return .imuImplausible(gyro: sample.gyro, gravity: sample.gravity)
    }
    let uprightness = -sample.gravity.z
    guard uprightness < configuration.uprightMin else { return nil }
    let radians = acos(Double(max(-1, min(1, uprightness))))
    return .tilted(degrees: Float(radians * 180 / .pi))
  }
}

extension ArmingError {
  /// True when the robot answers and arming is not safe; false when something does not work.
  public var isRefusal: Bool {
    switch self {
    case .bus, .servosSilent, .imuSilent, .imuIncomplete: false
    case .notFinite, .servoElsewhere, .poseUnsteady, .poseOutside, .imuImplausible, .tilted,
      .supplyLow, .servoHot,
      .servoError:
      true
    }
  }
}

extension ArmingError: CustomStringConvertible {
  /// One sentence: the finding, the expectation, the cure.
  public var description: String {
    "not armed, nothing has moved: " + reason
  }

  private var reason: String {
    switch self {
    case .bus(let error): error.description
    case .notFinite:
      "a sensor gave a number that is not finite; check the IMU with 'tarsus imu monitor'"
    case .servoElsewhere(let servo):
      "\(servo.map(\.description) ?? "a servo"): it was found elsewhere just before its torque was "
        + "to be switched on, expected its last position; let the robot lie still, and check its "
        + "wiring with 'tarsus servo monitor'"
    case .poseUnsteady(let joint, let first, let second):
      "joint \(joint): found \(Self.text(first)) rad and \(Self.text(second)) rad in two readings, "
        + "expected equal readings; let the robot lie still, and check the servo and its wiring "
        + "with 'tarsus servo monitor'"
    case .poseOutside(let joint, let radians, let lower, let upper, let margin):
      "joint \(joint): found at \(Self.text(radians)) rad, expected \(Self.text(lower)) to "
        + "\(Self.text(upper)) rad and at most \(Self.text(margin)) beyond; move it by hand into "
        + "its limits, or find its zero again with 'tarsus servo calibrate'"
    case .imuImplausible(let gyro, let gravity):
      "IMU: found an angular rate of (\(Self.text(gyro.x)), \(Self.text(gyro.y)), "
        + "\(Self.text(gyro.z))) rad/s and gravity (\(Self.text(gravity.x)), "
        + "\(Self.text(gravity.y)), \(Self.text(gravity.z))), expected rates within its range and "
        + "a length of 1; check it with 'tarsus imu monitor'"
    case .servosSilent(let servos):
      "\(ServoName.list(servos)): no answer, the others answer; check plugs and IDs with 'tarsus "
        + "servo scan'"
    case .imuSilent:
      "IMU: nothing before the deadline; check its power, port and baud rate, or, behind a board, "
        + "its plug and the board's firmware"
    case .imuIncomplete(let report): report.description
    case .tilted(let degrees) where degrees > Self.upsideDownDegrees:
      "the body is upside down by the IMU (tilted by \(Self.text(degrees)) degrees); turn the "
        + "robot over, or, if it stands upright, mount the IMU the right way up"
    case .tilted(let degrees):
      "the body is tilted by \(Self.text(degrees)) degrees by the IMU; set the robot upright, or, "
        + "if it is, mount the IMU as the robot expects it"
    case .supplyLow(let found, let least):
      "supply: found \(Self.text(Float(found) / 1000)) V, expected "
        + "\(Self.text(Float(least) / 1000)) V or more; charge the battery"
    case .servoHot(let servo?, let found, let most):
      "\(servo): found \(found) degrees Celsius, expected less than \(most); let it cool, and look "
        + "for what blocks it"
    case .servoHot(nil, let found, let most):
      "a servo: found \(found) degrees Celsius, expected less than \(most); 'tarsus servo monitor' "
        + "shows which, let it cool"
    case .servoError(let servo?, let errors):
      "\(servo) reports an error of its own: \(errors); \(Self.cure(of: errors)), and switch its "
        + "power off and on"
    case .servoError(nil, _):
      "a servo reports an error of its own, or the board has no servos; 'tarsus servo monitor' "
        + "shows which and why, switch its power off and on"
    }
  }

  /// The tilt from which the body lies on its back rather than on its side.
  private static let upsideDownDegrees: Float = 120

  private static func cure(of errors: ServoErrors) -> String {
    if errors.contains(.supply) { return "check the supply at its plug" }
    if errors.contains(.overheating) { return "let it cool" }
    if errors.contains(.overload) || errors.contains(.current) {
      return "look for what blocks it"
    }
    return "check its wiring"
  }

  private static func text(_ number: Float) -> String {
    let hundredths = (Double(number) * 100).rounded() / 100
    return "\(hundredths)"
  }
}
