extension DynamixelLink {
  /// What a walk relies on in an XL330, in the order of the addresses.
  ///
  /// Factory values and what they do: ROBOTIS's e-manual, "XL330-M288". Left out is what does nothing
  /// in position mode: goals of current and velocity, gains of the modes for them.
  public static var settings: [ServoSetting] { kept + forgotten }

  /// What a servo keeps without supply.
  private static var kept: [ServoSetting] {
    [
      ServoSetting(
        "return_delay_time", .exactly(0), .setByBoard,
        because: "a later answer would not come within a tick"),
      ServoSetting(
        "drive_mode", .exactly(0), .setByBoard, countsPosition: true,
        because: "another mode turns the other way, or takes moves for times"),
      ServoSetting(
        "operating_mode", .exactly(3), .setByBoard, countsPosition: true,
        because: "goals are positions within a turn"),
      ServoSetting(
        "secondary_id", .atLeast(253), .set,
        because: "a servo with a second ID follows another's goals as well"),
      ServoSetting(
        "homing_offset", .exactly(0), .refuse, countsPosition: true,
        because: "it moves the joint's zero; set it back and take the zeros anew"),
      ServoSetting(
        "temperature_limit", .temperatureMax, .refuse,
        because: "the servo is to stop before it is damaged, and after the robot has sat down"),
      ServoSetting(
        "max_voltage_limit", .atLeast(70), .refuse,
        because: "the servo would stop at the supply of a full battery"),
      ServoSetting(
        "min_voltage_limit", .supplyMin, .refuse,
        because: "the servo would stop at a supply at which the robot still walks"),
      ServoSetting(
        "pwm_limit", .exactly(885), .refuse,
        because: "the policy was trained with the servo's whole torque"),
      ServoSetting(
        "current_limit", .exactly(1_750), .refuse,
        because: "the policy was trained with the servo's whole torque"),
      ServoSetting(
        "velocity_limit", .atLeast(445), .refuse,
        because: "the policy was trained with the servo's whole speed"),
      ServoSetting(
        "max_position_limit", .highestPosition, .refuse,
        because: "goals within the robot file's limits would be refused"),
      ServoSetting(
        "min_position_limit", .lowestPosition, .refuse,
        because: "goals within the robot file's limits would be refused"),
      ServoSetting(
        "startup_configuration", .exactly(0), .set,
        because: "a servo that starts anew must not switch torque on by itself"),
      ServoSetting(
        "pwm_slope", .atLeast(140), .refuse,
        because: "the policy was trained with a servo that answers at once"),
      // Heat, shock and overload; the supply is watched by the robot itself.
      ServoSetting(
        "shutdown", .bits(0b11_0100), .refuse,
        because: "without it heat, shock and overload destroy the servo"),
    ]
  }

  /// What a new start forgets.
  private static var forgotten: [ServoSetting] {
    let trained = "the policy was trained with the factory's gains"
    let atOnce = "a goal of the policy is to be followed at once"
    return [
      ServoSetting("velocity_i_gain", .exactly(1_600), .set, because: trained),
      ServoSetting("velocity_p_gain", .exactly(180), .set, because: trained),
      ServoSetting("position_d_gain", .exactly(0), .set, because: trained),
      ServoSetting("position_i_gain", .exactly(0), .set, because: trained),
      ServoSetting(
        "position_p_gain", .positionGain, .setByBoard,
        because: "the policy was trained with the robot file's gain"),
      ServoSetting("feedforward_2nd_gain", .exactly(0), .set, because: trained),
      ServoSetting("feedforward_1st_gain", .exactly(0), .set, because: trained),
      ServoSetting(
        "bus_watchdog", .exactly(0), .setByBoard, because: "it is switched on when torque is"),
      ServoSetting(
        "goal_pwm", .exactly(885), .setByBoard,
        because: "the policy was trained with the servo's whole torque"),
      ServoSetting("profile_acceleration", .exactly(0), .setByBoard, because: atOnce),
      ServoSetting("profile_velocity", .exactly(0), .setByBoard, because: atOnce),
    ]
  }
}
