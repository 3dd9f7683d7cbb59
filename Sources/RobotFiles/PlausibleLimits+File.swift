internal import RobotDescription
internal import Settings

/// Keys of what a robot's sensors can say at all.
enum PlausibleKey: String, FileKey {
  case jointSpeedMax = "joint_radians_per_second_max"
  case followingErrorMax = "following_error_radians_max"
  case armingMargin = "arming_margin_radians"
  case gyroMax = "gyro_radians_per_second_max"
}

extension PlausibleLimits {
  /// Reads the limits; what is left out has its default.
  init(_ mapping: FileMapping<PlausibleKey>) throws(RobotFileError) {
    self.init()
    func number(
      _ key: PlausibleKey, _ range: ClosedRange<Float>, _ fallback: Float
    ) throws(RobotFileError) -> Float {
      let expected = "a number from \(range.lowerBound) to \(range.upperBound)"
      return try mapping[key]?.number(expected) { range.contains($0) } ?? fallback
    }
    jointSpeedMaxRadiansPerSecond = try number(
      .jointSpeedMax, 1...1_000, jointSpeedMaxRadiansPerSecond)
    followingErrorMaxRadians = try number(.followingErrorMax, 0.05...7, followingErrorMaxRadians)
    armingMarginRadians = try number(.armingMargin, 0...3.2, armingMarginRadians)
    gyroMaxRadiansPerSecond = try number(.gyroMax, 1...100, gyroMaxRadiansPerSecond)
  }
}
