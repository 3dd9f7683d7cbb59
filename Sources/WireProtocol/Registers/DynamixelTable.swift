/// The control table of an XL330-M288, and of other Dynamixel X servos where they agree.
///
/// Addresses, first values and ranges are those of ROBOTIS's e-manual ("XL330-M288"); indirect
/// addresses are left out.
public enum DynamixelTable {
  /// How many registers the table has.
  public static var count: Int { @_noAllocation get { 54 } }

  /// A register of the table, in the order of the addresses.
  ///
  /// - Parameter index: 0 to ``count`` less one.
  @_noAllocation
  public static func register(at index: Int) -> ServoRegister {
    switch index {
    // What the servo is: 1200 is an XL330-M288.
    case 0: ServoRegister(0, 2, "model_number", .readOnly, 1200)
    // Reserved by the vendor.
    case 1: ServoRegister(2, 4, "model_information", .readOnly)
    // Version of the firmware.
    case 2: ServoRegister(6, 1, "firmware_version", .readOnly, 52)
    // Number on the bus.
    case 3: ServoRegister(7, 1, "id", .eeprom, 1, 0, 252)
    // Speed of the line, as a number of `Dynamixel/baudRate(_:)`.
    case 4: ServoRegister(8, 1, "baud_rate", .eeprom, 1, 0, 6)
    // Time from a request to its answer.
    case 5: ServoRegister(9, 1, "return_delay_time", .eeprom, 250, 0, 254, .init(2, "us"))
    // Bit 0 reverses the direction, bit 2 makes profiles times, bit 3 lets goals switch torque on.
    case 6: ServoRegister(10, 1, "drive_mode", .eeprom, 0, 0, 13)
    // 0 current, 1 velocity, 3 position, 4 several turns, 5 position with current, 16 PWM.
    case 7: ServoRegister(11, 1, "operating_mode", .eeprom, 3, 0, 16)
    // A second number that is followed and not answered; above 252 there is none.
    case 8: ServoRegister(12, 1, "secondary_id", .eeprom, 255, 0, 255)
    // Version of the protocol.
    case 9: ServoRegister(13, 1, "protocol_type", .eeprom, 2, 2, 22)
    // What is added to the position.
    case 10:
      ServoRegister(
        20, 4, "homing_offset", .eeprom, 0, -1044479, 1044479, .init(0.087890625, "deg"),
        coding: .signed)
    // Speed from which the servo says that it moves.
    case 11: ServoRegister(24, 4, "moving_threshold", .eeprom, 10, 0, 1023, .init(0.229, "rpm"))
    // Heat at which it lets go.
    case 12: ServoRegister(31, 1, "temperature_limit", .eeprom, 70, 0, 100, .init(1, "degC"))
    // Highest supply.
    case 13: ServoRegister(32, 2, "max_voltage_limit", .eeprom, 70, 31, 70, .init(0.1, "V"))
    // Lowest supply.
    case 14: ServoRegister(34, 2, "min_voltage_limit", .eeprom, 35, 31, 70, .init(0.1, "V"))
    // Largest duty cycle.
    case 15: ServoRegister(36, 2, "pwm_limit", .eeprom, 885, 0, 885, .init(0.113, "%"))
    // Largest current.
    case 16: ServoRegister(38, 2, "current_limit", .eeprom, 1750, 0, 1750, .init(1, "mA"))
    // Largest goal of velocity.
    case 17: ServoRegister(44, 4, "velocity_limit", .eeprom, 445, 0, 2047, .init(0.229, "rpm"))
    // Largest goal of position.
    case 18:
      ServoRegister(48, 4, "max_position_limit", .eeprom, 4095, 0, 4095, .init(0.087890625, "deg"))
    // Smallest goal of position.
    case 19:
      ServoRegister(52, 4, "min_position_limit", .eeprom, 0, 0, 4095, .init(0.087890625, "deg"))
    // What is taken from the backup at the start.
    case 20: ServoRegister(60, 1, "startup_configuration", .eeprom, 0, 0, 3)
    // How fast the duty cycle may grow.
    case 21: ServoRegister(62, 1, "pwm_slope", .eeprom, 140, 1, 255, .init(1.977, "mV/ms"))
    // Which hardware errors switch torque off, by their bits.
    case 22: ServoRegister(63, 1, "shutdown", .eeprom, 53, 0, 255)
    // Whether the servo holds.
    case 23: ServoRegister(64, 1, "torque_enable", .ram, 0, 0, 1)
    // The light.
    case 24: ServoRegister(65, 1, "led", .ram, 0, 0, 1)
    // What is answered: 0 ping, 1 also read, 2 all.
    case 25: ServoRegister(68, 1, "status_return_level", .ram, 2, 0, 2)
    // Whether a prepared write waits for its action.
    case 26: ServoRegister(69, 1, "registered_instruction", .readOnly)
    // Bit 0 voltage, 2 heat, 3 encoder, 4 shock, 5 overload.
    case 27: ServoRegister(70, 1, "hardware_error_status", .readOnly)
    // Integral gain of the velocity, in 1/65536.
    case 28: ServoRegister(76, 2, "velocity_i_gain", .ram, 1600, 0, 16383)
    // Proportional gain of the velocity, in 1/128.
    case 29: ServoRegister(78, 2, "velocity_p_gain", .ram, 180, 0, 16383)
    // Derivative gain of the position, in 1/16.
    case 30: ServoRegister(80, 2, "position_d_gain", .ram, 0, 0, 16383)
    // Integral gain of the position, in 1/65536.
    case 31: ServoRegister(82, 2, "position_i_gain", .ram, 0, 0, 16383)
    // Proportional gain of the position, in 1/128.
    case 32: ServoRegister(84, 2, "position_p_gain", .ram, 400, 0, 16383)
    // Gain of the goal's acceleration, in 1/4.
    case 33: ServoRegister(88, 2, "feedforward_2nd_gain", .ram, 0, 0, 16383)
    // Gain of the goal's velocity, in 1/4.
    case 34: ServoRegister(90, 2, "feedforward_1st_gain", .ram, 0, 0, 16383)
    // Silence after which the servo stops; -1 says that it did, 0 switches the watchdog off.
    case 35:
      ServoRegister(98, 1, "bus_watchdog", .ram, 0, -1, 127, .init(20, "ms"), coding: .signed)
    // Duty cycle to make, or the most in other modes.
    case 36:
      ServoRegister(100, 2, "goal_pwm", .ram, 885, -885, 885, .init(0.113, "%"), coding: .signed)
    // Current to make.
    case 37:
      ServoRegister(
        102, 2, "goal_current", .ram, 1750, -1750, 1750, .init(1, "mA"), coding: .signed)
    // Velocity to make.
    case 38:
      ServoRegister(
        104, 4, "goal_velocity", .ram, 0, -2047, 2047, .init(0.229, "rpm"), coding: .signed)
    // Acceleration of a move; 0 has no limit.
    case 39:
      ServoRegister(108, 4, "profile_acceleration", .ram, 0, 0, 32767, .init(214.577, "rev/min2"))
    // Velocity of a move; 0 has no limit.
    case 40: ServoRegister(112, 4, "profile_velocity", .ram, 0, 0, 32767, .init(0.229, "rpm"))
    // Position to go to.
    case 41:
      ServoRegister(
        116, 4, "goal_position", .ram, 0, -1048575, 1048575, .init(0.087890625, "deg"),
        coding: .signed)
    // Time since the start; it wraps.
    case 42: ServoRegister(120, 2, "realtime_tick", .readOnly, 0, 0, 32767, .init(1, "ms"))
    // Whether it moves.
    case 43: ServoRegister(122, 1, "moving", .readOnly, 0, 0, 1)
    // What it knows of its move.
    case 44: ServoRegister(123, 1, "moving_status", .readOnly, 0, 0, 255)
    // Duty cycle.
    case 45:
      ServoRegister(
        124, 2, "present_pwm", .readOnly, 0, -885, 885, .init(0.113, "%"), coding: .signed)
    // Current.
    case 46:
      ServoRegister(
        126, 2, "present_current", .readOnly, 0, -32768, 32767, .init(1, "mA"), coding: .signed)
    // Velocity.
    case 47:
      ServoRegister(
        128, 4, "present_velocity", .readOnly, 0, -2147483647, .max, .init(0.229, "rpm"),
        coding: .signed)
    // Position.
    case 48:
      ServoRegister(
        132, 4, "present_position", .readOnly, 0, -2147483647, .max, .init(0.087890625, "deg"),
        coding: .signed)
    // Velocity that the move wants now.
    case 49:
      ServoRegister(
        136, 4, "velocity_trajectory", .readOnly, 0, -2147483647, .max, .init(0.229, "rpm"),
        coding: .signed)
    // Position that the move wants now.
    case 50:
      ServoRegister(
        140, 4, "position_trajectory", .readOnly, 0, -2147483647, .max, .init(0.087890625, "deg"),
        coding: .signed)
    // Supply.
    case 51: ServoRegister(144, 2, "present_input_voltage", .readOnly, 50, 0, .max, .init(0.1, "V"))
    // Heat.
    case 52: ServoRegister(146, 1, "present_temperature", .readOnly, 30, 0, 255, .init(1, "degC"))
    // Whether there is a backup.
    case 53: ServoRegister(147, 1, "backup_ready", .readOnly, 0, 0, 1)
    default: preconditionFailure("a register of the table")
    }
  }
}
