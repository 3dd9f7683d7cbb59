/// The purpose of a register, the same for every kind of servo that has such a register.
///
/// Vendors name and place registers differently; ``ServoKind/register(_:)`` has their names,
/// addresses, units and ranges.
public enum RegisterRole: UInt8, Sendable {
  // Identity and communication.

  /// Model of the servo, and information reserved by the vendor.
  case modelNumber, modelInformation
  /// Firmware version; where it has two registers, before and behind the point.
  case firmwareVersion, firmwareMinorVersion
  /// ID on the bus, and a second one that the servo obeys and does not answer.
  case id, secondaryID
  /// Baud rate, as a number of ``ServoFamily/baudRate(_:)``, and version of the protocol.
  case baudRate, protocolType
  /// Time from a request to its answer.
  case returnDelay
  /// Requests that are answered: 0 only those that a servo always answers, higher levels more.
  case statusLevel
  /// Restoring of the control table from a backup at start, and presence of a backup.
  case startupConfiguration, backupReady
  /// Mark of a prepared write that waits for its action.
  case registeredInstruction
  /// Lock of EEPROM against writes.
  case lock

  // Operation.

  /// Bit 0 reverses the direction, bit 2 makes profiles times, bit 3 lets goals switch torque on.
  case driveMode
  /// Controlled quantity: position, velocity, current or others.
  case operatingMode
  /// Offset between the encoder's position and the servo's.
  case homingOffset
  /// Bits for direction of turning, direction of counting and counting beyond a turn.
  case phase
  /// Factor on the smallest step of the position.
  case angularResolution
  /// Switches of torque and LED.
  case torqueEnable, led
  /// Time since the start; it wraps.
  case uptime
  /// Silence after which the servo stops; negative once it has, 0 switches the watchdog off.
  case busWatchdog

  // Gains.

  /// Proportional, integral and derivative gain of the position controller.
  case positionPGain, positionIGain, positionDGain
  /// Proportional and integral gain of the velocity controller.
  case velocityPGain, velocityIGain
  /// Feedforward gains of the goal's acceleration and velocity.
  case accelerationFeedforward, velocityFeedforward
  /// Least torque at which the motor starts, and position errors that it tolerates.
  case startupForce, clockwiseDeadZone, counterclockwiseDeadZone

  // Limits and protection.

  /// Temperature at which the servo switches torque off.
  case temperatureLimit
  /// Limits of the supply voltage.
  case maxVoltage, minVoltage
  /// Limits of the goal position.
  case maxPosition, minPosition
  /// Largest duty cycle, and its slope.
  case pwmLimit, pwmSlope
  /// Largest current, velocity and acceleration.
  case currentLimit, velocityLimit, accelerationLimit
  /// Largest torque, and its value after a start.
  case torqueLimit, torqueLimitAtStart
  /// Errors that switch torque off, and errors that light the LED, by their bits.
  case shutdown, ledAlarm
  /// Torque that counts as overload, time for which it is tolerated, and torque left after it.
  case overloadTorque, overloadTime, protectiveTorque
  /// Time for which overcurrent is tolerated.
  case overcurrentTime

  // Goals and state.

  /// Goals of the position, and of the modes for velocity, current and duty cycle.
  case goalPosition, goalVelocity, goalCurrent, goalPWM
  /// Acceleration, velocity and time of a move; 0 sets no limit.
  case profileAcceleration, profileVelocity, goalTime
  /// Present position, velocity and current.
  case presentPosition, presentVelocity, presentCurrent
  /// Present duty cycle of the motor, as such and as its load.
  case presentPWM, presentLoad
  /// Present supply voltage and temperature.
  case presentVoltage, presentTemperature
  /// Present errors, a bit for each.
  case errors
  /// Mark of a moving servo, velocity above which it moves, and state of the move.
  case moving, movingThreshold, movingStatus
  /// Velocity and position that the profile has now.
  case velocityTrajectory, positionTrajectory
  /// Factory settings: period of the controller, unit of velocities, pulse time of the driver and
  /// acceleration factor.
  case controlPeriod, velocityUnit, pulseTime, accelerationMultiplier

  /// `rawValue` and `==` are no proof of `@_noAllocation` in other files.
  var code: UInt8 { @_noAllocation get { rawValue } }
}

#if !hasFeature(Embedded)
  extension RegisterRole: CaseIterable {}
#endif
