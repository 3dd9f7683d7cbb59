/// The memory of an STS3215.
///
/// Addresses, first values and ranges are those of Feetech's table for the STS3215 (as a
/// new one answers), names those of lerobot (`src/lerobot/motors/feetech/tables.py`).
public enum FeetechTable {
  /// How many registers the table has.
  public static var count: Int { @_noAllocation get { 47 } }

  /// A register of the table, in the order of the addresses.
  ///
  /// - Parameter index: 0 to ``count`` less one.
  @_noAllocation
  public static func register(at index: Int) -> ServoRegister {
    switch index {
    // Version of the firmware, before the point.
    case 0: ServoRegister(0, 1, "firmware_major_version", .readOnly, 3, 0, 255)
    // Version of the firmware, behind the point.
    case 1: ServoRegister(1, 1, "firmware_minor_version", .readOnly, 10, 0, 255)
    // What the servo is: 777 is an STS3215.
    case 2: ServoRegister(3, 2, "model_number", .readOnly, 777, 0, 65535)
    // Number on the bus.
    case 3: ServoRegister(5, 1, "id", .eeprom, 1, 0, 253)
    // Speed of the line, as a number of `Feetech/baudRate(_:)`.
    case 4: ServoRegister(6, 1, "baud_rate", .eeprom, 0, 0, 7)
    // Time from a request to its answer.
    case 5: ServoRegister(7, 1, "return_delay_time", .eeprom, 250, 0, 254, .init(2, "us"))
    // What is answered: 0 ping and reads, 1 all.
    case 6: ServoRegister(8, 1, "response_status_level", .eeprom, 1, 0, 1)
    // Smallest goal of position.
    case 7:
      ServoRegister(9, 2, "min_position_limit", .eeprom, 0, 0, 4094, .init(0.087890625, "deg"))
    // Largest goal of position.
    case 8:
      ServoRegister(11, 2, "max_position_limit", .eeprom, 4095, 1, 4095, .init(0.087890625, "deg"))
    // Heat at which it lets go.
    case 9: ServoRegister(13, 1, "max_temperature_limit", .eeprom, 70, 0, 100, .init(1, "degC"))
    // Highest supply.
    case 10: ServoRegister(14, 1, "max_voltage_limit", .eeprom, 80, 0, 254, .init(0.1, "V"))
    // Lowest supply.
    case 11: ServoRegister(15, 1, "min_voltage_limit", .eeprom, 40, 0, 254, .init(0.1, "V"))
    // Largest torque that a new start allows.
    case 12: ServoRegister(16, 2, "max_torque_limit", .eeprom, 1000, 0, 1000, .init(0.1, "%"))
    // Set by the vendor.
    case 13: ServoRegister(18, 1, "phase", .eeprom, 12, 0, 254)
    // Which errors switch torque off, by their bits.
    case 14: ServoRegister(19, 1, "unloading_condition", .eeprom, 44, 0, 254)
    // Which errors light the light, by their bits.
    case 15: ServoRegister(20, 1, "led_alarm_condition", .eeprom, 47, 0, 254)
    // Proportional gain of the position.
    case 16: ServoRegister(21, 1, "p_coefficient", .eeprom, 32, 0, 254)
    // Derivative gain of the position.
    case 17: ServoRegister(22, 1, "d_coefficient", .eeprom, 32, 0, 254)
    // Integral gain of the position.
    case 18: ServoRegister(23, 1, "i_coefficient", .eeprom, 0, 0, 254)
    // Least torque that makes it move.
    case 19: ServoRegister(24, 2, "minimum_startup_force", .eeprom, 16, 0, 1000, .init(0.1, "%"))
    // Error that is let be, clockwise.
    case 20: ServoRegister(26, 1, "cw_dead_zone", .eeprom, 1, 0, 32, .init(0.087890625, "deg"))
    // Error that is let be, counter-clockwise.
    case 21: ServoRegister(27, 1, "ccw_dead_zone", .eeprom, 1, 0, 32, .init(0.087890625, "deg"))
    // Current that counts as too high.
    case 22: ServoRegister(28, 2, "protection_current", .eeprom, 500, 0, 511, .init(6.5, "mA"))
    // Factor on the smallest step of the position.
    case 23: ServoRegister(30, 1, "angular_resolution", .eeprom, 1, 1, 3)
    // What is taken off the position.
    case 24:
      ServoRegister(
        31, 2, "homing_offset", .eeprom, 0, -2047, 2047, .init(0.087890625, "deg"),
        coding: .signBit(11))
    // 0 position, 1 velocity, 2 PWM, 3 steps.
    case 25: ServoRegister(33, 1, "operating_mode", .eeprom, 0, 0, 3)
    // Torque that is left after an overload.
    case 26: ServoRegister(34, 1, "protective_torque", .eeprom, 20, 0, 100, .init(1, "%"))
    // Time that an overload is let be.
    case 27: ServoRegister(35, 1, "protection_time", .eeprom, 200, 0, 254, .init(10, "ms"))
    // Torque that counts as overload.
    case 28: ServoRegister(36, 1, "overload_torque", .eeprom, 80, 0, 100, .init(1, "%"))
    // Proportional gain of the velocity.
    case 29:
      ServoRegister(37, 1, "velocity_closed_loop_p_proportional_coefficient", .eeprom, 10, 0, 100)
    // Time that too high a current is let be.
    case 30:
      ServoRegister(38, 1, "over_current_protection_time", .eeprom, 200, 0, 254, .init(10, "ms"))
    // Integral gain of the velocity.
    case 31:
      ServoRegister(39, 1, "velocity_closed_loop_i_integral_coefficient", .eeprom, 200, 0, 254)
    // Whether the servo holds; 128 makes the present position the middle.
    case 32: ServoRegister(40, 1, "torque_enable", .ram, 0, 0, 128)
    // Acceleration of a move; 0 has no limit.
    case 33: ServoRegister(41, 1, "acceleration", .ram, 0, 0, 254, .init(100, "step/s2"))
    // Position to go to.
    case 34:
      ServoRegister(
        42, 2, "goal_position", .ram, 0, -32767, 32767, .init(0.087890625, "deg"),
        coding: .signBit(15))
    // Time of a move; the unit depends on the firmware.
    case 35: ServoRegister(44, 2, "goal_time", .ram, 0, 0, 1000)
    // Velocity of a move; 0 has no limit.
    case 36:
      ServoRegister(
        46, 2, "goal_velocity", .ram, 0, -32767, 32767, .init(1, "step/s"), coding: .signBit(15))
    // Largest torque.
    case 37: ServoRegister(48, 2, "torque_limit", .ram, 1000, 0, 1000, .init(0.1, "%"))
    // Whether what is kept without supply is protected from writes.
    case 38: ServoRegister(55, 1, "lock", .ram, 1, 0, 1)
    // Position.
    case 39:
      ServoRegister(
        56, 2, "present_position", .readOnly, 0, -32767, 32767, .init(0.087890625, "deg"),
        coding: .signBit(15))
    // Velocity.
    case 40:
      ServoRegister(
        58, 2, "present_velocity", .readOnly, 0, -32767, 32767, .init(1, "step/s"),
        coding: .signBit(15))
    // Duty cycle of the motor, which goes with its load.
    case 41:
      ServoRegister(
        60, 2, "present_load", .readOnly, 0, -1023, 1023, .init(0.1, "%"), coding: .signBit(10))
    // Supply.
    case 42: ServoRegister(62, 1, "present_voltage", .readOnly, 74, 0, 255, .init(0.1, "V"))
    // Heat.
    case 43: ServoRegister(63, 1, "present_temperature", .readOnly, 30, 0, 255, .init(1, "degC"))
    // What is wrong, as `FeetechErrors`.
    case 44: ServoRegister(65, 1, "status", .readOnly, 0, 0, 255)
    // Whether it moves.
    case 45: ServoRegister(66, 1, "moving", .readOnly, 0, 0, 1)
    // Current.
    case 46:
      ServoRegister(
        69, 2, "present_current", .readOnly, 0, -32767, 32767, .init(6.5, "mA"),
        coding: .signBit(15))
    default: preconditionFailure("a register of the table")
    }
  }
}
