/// The control table of an XL330, from ROBOTIS's e-manual ("XL330-M288").
///
/// Other Dynamixel X servos have most of these addresses, and other limits.
enum XL330 {
  static var facts: ServoFacts {
    @_noAllocation get {
      ServoFacts(
        family: .dynamixel,
        models: [ServoModel(1190, "XL330-M077"), ServoModel(1200, "XL330-M288"), nil, nil],
        byteCount: 228,
        indirect: IndirectAddresses(addresses: 168, data: 208, count: 20),
        stallMilliamperes: 1_470)
    }
  }

  private static var velocity: ServoRegister.Unit {
    @_noAllocation get { .init(0.229, "rpm") }
  }
  private static var acceleration: ServoRegister.Unit {
    @_noAllocation get { .init(214.577, "rev/min2") }
  }
  private static var duty: ServoRegister.Unit { @_noAllocation get { .init(0.113, "%") } }
  private static var watchdogPeriod: ServoRegister.Unit { @_noAllocation get { .init(20, "ms") } }

  @_noAllocation
  static func register(_ role: RegisterRole) -> ServoRegister? {
    switch role {
    case .modelNumber: ServoRegister(0, 2, "model_number", .readOnly, 1200)
    case .modelInformation: ServoRegister(2, 4, "model_information", .readOnly)
    case .firmwareVersion: ServoRegister(6, 1, "firmware_version", .readOnly, 52)
    case .id: ServoRegister(7, 1, "id", .eeprom, 1, 0, 252)
    case .baudRate: ServoRegister(8, 1, "baud_rate", .eeprom, 1, 0, 6)
    case .returnDelay:
      ServoRegister(9, 1, "return_delay_time", .eeprom, 250, 0, 254, .twoMicroseconds)
    case .driveMode: ServoRegister(10, 1, "drive_mode", .eeprom, 0, 0, 13)
    case .operatingMode: ServoRegister(11, 1, "operating_mode", .eeprom, 3, 0, 16)
    case .secondaryID: ServoRegister(12, 1, "secondary_id", .eeprom, 255, 0, 255)
    case .protocolType: ServoRegister(13, 1, "protocol_type", .eeprom, 2, 2, 22)
    case .homingOffset:
      ServoRegister(
        20, 4, "homing_offset", .eeprom, 0, -1044479, 1044479, .encoderCount,
        coding: .signed)
    case .movingThreshold: ServoRegister(24, 4, "moving_threshold", .eeprom, 10, 0, 1023, velocity)
    case .temperatureLimit: ServoRegister(31, 1, "temperature_limit", .eeprom, 70, 0, 100, .celsius)
    case .maxVoltage: ServoRegister(32, 2, "max_voltage_limit", .eeprom, 70, 31, 70, .decivolt)
    case .minVoltage: ServoRegister(34, 2, "min_voltage_limit", .eeprom, 35, 31, 70, .decivolt)
    case .pwmLimit: ServoRegister(36, 2, "pwm_limit", .eeprom, 885, 0, 885, duty)
    case .currentLimit: ServoRegister(38, 2, "current_limit", .eeprom, 1750, 0, 1750, .milliampere)
    case .velocityLimit: ServoRegister(44, 4, "velocity_limit", .eeprom, 445, 0, 2047, velocity)
    case .maxPosition:
      ServoRegister(48, 4, "max_position_limit", .eeprom, 4095, 0, 4095, .encoderCount)
    case .minPosition:
      ServoRegister(52, 4, "min_position_limit", .eeprom, 0, 0, 4095, .encoderCount)
    case .startupConfiguration: ServoRegister(60, 1, "startup_configuration", .eeprom, 0, 0, 3)
    case .pwmSlope: ServoRegister(62, 1, "pwm_slope", .eeprom, 140, 1, 255, .init(1.977, "mV/ms"))
    case .shutdown: ServoRegister(63, 1, "shutdown", .eeprom, 53, 0, 255)
    case .torqueEnable: ServoRegister(64, 1, "torque_enable", .ram, 0, 0, 1)
    case .led: ServoRegister(65, 1, "led", .ram, 0, 0, 1)
    case .statusLevel: ServoRegister(68, 1, "status_return_level", .ram, 2, 0, 2)
    case .registeredInstruction: ServoRegister(69, 1, "registered_instruction", .readOnly)
    case .errors: ServoRegister(70, 1, "hardware_error_status", .readOnly)
    case .velocityIGain: ServoRegister(76, 2, "velocity_i_gain", .ram, 1600, 0, 16383)
    case .velocityPGain: ServoRegister(78, 2, "velocity_p_gain", .ram, 180, 0, 16383)
    case .positionDGain: ServoRegister(80, 2, "position_d_gain", .ram, 0, 0, 16383)
    case .positionIGain: ServoRegister(82, 2, "position_i_gain", .ram, 0, 0, 16383)
    case .positionPGain: ServoRegister(84, 2, "position_p_gain", .ram, 400, 0, 16383)
    case .accelerationFeedforward: ServoRegister(88, 2, "feedforward_2nd_gain", .ram, 0, 0, 16383)
    case .velocityFeedforward: ServoRegister(90, 2, "feedforward_1st_gain", .ram, 0, 0, 16383)
    case .busWatchdog:
      ServoRegister(98, 1, "bus_watchdog", .ram, 0, -1, 127, watchdogPeriod, coding: .signed)
    case .goalPWM:
      ServoRegister(100, 2, "goal_pwm", .ram, 885, -885, 885, duty, coding: .signed)
    case .goalCurrent:
      ServoRegister(
        102, 2, "goal_current", .ram, 1750, -1750, 1750, .milliampere, coding: .signed)
    case .goalVelocity:
      ServoRegister(
        104, 4, "goal_velocity", .ram, 0, -2047, 2047, velocity, coding: .signed)
    case .profileAcceleration:
      ServoRegister(108, 4, "profile_acceleration", .ram, 0, 0, 32767, acceleration)
    case .profileVelocity: ServoRegister(112, 4, "profile_velocity", .ram, 0, 0, 32767, velocity)
    case .goalPosition:
      ServoRegister(
        116, 4, "goal_position", .ram, 0, -1048575, 1048575, .encoderCount,
        coding: .signed)
    case .uptime: ServoRegister(120, 2, "realtime_tick", .readOnly, 0, 0, 32767, .millisecond)
    case .moving: ServoRegister(122, 1, "moving", .readOnly, 0, 0, 1)
    case .movingStatus: ServoRegister(123, 1, "moving_status", .readOnly, 0, 0, 255)
    case .presentPWM:
      ServoRegister(
        124, 2, "present_pwm", .readOnly, 0, -885, 885, duty, coding: .signed)
    case .presentCurrent:
      ServoRegister(
        126, 2, "present_current", .readOnly, 0, -32768, 32767, .milliampere, coding: .signed)
    case .presentVelocity:
      ServoRegister(
        128, 4, "present_velocity", .readOnly, 0, -2147483647, .max, velocity,
        coding: .signed)
    case .presentPosition:
      ServoRegister(
        132, 4, "present_position", .readOnly, 0, -2147483647, .max, .encoderCount,
        coding: .signed)
    case .velocityTrajectory:
      ServoRegister(
        136, 4, "velocity_trajectory", .readOnly, 0, -2147483647, .max, velocity,
        coding: .signed)
    case .positionTrajectory:
      ServoRegister(
        140, 4, "position_trajectory", .readOnly, 0, -2147483647, .max, .encoderCount,
        coding: .signed)
    case .presentVoltage:
      ServoRegister(144, 2, "present_input_voltage", .readOnly, 50, 0, .max, .decivolt)
    case .presentTemperature:
      ServoRegister(146, 1, "present_temperature", .readOnly, 30, 0, 255, .celsius)
    case .backupReady: ServoRegister(147, 1, "backup_ready", .readOnly, 0, 0, 1)
    default: nil
    }
  }
}
