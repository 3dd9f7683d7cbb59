/// The memory table of an STS3215, from Feetech's table of the STS3215.
///
/// Register names are those of lerobot (`src/lerobot/motors/feetech/tables.py`). The vendor
/// publishes no first values for the factory registers from address 80 on; 0 stands for them.
enum STS3215 {
  static var facts: ServoFacts {
    @_noAllocation get {
      ServoFacts(
        family: .feetech, models: [ServoModel(777, "STS3215"), nil, nil, nil], byteCount: 87,
        indirect: nil, stallMilliamperes: 2_700)
    }
  }

  private static var acceleration: ServoRegister.Unit {
    @_noAllocation get { .init(100, "step/s2") }
  }
  private static var current: ServoRegister.Unit { @_noAllocation get { .init(6.5, "mA") } }
  private static var torque: ServoRegister.Unit { @_noAllocation get { .init(0.1, "%") } }

  @_noAllocation
  static func register(_ role: RegisterRole) -> ServoRegister? {
    switch role {
    case .firmwareVersion: ServoRegister(0, 1, "firmware_major_version", .readOnly, 3, 0, 255)
    case .firmwareMinorVersion: ServoRegister(1, 1, "firmware_minor_version", .readOnly, 10, 0, 255)
    case .modelNumber: ServoRegister(3, 2, "model_number", .readOnly, 777, 0, 65535)
    case .id: ServoRegister(5, 1, "id", .eeprom, 1, 0, 253)
    case .baudRate: ServoRegister(6, 1, "baud_rate", .eeprom, 0, 0, 7)
    case .returnDelay:
      ServoRegister(7, 1, "return_delay_time", .eeprom, 250, 0, 254, .twoMicroseconds)
    case .statusLevel: ServoRegister(8, 1, "response_status_level", .eeprom, 1, 0, 1)
    case .minPosition:
      ServoRegister(9, 2, "min_position_limit", .eeprom, 0, 0, 4094, .encoderCount)
    case .maxPosition:
      ServoRegister(11, 2, "max_position_limit", .eeprom, 4095, 1, 4095, .encoderCount)
    case .temperatureLimit:
      ServoRegister(13, 1, "max_temperature_limit", .eeprom, 70, 0, 100, .celsius)
    case .maxVoltage: ServoRegister(14, 1, "max_voltage_limit", .eeprom, 80, 0, 254, .decivolt)
    case .minVoltage: ServoRegister(15, 1, "min_voltage_limit", .eeprom, 40, 0, 254, .decivolt)
    case .torqueLimitAtStart:
      ServoRegister(16, 2, "max_torque_limit", .eeprom, 1000, 0, 1000, torque)
    case .phase: ServoRegister(18, 1, "phase", .eeprom, 12, 0, 254)
    case .shutdown: ServoRegister(19, 1, "unloading_condition", .eeprom, 44, 0, 254)
    case .ledAlarm: ServoRegister(20, 1, "led_alarm_condition", .eeprom, 47, 0, 254)
    case .positionPGain: ServoRegister(21, 1, "p_coefficient", .eeprom, 32, 0, 254)
    case .positionDGain: ServoRegister(22, 1, "d_coefficient", .eeprom, 32, 0, 254)
    case .positionIGain: ServoRegister(23, 1, "i_coefficient", .eeprom, 0, 0, 254)
    case .startupForce: ServoRegister(24, 2, "minimum_startup_force", .eeprom, 16, 0, 1000, torque)
    case .clockwiseDeadZone: ServoRegister(26, 1, "cw_dead_zone", .eeprom, 1, 0, 32, .encoderCount)
    case .counterclockwiseDeadZone:
      ServoRegister(27, 1, "ccw_dead_zone", .eeprom, 1, 0, 32, .encoderCount)
    case .currentLimit: ServoRegister(28, 2, "protection_current", .eeprom, 500, 0, 511, current)
    case .angularResolution: ServoRegister(30, 1, "angular_resolution", .eeprom, 1, 1, 3)
    case .homingOffset:
      ServoRegister(
        31, 2, "homing_offset", .eeprom, 0, -2047, 2047, .encoderCount,
        coding: .signBit(11))
    case .operatingMode: ServoRegister(33, 1, "operating_mode", .eeprom, 0, 0, 3)
    case .protectiveTorque: ServoRegister(34, 1, "protective_torque", .eeprom, 20, 0, 100, .percent)
    case .overloadTime:
      ServoRegister(35, 1, "protection_time", .eeprom, 200, 0, 254, .tenMilliseconds)
    case .overloadTorque: ServoRegister(36, 1, "overload_torque", .eeprom, 80, 0, 100, .percent)
    case .velocityPGain:
      ServoRegister(37, 1, "velocity_closed_loop_p_proportional_coefficient", .eeprom, 10, 0, 100)
    case .overcurrentTime:
      ServoRegister(38, 1, "over_current_protection_time", .eeprom, 200, 0, 254, .tenMilliseconds)
    case .velocityIGain:
      ServoRegister(39, 1, "velocity_closed_loop_i_integral_coefficient", .eeprom, 200, 0, 254)
    case .torqueEnable: ServoRegister(40, 1, "torque_enable", .ram, 0, 0, 128)
    case .profileAcceleration: ServoRegister(41, 1, "acceleration", .ram, 0, 0, 254, acceleration)
    case .goalPosition:
      ServoRegister(
        42, 2, "goal_position", .ram, 0, -32767, 32767, .encoderCount,
        coding: .signBit(15))
    case .goalTime: ServoRegister(44, 2, "goal_time", .ram, 0, 0, 1000)
    case .profileVelocity:
      ServoRegister(
        46, 2, "goal_velocity", .ram, 0, -32767, 32767, .encoderCountPerSecond, coding: .signBit(15)
      )
    case .torqueLimit: ServoRegister(48, 2, "torque_limit", .ram, 1000, 0, 1000, torque)
    case .lock: ServoRegister(55, 1, "lock", .ram, 1, 0, 1)
    case .presentPosition:
      ServoRegister(
        56, 2, "present_position", .readOnly, 0, -32767, 32767, .encoderCount,
        coding: .signBit(15))
    case .presentVelocity:
      ServoRegister(
        58, 2, "present_velocity", .readOnly, 0, -32767, 32767, .encoderCountPerSecond,
        coding: .signBit(15))
    case .presentLoad:
      ServoRegister(
        60, 2, "present_load", .readOnly, 0, -1023, 1023, torque, coding: .signBit(10))
    case .presentVoltage: ServoRegister(62, 1, "present_voltage", .readOnly, 74, 0, 255, .decivolt)
    case .presentTemperature:
      ServoRegister(63, 1, "present_temperature", .readOnly, 30, 0, 255, .celsius)
    case .errors: ServoRegister(65, 1, "status", .readOnly, 0, 0, 255)
    case .moving: ServoRegister(66, 1, "moving", .readOnly, 0, 0, 1)
    case .presentCurrent:
      ServoRegister(
        69, 2, "present_current", .readOnly, 0, -32767, 32767, current,
        coding: .signBit(15))
    case .movingThreshold:
      ServoRegister(80, 1, "moving_velocity_threshold", .eeprom, 0, 0, 254)
    case .controlPeriod: ServoRegister(81, 1, "dts", .eeprom, 0, 0, 254, .millisecond)
    case .velocityUnit: ServoRegister(82, 1, "velocity_unit_factor", .eeprom, 0, 0, 254)
    case .pulseTime: ServoRegister(83, 1, "hts", .eeprom, 0, 0, 254)
    case .velocityLimit: ServoRegister(84, 1, "maximum_velocity_limit", .eeprom, 0, 0, 254)
    case .accelerationLimit: ServoRegister(85, 1, "maximum_acceleration", .eeprom, 0, 0, 254)
    case .accelerationMultiplier:
      ServoRegister(86, 1, "acceleration_multiplier", .eeprom, 0, 0, 254)
    default: nil
    }
  }
}
