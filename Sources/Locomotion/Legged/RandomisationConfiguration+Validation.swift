extension RandomisationConfiguration {
  /// Largest factor, friction or push that is accepted; beyond it a unit was mistaken.
  private static let largest: Float = 10

  /// Checks every setting, whether randomisation is on or not.
  ///
  /// - Throws: ``TaskError/settingOutOfRange(name:found:expected:)`` naming the first that is
  ///   wrong.
  public func validate() throws(TaskError) {
    try Self.require((0...1).contains(share), "share", share, "a share from 0 to 1")
    try Self.require(
      shareRamp.lowerBound >= 0 && shareRamp.upperBound <= 1, "shareRamp", shareRamp,
      "a range within 0 to 1")
    try validateBody()
    try validateDelays()
    try validateSensors()
    try validatePushes()
  }

  private func validateBody() throws(TaskError) {
    let factors = [
      ("torsoMassFactor", torsoMassFactor), ("partMassFactor", partMassFactor),
      ("servoGainFactor", servoGainFactor), ("torqueLimitFactor", torqueLimitFactor),
      ("jointDampingFactor", jointDampingFactor), ("jointArmatureFactor", jointArmatureFactor),
      ("jointFrictionLossFactor", jointFrictionLossFactor),
    ]
    for (name, factor) in factors {
      try Self.require(
        factor.lowerBound > 0 && factor.upperBound <= Self.largest, name, factor,
        "a range within 0 to \(Self.largest), above 0")
      try Self.require(
        factor.hasWidth || factor == 1...1, name, factor,
        "a range of some width, or 1 to 1, which switches it off")
    }
    try Self.require(
      floorFriction.lowerBound >= 0 && floorFriction.upperBound <= Self.largest,
      "floorFriction", floorFriction, "a range within 0 to \(Self.largest)")
    for (name, range) in [
      ("floorFriction", floorFriction), ("centreOfMassMetres", centreOfMassMetres),
    ] {
      try Self.require(
        range.hasWidth || range == 0...0, name, range,
        "a range of some width, or 0 to 0, which switches it off")
    }
    try Self.require(
      centreOfMassMetres.lowerBound >= -1 && centreOfMassMetres.upperBound <= 1,
      "centreOfMassMetres", centreOfMassMetres, "a range within -1 to 1 m")
  }

  private func validateDelays() throws(TaskError) {
    let delays = [
      ("commandDelayTicksMax", commandDelayTicksMax), ("imuDelayTicksMax", imuDelayTicksMax),
      ("jointDelayTicksMax", jointDelayTicksMax),
    ]
    for (name, delay) in delays {
      try Self.require(
        (0...Self.delayTicksMax).contains(delay), name, delay, "0 to \(Self.delayTicksMax) ticks")
    }
  }

  private func validateSensors() throws(TaskError) {
    let angles = [
      ("encoderBiasRadiansMax", encoderBiasRadiansMax),
      ("imuMountingRadiansMax", imuMountingRadiansMax),
    ]
    for (name, angle) in angles {
      try Self.require((0...Float.pi).contains(angle), name, angle, "0 to pi radians")
    }
    let noises = [
      ("jointAngleNoise", jointAngleNoise), ("jointRateNoise", jointRateNoise),
      ("gyroNoise", gyroNoise), ("gravityNoise", gravityNoise),
    ]
    for (name, noise) in noises {
      try Self.require(
        noise.size >= 0 && noise.size.isFinite, "\(name).size", noise.size, "0 or more")
    }
  }

  private func validatePushes() throws(TaskError) {
    try Self.require(
      (0...Self.largest).contains(pushSpeedMax), "pushSpeedMax", pushSpeedMax,
      "0 to \(Self.largest) m/s")
    try Self.require(
      pushIntervalSeconds.lowerBound > 0 && pushIntervalSeconds.upperBound <= 1e4,
      "pushIntervalSeconds", pushIntervalSeconds, "a range above 0 s, up to 10000 s")
  }

  private static func require(
    _ holds: Bool, _ name: String, _ found: some CustomStringConvertible, _ expected: String
  ) throws(TaskError) {
    guard !holds else { return }
    throw .settingOutOfRange(
      name: "randomisation.\(name)", found: "\(found)", expected: expected)
  }
}
