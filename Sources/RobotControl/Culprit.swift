internal import RobotDescription
internal import ServoDrivers

/// The joint that a fault came from, and how its servo was then.
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

  /// Servo and joint, and what was wrong with them.
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
  /// Whether it comes from one joint, which is then named.
  var isOfOneJoint: Bool {
    @_noAllocation
    get {
      switch self {
      case .jointSilent, .servoError, .servoHot, .jointImplausible, .jointBlocked: true
      default: false
      }
    }
  }
}

extension BusSample {
  /// The first joint whose servo reports an error; `nil` where none is named.
  @_noAllocation
  func jointInError(of robot: borrowing Robot) -> Int? {
    for joint in 0..<robot.jointCount where !servoErrors[joint].isEmpty { return joint }
    return nil
  }

  /// The joint whose servo is the hottest; `nil` where no temperature is told.
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
