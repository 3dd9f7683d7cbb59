public import RobotDescription
public import WireProtocol

/// A robot, and how it is reached.
public struct RobotSetup: Sendable {
  /// The robot, with the gains that policies are trained for and compared with.
  public let robot: Robot
  /// How it is reached.
  public let bus: BusSettings
  /// For each joint, the gains of the kinds of servo.
  let gains: [(gain: PositionGain, place: GainPlace)]

  /// The robot with the gains of one kind of servo.
  ///
  /// A number without a kind is for the servos that `bus` has; behind a board these may be of any kind.
  ///
  /// - Parameter isBehindBoard: Whether the servos are behind a board.
  /// - Throws: That a joint has no gain for them, or one that their register cannot hold.
  public func robot(
    servos kind: ServoFamily, isBehindBoard: Bool = false
  ) throws(RobotFileError) -> Robot {
    let isForKind =
      bus.lineProtocol.servos == kind || (bus.lineProtocol == .board && isBehindBoard)
    var other = robot.withoutJoints
    for index in 0..<robot.jointCount {
      var joint = robot[joint: index]
      let (gain, place) = gains[index]
      joint.servo.positionGain = try gain.gain(of: kind, isForKind: isForKind, at: place)
      _ = other.append(joint)
    }
    return other
  }

  /// The same for a simulation, which takes a number without a kind for any.
  public func simulatedRobot(servos kind: ServoFamily) -> Robot {
    (try? robot(servos: kind)) ?? (try? robot(servos: kind, isBehindBoard: true)) ?? robot
  }
}

extension Robot {
  /// The same robot without its joints.
  fileprivate var withoutJoints: Robot {
    var other = Robot(
      body: body, controlPeriodMicroseconds: controlPeriodMicroseconds,
      supplyMinMillivolts: supplyMinMillivolts)
    other.supplyWarningMillivolts = supplyWarningMillivolts
    other.servoWarningCelsius = servoWarningCelsius
    other.servoMaxCelsius = servoMaxCelsius
    other.plausible = plausible
    return other
  }
}
