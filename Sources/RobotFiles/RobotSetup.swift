public import RobotDescription
public import Settings
public import WireProtocol

/// A robot and its connection.
public struct RobotSetup: Sendable {
  /// The robot, with the gains that policies are trained for and compared with.
  public let robot: Robot
  /// The connection.
  public let bus: BusSettings
  /// For each joint, the gains by kind of servo.
  let gains: [(gain: PositionGain, place: GainPlace)]

  /// The robot with the gains of one kind of servo.
  ///
  /// A number without a kind is for the servos that `bus` names; behind a board they may be of any
  /// kind.
  ///
  /// - Parameter isBehindBoard: True when the servos are behind a board.
  /// - Throws: An error for a joint without a gain for these servos, or with one that is too large.
  public func robot(
    servos kind: ServoFamily, isBehindBoard: Bool = false
  ) throws(SettingsError) -> Robot {
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

  /// The robot with the gains of one kind of simulated servo; a number without a kind is for any.
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
