internal import RobotDescription
internal import Settings

/// The keys of the limits of plausible readings.
enum PlausibleKey: String, SettingsKey {
  case jointSpeedMax = "joint_radians_per_second_max"
  case followingErrorMax = "following_error_radians_max"
  case armingMargin = "arming_margin_radians"
  case gyroMax = "gyro_radians_per_second_max"
}

extension PlausibleLimits {
  /// Reads the limits; a missing key has its default.
  init(_ mapping: SettingsMapping<PlausibleKey>) throws(SettingsError) {
    self.init()
    jointSpeedMaxRadiansPerSecond =
      try mapping[.jointSpeedMax]?.number(in: 1...1_000) ?? jointSpeedMaxRadiansPerSecond
    followingErrorMaxRadians =
      try mapping[.followingErrorMax]?.number(in: 0.05...7) ?? followingErrorMaxRadians
    armingMarginRadians = try mapping[.armingMargin]?.number(in: 0...3.2) ?? armingMarginRadians
    gyroMaxRadiansPerSecond =
      try mapping[.gyroMax]?.number(in: 1...100) ?? gyroMaxRadiansPerSecond
  }
}
