/// The control table of an XL330-M288, and of other Dynamixel X servos where they agree.
///
/// Addresses, first values and ranges are those of ROBOTIS's e-manual ("XL330-M288"); indirect
/// addresses are left out.
public enum DynamixelTable {
  /// What the servo is: 1200 is an XL330-M288.
  public static var modelNumber: ServoRegister {
    @_noAllocation get { ServoRegister(0, 2, "model_number", .readOnly, 1200) }
  }
  /// Reserved by the vendor.
  public static var modelInformation: ServoRegister {
    @_noAllocation get { ServoRegister(2, 4, "model_information", .readOnly) }
  }
  /// Version of the firmware.
  public static var firmwareVersion: ServoRegister {
    @_noAllocation get { ServoRegister(6, 1, "firmware_version", .readOnly, 52) }
  }
  /// Number on the bus.
  public static var id: ServoRegister {
    @_noAllocation get { ServoRegister(7, 1, "id", .eeprom, 1, 0, 252) }
  }
  /// Speed of the line, as a number of ``Dynamixel/baudRate(_:)``.
  public static var baudRate: ServoRegister {
    @_noAllocation get { ServoRegister(8, 1, "baud_rate", .eeprom, 1, 0, 6) }
  }
  /// Time from a request to its answer.
  public static var returnDelayTime: ServoRegister {
    @_noAllocation get {
      ServoRegister(9, 1, "return_delay_time", .eeprom, 250, 0, 254, .init(2, "us"))
    }
  }
  /// Bit 0 reverses the direction, bit 2 makes profiles times, bit 3 lets goals switch torque on.
  public static var driveMode: ServoRegister {
    @_noAllocation get { ServoRegister(10, 1, "drive_mode", .eeprom, 0, 0, 13) }
  }
  /// 0 current, 1 velocity, 3 position, 4 several turns, 5 position with current, 16 PWM.
  public static var operatingMode: ServoRegister {
    @_noAllocation get { ServoRegister(11, 1, "operating_mode", .eeprom, 3, 0, 16) }
  }
  /// A second number that is followed and not answered; above 252 there is none.
  public static var secondaryID: ServoRegister {
    @_noAllocation get { ServoRegister(12, 1, "secondary_id", .eeprom, 255, 0, 255) }
  }
  /// Version of the protocol.
  public static var protocolType: ServoRegister {
    @_noAllocation get { ServoRegister(13, 1, "protocol_type", .eeprom, 2, 2, 22) }
  }
  /// What is added to the position.
  public static var homingOffset: ServoRegister {
    @_noAllocation get {
      ServoRegister(
        20, 4, "homing_offset", .eeprom, 0, -1044479, 1044479, .init(0.087890625, "deg"),
        coding: .signed)
    }
  }
  /// Speed from which the servo says that it moves.
  public static var movingThreshold: ServoRegister {
    @_noAllocation get {
      ServoRegister(24, 4, "moving_threshold", .eeprom, 10, 0, 1023, .init(0.229, "rpm"))
    }
  }
  /// Heat at which it lets go.
  public static var temperatureLimit: ServoRegister {
    @_noAllocation get {
      ServoRegister(31, 1, "temperature_limit", .eeprom, 70, 0, 100, .init(1, "degC"))
    }
  }
  /// Highest supply.
  public static var maxVoltageLimit: ServoRegister {
    @_noAllocation get {
      ServoRegister(32, 2, "max_voltage_limit", .eeprom, 70, 31, 70, .init(0.1, "V"))
    }
  }
  /// Lowest supply.
  public static var minVoltageLimit: ServoRegister {
    @_noAllocation get {
      ServoRegister(34, 2, "min_voltage_limit", .eeprom, 35, 31, 70, .init(0.1, "V"))
    }
  }
  /// Largest duty cycle.
  public static var pwmLimit: ServoRegister {
    @_noAllocation get {
      ServoRegister(36, 2, "pwm_limit", .eeprom, 885, 0, 885, .init(0.113, "%"))
    }
  }
  /// Largest current.
  public static var currentLimit: ServoRegister {
    @_noAllocation get {
      ServoRegister(38, 2, "current_limit", .eeprom, 1750, 0, 1750, .init(1, "mA"))
    }
  }
  /// Largest goal of velocity.
  public static var velocityLimit: ServoRegister {
    @_noAllocation get {
      ServoRegister(44, 4, "velocity_limit", .eeprom, 445, 0, 2047, .init(0.229, "rpm"))
    }
  }
  /// Largest goal of position.
  public static var maxPositionLimit: ServoRegister {
    @_noAllocation get {
      ServoRegister(48, 4, "max_position_limit", .eeprom, 4095, 0, 4095, .init(0.087890625, "deg"))
    }
  }
  /// Smallest goal of position.
  public static var minPositionLimit: ServoRegister {
    @_noAllocation get {
      ServoRegister(52, 4, "min_position_limit", .eeprom, 0, 0, 4095, .init(0.087890625, "deg"))
    }
  }
  /// What is taken from the backup at the start.
  public static var startupConfiguration: ServoRegister {
    @_noAllocation get { ServoRegister(60, 1, "startup_configuration", .eeprom, 0, 0, 3) }
  }
  /// How fast the duty cycle may grow.
  public static var pwmSlope: ServoRegister {
    @_noAllocation get {
      ServoRegister(62, 1, "pwm_slope", .eeprom, 140, 1, 255, .init(1.977, "mV/ms"))
    }
  }
  /// Which hardware errors switch torque off, by their bits.
  public static var shutdown: ServoRegister {
    @_noAllocation get { ServoRegister(63, 1, "shutdown", .eeprom, 53, 0, 255) }
  }
  /// Whether the servo holds.
  public static var torqueEnable: ServoRegister {
    @_noAllocation get { ServoRegister(64, 1, "torque_enable", .ram, 0, 0, 1) }
  }
  /// The light.
  public static var led: ServoRegister {
    @_noAllocation get { ServoRegister(65, 1, "led", .ram, 0, 0, 1) }
  }
  /// What is answered: 0 ping, 1 also read, 2 all.
  public static var statusReturnLevel: ServoRegister {
    @_noAllocation get { ServoRegister(68, 1, "status_return_level", .ram, 2, 0, 2) }
  }
  /// Whether a prepared write waits for its action.
  public static var registeredInstruction: ServoRegister {
    @_noAllocation get { ServoRegister(69, 1, "registered_instruction", .readOnly) }
  }
  /// Bit 0 voltage, 2 heat, 3 encoder, 4 shock, 5 overload.
  public static var hardwareErrorStatus: ServoRegister {
    @_noAllocation get { ServoRegister(70, 1, "hardware_error_status", .readOnly) }
  }
  /// Integral gain of the velocity, in 1/65536.
  public static var velocityIGain: ServoRegister {
    @_noAllocation get { ServoRegister(76, 2, "velocity_i_gain", .ram, 1600, 0, 16383) }
  }
  /// Proportional gain of the velocity, in 1/128.
  public static var velocityPGain: ServoRegister {
    @_noAllocation get { ServoRegister(78, 2, "velocity_p_gain", .ram, 180, 0, 16383) }
  }
  /// Derivative gain of the position, in 1/16.
  public static var positionDGain: ServoRegister {
    @_noAllocation get { ServoRegister(80, 2, "position_d_gain", .ram, 0, 0, 16383) }
  }
  /// Integral gain of the position, in 1/65536.
  public static var positionIGain: ServoRegister {
    @_noAllocation get { ServoRegister(82, 2, "position_i_gain", .ram, 0, 0, 16383) }
  }
  /// Proportional gain of the position, in 1/128.
  public static var positionPGain: ServoRegister {
    @_noAllocation get { ServoRegister(84, 2, "position_p_gain", .ram, 400, 0, 16383) }
  }
  /// Gain of the goal's acceleration, in 1/4.
  public static var feedforward2ndGain: ServoRegister {
    @_noAllocation get { ServoRegister(88, 2, "feedforward_2nd_gain", .ram, 0, 0, 16383) }
  }
  /// Gain of the goal's velocity, in 1/4.
  public static var feedforward1stGain: ServoRegister {
    @_noAllocation get { ServoRegister(90, 2, "feedforward_1st_gain", .ram, 0, 0, 16383) }
  }
  /// Silence after which the servo stops; -1 says that it did, 0 switches the watchdog off.
  public static var busWatchdog: ServoRegister {
    @_noAllocation get {
      ServoRegister(98, 1, "bus_watchdog", .ram, 0, -1, 127, .init(20, "ms"), coding: .signed)
    }
  }
  /// Duty cycle to make, or the most in other modes.
  public static var goalPWM: ServoRegister {
    @_noAllocation get {
      ServoRegister(100, 2, "goal_pwm", .ram, 885, -885, 885, .init(0.113, "%"), coding: .signed)
    }
  }
  /// Current to make.
  public static var goalCurrent: ServoRegister {
    @_noAllocation get {
      ServoRegister(
        102, 2, "goal_current", .ram, 1750, -1750, 1750, .init(1, "mA"), coding: .signed)
    }
  }
  /// Velocity to make.
  public static var goalVelocity: ServoRegister {
    @_noAllocation get {
      ServoRegister(
        104, 4, "goal_velocity", .ram, 0, -2047, 2047, .init(0.229, "rpm"), coding: .signed)
    }
  }
  /// Acceleration of a move; 0 has no limit.
  public static var profileAcceleration: ServoRegister {
    @_noAllocation get {
      ServoRegister(108, 4, "profile_acceleration", .ram, 0, 0, 32767, .init(214.577, "rev/min2"))
    }
  }
  /// Velocity of a move; 0 has no limit.
  public static var profileVelocity: ServoRegister {
    @_noAllocation get {
      ServoRegister(112, 4, "profile_velocity", .ram, 0, 0, 32767, .init(0.229, "rpm"))
    }
  }
  /// Position to go to.
  public static var goalPosition: ServoRegister {
    @_noAllocation get {
      ServoRegister(
        116, 4, "goal_position", .ram, 0, -1048575, 1048575, .init(0.087890625, "deg"),
        coding: .signed)
    }
  }
  /// Time since the start; it wraps.
  public static var realtimeTick: ServoRegister {
    @_noAllocation get {
      ServoRegister(120, 2, "realtime_tick", .readOnly, 0, 0, 32767, .init(1, "ms"))
    }
  }
  /// Whether it moves.
  public static var moving: ServoRegister {
    @_noAllocation get { ServoRegister(122, 1, "moving", .readOnly, 0, 0, 1) }
  }
  /// What it knows of its move.
  public static var movingStatus: ServoRegister {
    @_noAllocation get { ServoRegister(123, 1, "moving_status", .readOnly, 0, 0, 255) }
  }
  /// Duty cycle.
  public static var presentPWM: ServoRegister {
    @_noAllocation get {
      ServoRegister(
        124, 2, "present_pwm", .readOnly, 0, -885, 885, .init(0.113, "%"), coding: .signed)
    }
  }
  /// Current.
  public static var presentCurrent: ServoRegister {
    @_noAllocation get {
      ServoRegister(
        126, 2, "present_current", .readOnly, 0, -32768, 32767, .init(1, "mA"), coding: .signed)
    }
  }
  /// Velocity.
  public static var presentVelocity: ServoRegister {
    @_noAllocation get {
      ServoRegister(
        128, 4, "present_velocity", .readOnly, 0, -2147483647, .max, .init(0.229, "rpm"),
        coding: .signed)
    }
  }
  /// Position.
  public static var presentPosition: ServoRegister {
    @_noAllocation get {
      ServoRegister(
        132, 4, "present_position", .readOnly, 0, -2147483647, .max, .init(0.087890625, "deg"),
        coding: .signed)
    }
  }
  /// Velocity that the move wants now.
  public static var velocityTrajectory: ServoRegister {
    @_noAllocation get {
      ServoRegister(
        136, 4, "velocity_trajectory", .readOnly, 0, -2147483647, .max, .init(0.229, "rpm"),
        coding: .signed)
    }
  }
  /// Position that the move wants now.
  public static var positionTrajectory: ServoRegister {
    @_noAllocation get {
      ServoRegister(
        140, 4, "position_trajectory", .readOnly, 0, -2147483647, .max, .init(0.087890625, "deg"),
        coding: .signed)
    }
  }
  /// Supply.
  public static var presentInputVoltage: ServoRegister {
    @_noAllocation get {
      ServoRegister(144, 2, "present_input_voltage", .readOnly, 50, 0, .max, .init(0.1, "V"))
    }
  }
  /// Heat.
  public static var presentTemperature: ServoRegister {
    @_noAllocation get {
      ServoRegister(146, 1, "present_temperature", .readOnly, 30, 0, 255, .init(1, "degC"))
    }
  }
  /// Whether there is a backup.
  public static var backupReady: ServoRegister {
    @_noAllocation get { ServoRegister(147, 1, "backup_ready", .readOnly, 0, 0, 1) }
  }

  /// How many registers the table has.
  public static var count: Int { @_noAllocation get { 54 } }

  /// A register of the table, in the order of the addresses.
  ///
  /// - Parameter index: 0 to ``count`` less one.
  @_noAllocation
  public static func register(at index: Int) -> ServoRegister {
    switch index {
    case 0: modelNumber
    case 1: modelInformation
    case 2: firmwareVersion
    case 3: id
    case 4: baudRate
    case 5: returnDelayTime
    case 6: driveMode
    case 7: operatingMode
    case 8: secondaryID
    case 9: protocolType
    case 10: homingOffset
    case 11: movingThreshold
    case 12: temperatureLimit
    case 13: maxVoltageLimit
    case 14: minVoltageLimit
    case 15: pwmLimit
    case 16: currentLimit
    case 17: velocityLimit
    case 18: maxPositionLimit
    case 19: minPositionLimit
    case 20: startupConfiguration
    case 21: pwmSlope
    case 22: shutdown
    case 23: torqueEnable
    case 24: led
    case 25: statusReturnLevel
    case 26: registeredInstruction
    case 27: hardwareErrorStatus
    case 28: velocityIGain
    case 29: velocityPGain
    case 30: positionDGain
    case 31: positionIGain
    case 32: positionPGain
    case 33: feedforward2ndGain
    case 34: feedforward1stGain
    case 35: busWatchdog
    case 36: goalPWM
    case 37: goalCurrent
    case 38: goalVelocity
    case 39: profileAcceleration
    case 40: profileVelocity
    case 41: goalPosition
    case 42: realtimeTick
    case 43: moving
    case 44: movingStatus
    case 45: presentPWM
    case 46: presentCurrent
    case 47: presentVelocity
    case 48: presentPosition
    case 49: velocityTrajectory
    case 50: positionTrajectory
    case 51: presentInputVoltage
    case 52: presentTemperature
    case 53: backupReady
    default: preconditionFailure("a register of the table")
    }
  }
}
