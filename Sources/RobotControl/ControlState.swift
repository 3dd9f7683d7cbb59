/// The state of a control loop.
public enum ControlState: UInt8, Sendable, CaseIterable {
  /// Torque is off; the robot lies where it is.
  case disarmed
  /// Moving slowly from the pose it was found in to the standing pose.
  case standingUp
  /// The policy moves the robot.
  case running
  /// Moving slowly to the resting pose; torque is switched off at its end.
  case sittingDown
  /// Stopped by a fault; only an explicit arming leads out.
  case faulted

  /// The raw value, read as the order of the case: the compiler cannot prove that its own getter
  /// does not allocate.
  var code: UInt8 {
    @_noAllocation
    get { unsafe unsafeBitCast(self, to: UInt8.self) }
  }
}

/// A fault that made a control loop stop following the policy; the codes are permanent.
public enum Fault: UInt16, Sendable, CaseIterable {
  /// The robot did not answer for more consecutive reads than are allowed.
  case robotSilent = 1
  /// The line to the robot is gone.
  case lineGone = 2
  /// A reading or an action is not finite.
  case notFinite = 3
  /// The body is tilted beyond its limit.
  case tilted = 4
  /// The supply voltage is too low.
  case supplyLow = 5
  /// A watchdog of the board or of a servo has tripped.
  case watchdogTripped = 6
  /// The board or a servo refused a request.
  case refused = 7
  /// Servos have lost their torque: they or the board have restarted.
  case torqueLost = 8
  /// A servo did not answer for more consecutive reads than are allowed.
  case jointSilent = 9
  /// A servo reported an error of its own for too many consecutive reads, or switched its torque
  /// off.
  case servoError = 10
  /// The IMU repeated the same reading too many times.
  case imuFrozen = 11
  /// The IMU was silent for more consecutive reads than are allowed.
  case imuSilent = 12
  /// The policy's targets were clipped to limits or slew for too long.
  case targetsClipped = 13
  /// A servo is too hot.
  case servoHot = 14
  /// No command came for too long.
  case commandSilent = 15
  /// Too many deadlines were missed, in a row or within a second.
  case deadlinesMissed = 16
  /// The body was about to tilt beyond its limit.
  case falling = 17
  /// A joint's reading is faster than any servo, or far beyond its limits.
  case jointImplausible = 18
  /// The IMU's readings are not plausible.
  case imuImplausible = 19
  /// All joints repeated the same reading too many times while their targets moved.
  case jointsFrozen = 20
  /// A joint stayed away from its target for too long.
  case jointBlocked = 21

  /// The raw value, computed from the order of the case: the compiler cannot prove that its own
  /// getter does not allocate.
  var code: UInt16 {
    @_noAllocation
    get { UInt16(unsafe unsafeBitCast(self, to: UInt8.self)) + 1 }
  }
}

extension Fault: CustomStringConvertible {
  /// One sentence: the fault and the cure.
  public var description: String {
    switch self {
    case .robotSilent:
      "the robot did not answer for several ticks; check its power and cable"
    case .lineGone:
      "the line to the robot is gone; a board holds the last goals and switches torque off after a "
        + "second, servos on the line may go on holding until their power is off; plug it in and "
        + "start again"
    case .notFinite:
      "a reading or an action is not finite; check the IMU, or train again"
    case .tilted: "the body is tilted beyond its limit; set it upright and start again"
    case .supplyLow: "the supply voltage is too low; charge the battery"
    case .watchdogTripped:
      "a watchdog of the board or of a servo tripped, since no command came in time; check the "
        + "load of this computer"
    case .refused:
      "the board or a servo refused a request; check the board's firmware, or the servo's errors"
    case .torqueLost:
      "the servos lost their torque, so they or the board have restarted; check the supply, and "
        + "start again"
    case .jointSilent:
      "a servo did not answer for several ticks, the others did; check its plugs and its ID"
    case .servoError:
      "a servo reports its temperature, an overload or its supply, or the board has no servos; "
        + "'tarsus servo monitor' shows which, let it cool and switch its power off and on"
    case .imuFrozen:
      "the IMU repeats the same reading; check its plug, and switch it off and on"
    case .imuSilent:
      "the IMU was silent for several ticks; check its power, port and baud rate with 'tarsus imu "
        + "monitor', or, behind a board, its plug"
    case .targetsClipped:
      "the policy's targets were beyond limits or slew for too long; check directions and zeros "
        + "with 'tarsus servo monitor', or train again"
    case .servoHot:
      "a servo is too hot; 'tarsus servo monitor' shows which, let it cool and look for what "
        + "blocks it"
    case .commandSilent: "no command came for too long; check the sender, and start again"
    case .deadlinesMissed:
      "deadlines were missed; 'tarsus doctor' shows what delays this computer"
    case .falling: "the body began to fall; set it upright and start again"
    case .jointImplausible:
      "a joint seemed to turn faster than any servo does; check the wiring for interference, and "
        + "the servos with 'tarsus servo monitor'"
    case .imuImplausible:
      "the IMU's readings are not plausible: an angular rate at the end of its range, or gravity "
        + "of another length than 1; check its plug and 'tarsus imu monitor'"
    case .jointsFrozen:
      "all joints repeated the same reading while their targets moved; check the servos' power and "
        + "'tarsus servo monitor'"
    case .jointBlocked:
      "a joint stayed away from its target; look for what blocks it, for a servo without torque, "
        + "and compare directions and zeros with 'tarsus servo monitor'"
    }
  }
}
