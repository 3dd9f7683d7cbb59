extension FeetechLink {
  /// What a walk relies on in an STS3215, in the order of the addresses.
  ///
  /// Factory values: Feetech's table for the STS3215. Left out is what does nothing in position mode, the
  /// gains of the velocity, and the vendor's own numbers from address 80 on, which nobody writes.
  public static var settings: [ServoSetting] { limits + control + protection + forgotten }

  private static var limits: [ServoSetting] {
    let narrow = "goals within the robot file's limits would be cut off"
    return [
      ServoSetting(
        "return_delay_time", .exactly(0), .setByBoard,
        because: "a later answer would not come within a tick"),
      ServoSetting(
        "response_status_level", .exactly(1), .setByBoard,
        because: "a servo has to acknowledge what it was told"),
      ServoSetting("min_position_limit", .lowestPosition, .refuse, because: narrow),
      ServoSetting("max_position_limit", .highestPosition, .refuse, because: narrow),
      ServoSetting(
        "max_temperature_limit", .temperatureMax, .refuse,
        because: "the servo is to stop before it is damaged, and after the robot has sat down"),
      ServoSetting(
        "max_voltage_limit", .atLeast(80), .refuse,
        because: "the servo would stop at the supply of a full battery"),
      ServoSetting(
        "min_voltage_limit", .supplyMin, .refuse,
        because: "the servo would stop at a supply at which the robot still walks"),
      ServoSetting(
        "max_torque_limit", .exactly(1_000), .refuse,
        because: "the policy was trained with the servo's whole torque"),
    ]
  }

  private static var control: [ServoSetting] {
    let trained = "the policy was trained with the factory's gains"
    let fine = "the policy was trained with a servo that follows small goals"
    return [
      ServoSetting(
        "phase", .exactly(12), .refuse, countsPosition: true,
        because: "direction, turns and speed are counted by it, and the vendor sets it"),
      ServoSetting(
        "unloading_condition", .bits(44), .refuse,
        because: "without it heat, current and overload destroy the servo"),
      ServoSetting(
        "p_coefficient", .positionGain, .setByBoard,
        because: "the policy was trained with the robot file's gain"),
      ServoSetting("d_coefficient", .exactly(32), .set, because: trained),
      ServoSetting("i_coefficient", .exactly(0), .set, because: trained),
      ServoSetting("minimum_startup_force", .exactly(16), .set, because: fine),
      ServoSetting("cw_dead_zone", .exactly(1), .set, because: fine),
      ServoSetting("ccw_dead_zone", .exactly(1), .set, because: fine),
    ]
  }

  private static var protection: [ServoSetting] {
    let early =
      "the policy was trained with the factory's protection; another comes early, or too late"
    return [
      ServoSetting("protection_current", .exactly(500), .refuse, because: early),
      ServoSetting(
        "angular_resolution", .exactly(1), .refuse, countsPosition: true,
        because: "positions are counted in parts of one turn"),
      ServoSetting(
        "homing_offset", .exactly(0), .refuse, countsPosition: true,
        because: "it moves the joint's zero; set it back and take the zeros anew"),
      ServoSetting(
        "operating_mode", .exactly(0), .setByBoard, countsPosition: true,
        because: "goals are positions within a turn"),
      ServoSetting("protective_torque", .exactly(20), .refuse, because: early),
      ServoSetting("protection_time", .exactly(200), .refuse, because: early),
      ServoSetting("overload_torque", .exactly(80), .refuse, because: early),
      ServoSetting("over_current_protection_time", .exactly(200), .refuse, because: early),
    ]
  }

  /// What a new start forgets.
  private static var forgotten: [ServoSetting] {
    let atOnce = "a goal of the policy is to be followed at once"
    return [
      ServoSetting("acceleration", .exactly(0), .setByBoard, because: atOnce),
      ServoSetting("goal_time", .exactly(0), .set, because: atOnce),
      ServoSetting("goal_velocity", .exactly(0), .setByBoard, because: atOnce),
      ServoSetting(
        "torque_limit", .exactly(1_000), .setByBoard,
        because: "the policy was trained with the servo's whole torque"),
    ]
  }
}
