internal import Settings

extension RandomisationConfiguration {
  /// Largest factor, friction or push that makes sense: a larger one is a mistaken unit.
  private static let largest: Float = 10

  static let settings: [Setting<TaskConfiguration>] =
    episodeSettings + bodySettings + delaySettings + sensorSettings + pushSettings

  private static let episodeSettings: [Setting<TaskConfiguration>] = [
    Setting(
      key("is_on"), \.randomisation.isOn, "draws body, servos, sensors, pushes for each episode"),
    Setting(
      key("share"), \.randomisation.share, .from(0, to: 1), "share of random episodes"),
    Setting(
      key("share_ramp"), \.randomisation.shareRamp, within: .from(0, to: 1),
      "part of the training over which the share grows from 0; [0, 0] has it whole throughout"),
  ]

  private static let bodySettings: [Setting<TaskConfiguration>] = [
    offset(
      "floor_friction", \.randomisation.floorFriction, from: 0, to: largest, unit: nil,
      "sliding friction between body and floor"),
    factor("torso_mass_factor", \.randomisation.torsoMassFactor, "mass and inertia of the torso"),
    factor("part_mass_factor", \.randomisation.partMassFactor, "mass and inertia of the others"),
    offset(
      "centre_of_mass_metres", \.randomisation.centreOfMassMetres, from: -1, to: 1, unit: "m",
      "offset of the torso's centre of mass along each axis"),
    factor("servo_gain_factor", \.randomisation.servoGainFactor, "stiffness of each servo"),
    factor(
      "torque_limit_factor", \.randomisation.torqueLimitFactor, "largest torque of all servos"),
    factor("joint_damping_factor", \.randomisation.jointDampingFactor, "damping of each joint"),
    factor(
      "joint_armature_factor", \.randomisation.jointArmatureFactor,
      "inertia of each joint's gear and rotor"),
    factor(
      "joint_friction_loss_factor", \.randomisation.jointFrictionLossFactor,
      "Coulomb friction of each joint"),
  ]

  private static let delaySettings: [Setting<TaskConfiguration>] = [
    delay("command_delay_ticks_max", \.randomisation.commandDelayTicksMax, "target to servo"),
    delay("imu_delay_ticks_max", \.randomisation.imuDelayTicksMax, "IMU to observation"),
    delay("joint_delay_ticks_max", \.randomisation.jointDelayTicksMax, "joint to observation"),
  ]

  private static let sensorSettings: [Setting<TaskConfiguration>] =
    [
      Setting(
        key("encoder_bias_radians_max"), \.randomisation.encoderBiasRadiansMax,
        .from(0, to: .pi), unit: "rad", "largest error of each joint's encoder in an episode"),
      Setting(
        key("imu_mounting_radians_max"), \.randomisation.imuMountingRadiansMax,
        .from(0, to: .pi), unit: "rad", "largest angle between body and IMU, about any axis"),
    ]
    + noise("joint_angle_noise", \.randomisation.jointAngleNoise, unit: "rad", "joint angle")
    + noise("joint_rate_noise", \.randomisation.jointRateNoise, unit: "rad/s", "joint velocity")
    + noise("gyro_noise", \.randomisation.gyroNoise, unit: "rad/s", "axis of the gyro")
    + noise("gravity_noise", \.randomisation.gravityNoise, unit: nil, "component of gravity")

  private static let pushSettings: [Setting<TaskConfiguration>] = [
    Setting(
      key("push_speed_max"), \.randomisation.pushSpeedMax, .from(0, to: largest), unit: "m/s",
      "largest change of the torso's velocity by a push"),
    Setting(
      key("push_interval_seconds"), \.randomisation.pushIntervalSeconds,
      within: .above(0, to: 10_000), unit: "s", "time between two pushes"),
  ]

  private typealias Read<Value> = @Sendable (TaskConfiguration) -> Value

  private static func key(_ name: String) -> String { "task.randomisation.\(name)" }

  /// A range of factors, which has some width unless it is switched off.
  private static func factor(
    _ name: String, _ value: @escaping Read<ClosedRange<Float>>, _ factored: String
  ) -> Setting<TaskConfiguration> {
    Setting(
      key(name), value, "two different numbers above 0, up to 10; [1, 1] switches it off",
      "factor of: \(factored)"
    ) {
      let range = value($0)
      return range.lowerBound > 0 && range.upperBound <= largest
        && (range.hasWidth || range == 1...1)
    }
  }

  /// A range of values, which has some width unless it is switched off.
  private static func offset(
    _ name: String, _ value: @escaping Read<ClosedRange<Float>>, from lower: Float, to upper: Float,
    unit: String?, _ meaning: String
  ) -> Setting<TaskConfiguration> {
    let bounds = NumberRange.from(lower, to: upper)
    return Setting(
      key(name), value, "two different numbers, \(bounds.text); [0, 0] switches it off",
      unit: unit, meaning
    ) {
      let range = value($0)
      return bounds.contains(range.lowerBound) && bounds.contains(range.upperBound)
        && (range.hasWidth || range == 0...0)
    }
  }

  private static func delay(
    _ name: String, _ value: @escaping Read<Int>, _ way: String
  ) -> Setting<TaskConfiguration> {
    Setting(
      key(name), value, .from(0, to: delayTicksMax), unit: "ticks", "largest delay from \(way)")
  }

  private static func noise(
    _ name: String, _ value: @escaping Read<SensorNoise>, unit: String?, _ reading: String
  ) -> [Setting<TaskConfiguration>] {
    [
      Setting(
        key("\(name).shape"), { value($0).shape }, "distribution of the noise of each \(reading)"),
      Setting(
        key("\(name).size"), { value($0).size }, .from(0), unit: unit,
        "largest value of uniform noise, standard deviation of normal noise; 0 is none"),
    ]
  }
}
