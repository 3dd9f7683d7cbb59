/// The purpose of a register, the same for every kind of servo that has such a register.
///
/// Vendors name and place registers differently; ``ServoKind/register(_:)`` has their names,
/// addresses, units and ranges.
public enum RegisterRole: UInt8, Sendable {
  // Identity and communication.

  /// Model of the servo.
  case modelNumber
  /// Reserved by the vendor.
  case modelInformation
  /// Firmware version; the part before the point where it has two registers.
  case firmwareVersion
  /// Firmware version, the part behind the point.
  case firmwareMinorVersion
  /// ID on the bus.
  case id
  /// Baud rate, as a number of ``ServoFamily/baudRate(_:)``.
  case baudRate
  /// Time from a request to its answer.
  case returnDelay
  /// Requests that are answered: 0 only those that a servo always answers, and each higher level
  /// more.
  case statusLevel
  /// A second ID, which the servo obeys and does not answer; above the highest ID there is none.
  case secondaryID
  /// Version of the protocol.
  case protocolType
  /// Control table values restored from the backup at start.
  case startupConfiguration
  /// Whether there is a backup of the control table.
  case backupReady
  /// Whether a prepared write waits for its action.
  case registeredInstruction
  /// Whether EEPROM is protected from writes.
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
  /// Whether torque is on.
  case torqueEnable
  /// LED.
  case led
  /// Time since the start; it wraps.
  case uptime
  /// Silence after which the servo stops; negative once it has, 0 switches the watchdog off.
  case busWatchdog

  // Gains.

  /// Proportional gain of the position controller.
  case positionPGain
  /// Integral gain of the position controller.
  case positionIGain
  /// Derivative gain of the position controller.
  case positionDGain
  /// Proportional gain of the velocity controller.
  case velocityPGain
  /// Integral gain of the velocity controller.
  case velocityIGain
  /// Feedforward gain of the goal's acceleration.
  case accelerationFeedforward
  /// Feedforward gain of the goal's velocity.
  case velocityFeedforward
  /// Least torque at which the motor starts.
  case startupForce
  /// Position error that is tolerated, clockwise.
  case clockwiseDeadZone
  /// Position error that is tolerated, counter-clockwise.
  case counterclockwiseDeadZone

  // Limits and protection.

  /// Temperature at which the servo switches torque off.
  case temperatureLimit
  /// Highest supply voltage.
  case maxVoltage
  /// Lowest supply voltage.
  case minVoltage
  /// Largest duty cycle.
  case pwmLimit
  /// Slope of the duty cycle.
  case pwmSlope
  /// Largest current.
  case currentLimit
  /// Largest velocity.
  case velocityLimit
  /// Largest goal position.
  case maxPosition
  /// Smallest goal position.
  case minPosition
  /// Largest torque.
  case torqueLimit
  /// Largest torque after a start.
  case torqueLimitAtStart
  /// Errors that switch torque off, by their bits.
  case shutdown
  /// Errors that light the LED, by their bits.
  case ledAlarm
  /// Torque left after an overload.
  case protectiveTorque
  /// Torque that counts as overload.
  case overloadTorque
  /// Time for which an overload is tolerated.
  case overloadTime
  /// Time for which overcurrent is tolerated.
  case overcurrentTime

  // Goals.

  /// Goal position.
  case goalPosition
  /// Goal velocity in velocity mode.
  case goalVelocity
  /// Goal current in current mode.
  case goalCurrent
  /// Goal duty cycle, or its largest value in other modes.
  case goalPWM
  /// Acceleration of a move; 0 sets no limit.
  case profileAcceleration
  /// Velocity of a move; 0 sets no limit.
  case profileVelocity
  /// Time of a move; its unit depends on the firmware.
  case goalTime

  // State.

  /// Position.
  case presentPosition
  /// Velocity.
  case presentVelocity
  /// Current.
  case presentCurrent
  /// Duty cycle.
  case presentPWM
  /// Load, the duty cycle of the motor.
  case presentLoad
  /// Supply voltage.
  case presentVoltage
  /// Temperature.
  case presentTemperature
  /// Present errors, a bit for each.
  case errors
  /// Whether the servo moves.
  case moving
  /// State of the move.
  case movingStatus
  /// Velocity that the profile has now.
  case velocityTrajectory
  /// Position that the profile has now.
  case positionTrajectory

  // Factory settings.

  /// Velocity above which the servo counts as moving.
  case movingThreshold
  /// Period of the servo's controller.
  case controlPeriod
  /// Factor on the unit of velocities.
  case velocityUnit
  /// Time of the motor driver's pulse; depends on the firmware.
  case pulseTime
  /// Largest acceleration.
  case accelerationLimit
  /// Acceleration factor for moves without a limit of their own.
  case accelerationMultiplier
}

#if !hasFeature(Embedded)
  extension RegisterRole: CaseIterable {}
#endif
