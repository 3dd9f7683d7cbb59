internal import RobotDescription
internal import ServoDrivers

/// The joint that caused a fault, and the state of its servo then.
struct Culprit: Sendable, BitwiseCopyable {
  let joint: Int
  let errors: ServoErrors
  let celsius: UInt8

  @_noAllocation
  init(joint: Int, errors: ServoErrors, celsius: UInt8) {
    self.joint = joint
    self.errors = errors
    self.celsius = celsius
  }

  /// Servo and joint, with the servo's error or temperature.
  func text(of fault: Fault, on robot: Robot) -> String {
    let name = ServoName(robot[joint: joint]).description
    switch fault {
    case .servoError where !errors.isEmpty: return "\(name): \(errors)"
    case .servoHot where celsius > 0: return "\(name): \(celsius) degrees Celsius"
    default: return name
    }
  }
}

extension Fault {
  /// True when one joint may cause the fault, which messages then name.
  var isOfOneJoint: Bool {
    @_noAllocation
    get {
      switch self {
      case .jointSilent, .servoError, .servoHot, .jointImplausible, .jointBlocked, .torqueLost: true
      default: false
      }
    }
  }
}

extension BusSample {
  /// The first joint whose servo reports an error; `nil` when it is unknown which.
  @_noAllocation
  func jointInError(of robot: borrowing Robot) -> Int? {
    for joint in 0..<robot.jointCount where !servoErrors[joint].isEmpty { return joint }
    return nil
  }

  /// The first joint without torque; `nil` when all are without, or it is unknown which.
  @_noAllocation
  func limpJoint(of robot: borrowing Robot) -> Int? {
    var first: Int?
    var count = 0
    for joint in 0..<robot.jointCount where isLimp[joint] {
      if count == 0 { first = joint }
      count += 1
    }
    return count < robot.jointCount ? first : nil
  }

  /// The joint with the hottest servo; `nil` without temperatures.
  @_noAllocation
  func hottestJoint(of robot: borrowing Robot) -> Int? {
    var hottest: Int?
    var celsius: UInt8 = 0
    for joint in 0..<robot.jointCount where servoCelsius[joint] > celsius {
      hottest = joint
      celsius = servoCelsius[joint]
    }
    return hottest
  }
}
