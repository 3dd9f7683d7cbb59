/// What a control loop is doing.
public enum ControlState: UInt8, Sendable, CaseIterable {
  /// Torque is off; the robot lies where it is.
  case disarmed
  /// Moving slowly from the pose it was found in to the standing pose.
  case standingUp
  /// The policy moves the robot.
  case running
  /// Moving slowly to the resting pose; torque goes off at its end.
  case sittingDown
  /// Stopped by a fault; only an explicit arming leads out.
  case faulted

  /// The raw value, which is the place among the cases: the compiler cannot prove of its own getter
  /// that it does not allocate.
  var code: UInt8 {
    @_noAllocation
    get { unsafe unsafeBitCast(self, to: UInt8.self) }
  }
}

/// Why a control loop stopped following the policy; the codes never change their meaning.
public enum Fault: UInt16, Sendable, CaseIterable {
  /// More reads in a row went unanswered than may be coasted over.
  case robotSilent = 1
  /// The line is gone.
  case lineGone = 2
  /// A sensor or the policy gave a number that is not finite.
  case notFinite = 3
  /// The body tilted beyond its limit.
  case tilted = 4
  /// The supply voltage is too low.
  case supplyLow = 5
  /// A watchdog took over, the board's or a servo's.
  case watchdogTripped = 6
  /// The board or a servo refused a request.
  case refused = 7
  /// The servos lost their torque although nobody switched it off: they or the board have restarted.
  case torqueLost = 8
  /// A servo was silent for more reads in a row than may be coasted over.
  case jointSilent = 9
  /// A servo reported an error of its own for more reads in a row than may be coasted over, or let go.
  case servoError = 10
  /// The motion sensor said the same many times in a row.
  case imuFrozen = 11
  /// The motion sensor was silent for more reads in a row than may be coasted over.
  case imuSilent = 12
  /// The policy went on asking for more than limits and slew allow.
  case targetsHeld = 13
  /// A servo is too hot.
  case servoHot = 14
  /// Nobody has said for too long where to go.
  case commandSilent = 15
  /// Deadlines were missed in a row, or more than a few of many.
  case deadlinesMissed = 16
  /// The body was about to tilt beyond its limit.
  case falling = 17
  /// A joint seemed to turn faster than any servo does.
  case jointImplausible = 18
  /// The IMU said what no body can do.
  case imuImplausible = 19
  /// All joints said the same many times in a row while they were sent elsewhere.
  case jointsFrozen = 20
  /// A joint stayed away from its target.
  case jointBlocked = 21

  /// The raw value, which is one more than the place among the cases: the compiler cannot prove of its
  /// own getter that it does not allocate.
  var code: UInt16 {
    @_noAllocation
    get { UInt16(unsafe unsafeBitCast(self, to: UInt8.self)) + 1 }
  }
}

extension Fault: CustomStringConvertible {
  /// A sentence and a cure.
  public var description: String {
    switch self {
    case .robotSilent:
      "the robot did not answer several ticks in a row; check its power and cable"
    case .lineGone:
      "the line to the robot is gone; a board holds the last goals and switches torque off after a "
        + "second, servos on the line may go on holding until their power is off; plug it in and start "
        + "again"
    case .notFinite:
      "a sensor or the policy gave a number that is not finite; check the IMU, or train again"
    case .tilted: "the body tilted beyond its limit; set it upright and start again"
    case .supplyLow: "the supply voltage is too low; charge the battery"
    case .watchdogTripped:
      "the board or the servos heard no command in time and took over; check the load of this "
        + "computer"
    case .refused:
      "the board or a servo refused a request; check the board's firmware, or the servo's errors"
    case .torqueLost:
      "the servos lost their torque, so they or the board have restarted; check the supply, and "
        + "start again"
    case .jointSilent:
      "a servo did not answer several ticks in a row, the others did; check its plugs and its number"
    case .servoError:
      "a servo reports heat, overload or its supply, or the board that it has none; 'tarsus servo "
        + "monitor' shows which, let it cool and switch its power off and on"
    case .imuFrozen:
      "the motion sensor says the same again and again; check its plug, and switch it off and on"
    case .imuSilent:
      "the motion sensor was silent several ticks in a row; check its power, port and baud rate with "
        + "'tarsus imu monitor', or, behind a board, its plug"
    case .targetsHeld:
      "the policy went on asking for more than limits and slew allow; check directions and zeros with "
        + "'tarsus servo monitor', or train again"
    case .servoHot:
      "a servo is too hot; 'tarsus servo monitor' shows which, let it cool and look for what blocks it"
    case .commandSilent: "no command came any more; check who sends them, and start again"
    case .deadlinesMissed:
      "deadlines were missed; 'tarsus doctor' shows what keeps this computer from its work"
    case .falling: "the body began to fall; set it upright and start again"
    case .jointImplausible:
      "a joint seemed to turn faster than any servo does; check the wiring for interference, and the "
        + "servos with 'tarsus servo monitor'"
    case .imuImplausible:
      "the IMU said what no body can do: an angular rate at the end of its range, or gravity of "
        + "another length than 1; check its plug and 'tarsus imu monitor'"
    case .jointsFrozen:
      "all joints said the same again and again while they were sent elsewhere; check the servos' "
        + "power and 'tarsus servo monitor'"
    case .jointBlocked:
      "a joint stayed away from its target; look for what blocks it, for a servo without torque, and "
        + "compare directions and zeros with 'tarsus servo monitor'"
    }
  }
}
