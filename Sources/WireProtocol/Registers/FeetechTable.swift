/// The memory of an STS3215.
///
/// Addresses, first values and ranges are those of Feetech's table for the STS3215 (as a
/// new one answers), names those of lerobot (`src/lerobot/motors/feetech/tables.py`).
public enum FeetechTable {
  /// Version of the firmware, before the point.
  public static var firmwareMajorVersion: ServoRegister {
    @_noAllocation get { ServoRegister(0, 1, "firmware_major_version", .readOnly, 3, 0, 255) }
  }
  /// Version of the firmware, behind the point.
  public static var firmwareMinorVersion: ServoRegister {
    @_noAllocation get { ServoRegister(1, 1, "firmware_minor_version", .readOnly, 10, 0, 255) }
  }
  /// What the servo is: 777 is an STS3215.
  public static var modelNumber: ServoRegister {
    @_noAllocation get { ServoRegister(3, 2, "model_number", .readOnly, 777, 0, 65535) }
  }
  /// Number on the bus.
  public static var id: ServoRegister {
    @_noAllocation get { ServoRegister(5, 1, "id", .eeprom, 1, 0, 253) }
  }
  /// Speed of the line, as a number of ``Feetech/baudRate(_:)``.
  public static var baudRate: ServoRegister {
    @_noAllocation get { ServoRegister(6, 1, "baud_rate", .eeprom, 0, 0, 7) }
  }
  /// Time from a request to its answer.
  public static var returnDelayTime: ServoRegister {
    @_noAllocation get {
      ServoRegister(7, 1, "return_delay_time", .eeprom, 250, 0, 254, .init(2, "us"))
    }
  }
  /// What is answered: 0 ping and reads, 1 all.
  public static var responseStatusLevel: ServoRegister {
    @_noAllocation get { ServoRegister(8, 1, "response_status_level", .eeprom, 1, 0, 1) }
  }
  /// Smallest goal of position.
  public static var minPositionLimit: ServoRegister {
    @_noAllocation get {
      ServoRegister(9, 2, "min_position_limit", .eeprom, 0, 0, 4094, .init(0.087890625, "deg"))
    }
  }
  /// Largest goal of position.
  public static var maxPositionLimit: ServoRegister {
    @_noAllocation get {
      ServoRegister(11, 2, "max_position_limit", .eeprom, 4095, 1, 4095, .init(0.087890625, "deg"))
    }
  }
  /// Heat at which it lets go.
  public static var maxTemperatureLimit: ServoRegister {
    @_noAllocation get {
      ServoRegister(13, 1, "max_temperature_limit", .eeprom, 70, 0, 100, .init(1, "degC"))
    }
  }
  /// Highest supply.
  public static var maxVoltageLimit: ServoRegister {
    @_noAllocation get {
      ServoRegister(14, 1, "max_voltage_limit", .eeprom, 80, 0, 254, .init(0.1, "V"))
    }
  }
  /// Lowest supply.
  public static var minVoltageLimit: ServoRegister {
    @_noAllocation get {
      ServoRegister(15, 1, "min_voltage_limit", .eeprom, 40, 0, 254, .init(0.1, "V"))
    }
  }
  /// Largest torque that a new start allows.
  public static var maxTorqueLimit: ServoRegister {
    @_noAllocation get {
      ServoRegister(16, 2, "max_torque_limit", .eeprom, 1000, 0, 1000, .init(0.1, "%"))
    }
  }
  /// Set by the vendor.
  public static var phase: ServoRegister {
    @_noAllocation get { ServoRegister(18, 1, "phase", .eeprom, 12, 0, 254) }
  }
  /// Which errors switch torque off, by their bits.
  public static var unloadingCondition: ServoRegister {
    @_noAllocation get { ServoRegister(19, 1, "unloading_condition", .eeprom, 44, 0, 254) }
  }
  /// Which errors light the light, by their bits.
  public static var ledAlarmCondition: ServoRegister {
    @_noAllocation get { ServoRegister(20, 1, "led_alarm_condition", .eeprom, 47, 0, 254) }
  }
  /// Proportional gain of the position.
  public static var pCoefficient: ServoRegister {
    @_noAllocation get { ServoRegister(21, 1, "p_coefficient", .eeprom, 32, 0, 254) }
  }
  /// Derivative gain of the position.
  public static var dCoefficient: ServoRegister {
    @_noAllocation get { ServoRegister(22, 1, "d_coefficient", .eeprom, 32, 0, 254) }
  }
  /// Integral gain of the position.
  public static var iCoefficient: ServoRegister {
    @_noAllocation get { ServoRegister(23, 1, "i_coefficient", .eeprom, 0, 0, 254) }
  }
  /// Least torque that makes it move.
  public static var minimumStartupForce: ServoRegister {
    @_noAllocation get {
      ServoRegister(24, 2, "minimum_startup_force", .eeprom, 16, 0, 1000, .init(0.1, "%"))
    }
  }
  /// Error that is let be, clockwise.
  public static var cwDeadZone: ServoRegister {
    @_noAllocation get {
      ServoRegister(26, 1, "cw_dead_zone", .eeprom, 1, 0, 32, .init(0.087890625, "deg"))
    }
  }
  /// Error that is let be, counter-clockwise.
  public static var ccwDeadZone: ServoRegister {
    @_noAllocation get {
      ServoRegister(27, 1, "ccw_dead_zone", .eeprom, 1, 0, 32, .init(0.087890625, "deg"))
    }
  }
  /// Current that counts as too high.
  public static var protectionCurrent: ServoRegister {
    @_noAllocation get {
      ServoRegister(28, 2, "protection_current", .eeprom, 500, 0, 511, .init(6.5, "mA"))
    }
  }
  /// Factor on the smallest step of the position.
  public static var angularResolution: ServoRegister {
    @_noAllocation get { ServoRegister(30, 1, "angular_resolution", .eeprom, 1, 1, 3) }
  }
  /// What is taken off the position.
  public static var homingOffset: ServoRegister {
    @_noAllocation get {
      ServoRegister(
        31, 2, "homing_offset", .eeprom, 0, -2047, 2047, .init(0.087890625, "deg"),
        coding: .signBit(11))
    }
  }
  /// 0 position, 1 velocity, 2 PWM, 3 steps.
  public static var operatingMode: ServoRegister {
    @_noAllocation get { ServoRegister(33, 1, "operating_mode", .eeprom, 0, 0, 3) }
  }
  /// Torque that is left after an overload.
  public static var protectiveTorque: ServoRegister {
    @_noAllocation get {
      ServoRegister(34, 1, "protective_torque", .eeprom, 20, 0, 100, .init(1, "%"))
    }
  }
  /// Time that an overload is let be.
  public static var protectionTime: ServoRegister {
    @_noAllocation get {
      ServoRegister(35, 1, "protection_time", .eeprom, 200, 0, 254, .init(10, "ms"))
    }
  }
  /// Torque that counts as overload.
  public static var overloadTorque: ServoRegister {
    @_noAllocation get {
      ServoRegister(36, 1, "overload_torque", .eeprom, 80, 0, 100, .init(1, "%"))
    }
  }
  /// Proportional gain of the velocity.
  public static var velocityClosedLoopPProportionalCoefficient: ServoRegister {
    @_noAllocation get {
      ServoRegister(37, 1, "velocity_closed_loop_p_proportional_coefficient", .eeprom, 10, 0, 100)
    }
  }
  /// Time that too high a current is let be.
  public static var overCurrentProtectionTime: ServoRegister {
    @_noAllocation get {
      ServoRegister(38, 1, "over_current_protection_time", .eeprom, 200, 0, 254, .init(10, "ms"))
    }
  }
  /// Integral gain of the velocity.
  public static var velocityClosedLoopIIntegralCoefficient: ServoRegister {
    @_noAllocation get {
      ServoRegister(39, 1, "velocity_closed_loop_i_integral_coefficient", .eeprom, 200, 0, 254)
    }
  }
  /// Whether the servo holds; 128 makes the present position the middle.
  public static var torqueEnable: ServoRegister {
    @_noAllocation get { ServoRegister(40, 1, "torque_enable", .ram, 0, 0, 128) }
  }
  /// Acceleration of a move; 0 has no limit.
  public static var acceleration: ServoRegister {
    @_noAllocation get {
      ServoRegister(41, 1, "acceleration", .ram, 0, 0, 254, .init(100, "step/s2"))
    }
  }
  /// Position to go to.
  public static var goalPosition: ServoRegister {
    @_noAllocation get {
      ServoRegister(
        42, 2, "goal_position", .ram, 0, -32767, 32767, .init(0.087890625, "deg"),
        coding: .signBit(15))
    }
  }
  /// Time of a move; the unit depends on the firmware.
  public static var goalTime: ServoRegister {
    @_noAllocation get { ServoRegister(44, 2, "goal_time", .ram, 0, 0, 1000) }
  }
  /// Velocity of a move; 0 has no limit.
  public static var goalVelocity: ServoRegister {
    @_noAllocation get {
      ServoRegister(
        46, 2, "goal_velocity", .ram, 0, -32767, 32767, .init(1, "step/s"), coding: .signBit(15))
    }
  }
  /// Largest torque.
  public static var torqueLimit: ServoRegister {
    @_noAllocation get {
      ServoRegister(48, 2, "torque_limit", .ram, 1000, 0, 1000, .init(0.1, "%"))
    }
  }
  /// Whether what is kept without supply is protected from writes.
  public static var lock: ServoRegister {
    @_noAllocation get { ServoRegister(55, 1, "lock", .ram, 1, 0, 1) }
  }
  /// Position.
  public static var presentPosition: ServoRegister {
    @_noAllocation get {
      ServoRegister(
        56, 2, "present_position", .readOnly, 0, -32767, 32767, .init(0.087890625, "deg"),
        coding: .signBit(15))
    }
  }
  /// Velocity.
  public static var presentVelocity: ServoRegister {
    @_noAllocation get {
      ServoRegister(
        58, 2, "present_velocity", .readOnly, 0, -32767, 32767, .init(1, "step/s"),
        coding: .signBit(15))
    }
  }
  /// Duty cycle of the motor, which goes with its load.
  public static var presentLoad: ServoRegister {
    @_noAllocation get {
      ServoRegister(
        60, 2, "present_load", .readOnly, 0, -1023, 1023, .init(0.1, "%"), coding: .signBit(10))
    }
  }
  /// Supply.
  public static var presentVoltage: ServoRegister {
    @_noAllocation get {
      ServoRegister(62, 1, "present_voltage", .readOnly, 74, 0, 255, .init(0.1, "V"))
    }
  }
  /// Heat.
  public static var presentTemperature: ServoRegister {
    @_noAllocation get {
      ServoRegister(63, 1, "present_temperature", .readOnly, 30, 0, 255, .init(1, "degC"))
    }
  }
  /// What is wrong, as ``FeetechErrors``.
  public static var status: ServoRegister {
    @_noAllocation get { ServoRegister(65, 1, "status", .readOnly, 0, 0, 255) }
  }
  /// Whether it moves.
  public static var moving: ServoRegister {
    @_noAllocation get { ServoRegister(66, 1, "moving", .readOnly, 0, 0, 1) }
  }
  /// Current.
  public static var presentCurrent: ServoRegister {
    @_noAllocation get {
      ServoRegister(
        69, 2, "present_current", .readOnly, 0, -32767, 32767, .init(6.5, "mA"),
        coding: .signBit(15))
    }
  }

  /// How many registers the table has.
  public static var count: Int { @_noAllocation get { 47 } }

  /// A register of the table, in the order of the addresses.
  ///
  /// - Parameter index: 0 to ``count`` less one.
  @_noAllocation
  public static func register(at index: Int) -> ServoRegister {
    switch index {
    case 0: firmwareMajorVersion
    case 1: firmwareMinorVersion
    case 2: modelNumber
    case 3: id
    case 4: baudRate
    case 5: returnDelayTime
    case 6: responseStatusLevel
    case 7: minPositionLimit
    case 8: maxPositionLimit
    case 9: maxTemperatureLimit
    case 10: maxVoltageLimit
    case 11: minVoltageLimit
    case 12: maxTorqueLimit
    case 13: phase
    case 14: unloadingCondition
    case 15: ledAlarmCondition
    case 16: pCoefficient
    case 17: dCoefficient
    case 18: iCoefficient
    case 19: minimumStartupForce
    case 20: cwDeadZone
    case 21: ccwDeadZone
    case 22: protectionCurrent
    case 23: angularResolution
    case 24: homingOffset
    case 25: operatingMode
    case 26: protectiveTorque
    case 27: protectionTime
    case 28: overloadTorque
    case 29: velocityClosedLoopPProportionalCoefficient
    case 30: overCurrentProtectionTime
    case 31: velocityClosedLoopIIntegralCoefficient
    case 32: torqueEnable
    case 33: acceleration
    case 34: goalPosition
    case 35: goalTime
    case 36: goalVelocity
    case 37: torqueLimit
    case 38: lock
    case 39: presentPosition
    case 40: presentVelocity
    case 41: presentLoad
    case 42: presentVoltage
    case 43: presentTemperature
    case 44: status
    case 45: moving
    case 46: presentCurrent
    default: preconditionFailure("a register of the table")
    }
  }
}
