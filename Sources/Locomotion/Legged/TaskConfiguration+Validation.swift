internal import RobotDescription

extension TaskConfiguration {
  /// Largest speed and turning rate that are accepted; beyond them a unit was mistaken.
  private static let speedMax: Float = 20

  /// Ticks of the longest episode: months.
  private static let episodeTicksMaxMax = 1_000_000_000

  /// Checks every setting.
  ///
  /// - Throws: ``TaskError/settingOutOfRange(name:found:expected:)`` naming the first that is
  ///   wrong.
  public func validate() throws(TaskError) {
    try validateCommands()
    try validateEpisodes()
    try validateReward()
    try randomisation.validate()
  }

  private func validateCommands() throws(TaskError) {
    try Self.require(
      actionScale > 0 && actionScale <= .pi, "actionScale", actionScale, "above 0, to pi radians")
    let ranges = [
      ("forwardRange", forwardRange), ("leftRange", leftRange), ("yawRateRange", yawRateRange),
    ]
    for (name, range) in ranges {
      try Self.require(
        range.lowerBound >= -Self.speedMax && range.upperBound <= Self.speedMax, name, range,
        "a range within -\(Self.speedMax) to \(Self.speedMax)")
    }
    try Self.require(
      (0...1).contains(standingShare), "standingShare", standingShare, "a share from 0 to 1")
    try Self.require(
      commandIntervalTicks >= 0, "commandIntervalTicks", commandIntervalTicks, "0 or more ticks")
    try Self.require(
      (1...ObservationLayout.historyMax).contains(historyCount), "historyCount", historyCount,
      "1 to \(ObservationLayout.historyMax) ticks")
  }

  private func validateEpisodes() throws(TaskError) {
    try Self.require(
      (1...Self.episodeTicksMaxMax).contains(episodeTicksMax), "episodeTicksMax", episodeTicksMax,
      "1 to \(Self.episodeTicksMaxMax) ticks")
    try Self.require(
      (0...Float.pi).contains(startAngleNoiseRadians), "startAngleNoiseRadians",
      startAngleNoiseRadians, "0 to pi radians")
    try Self.require(
      (-1...1).contains(uprightMin), "uprightMin", uprightMin, "a cosine, -1 to 1")
    try Self.require(
      heightMinMetres.isFinite, "heightMinMetres", heightMinMetres, "a number of metres")
  }

  private func validateReward() throws(TaskError) {
    try Self.require(
      velocitySmoothing > 0 && velocitySmoothing <= 1, "velocitySmoothing", velocitySmoothing,
      "a share above 0, to 1")
    let sizes = [
      ("trackedSpeedMin", trackedSpeedMin), ("trackedYawRateMin", trackedYawRateMin),
      ("clearanceMetres", clearanceMetres),
    ]
    for (name, size) in sizes {
      try Self.require(size > 0 && size.isFinite, name, size, "a number above 0")
    }
    try Self.require(
      airTimeMinSeconds >= 0 && airTimeMinSeconds <= airTimeMaxSeconds
        && airTimeMaxSeconds.isFinite, "airTimeMinSeconds", airTimeMinSeconds,
      "0 to air_time_max_seconds, \(airTimeMaxSeconds)")
    try requireWhatWeightsNeed()
    for joint in gaitJoints {
      let angles = [joint.liftRadians, joint.strideRadians, joint.turnRadians]
      try Self.require(
        angles.allSatisfy(\.isFinite), "gaitJoints", joint.name, "angles that are numbers")
    }
    for term in RewardTerm.groups.flatMap({ $0 }) {
      let weight = reward[keyPath: term.weight]
      try Self.require(weight.isFinite, "reward.\(term.name)", weight, "a number")
    }
  }

  /// Refuses a weight whose term lacks a setting that it needs.
  private func requireWhatWeightsNeed() throws(TaskError) {
    let onClock = [("gaitContact", reward.gaitContact), ("gaitPose", reward.gaitPose)]
    for (name, weight) in onClock {
      try Self.require(
        weight == 0 || gaitPeriodTicks > 0, "reward.\(name)", weight,
        "0 without a clock; set gait_period_ticks")
    }
    try Self.require(
      reward.gaitPose == 0 || !gaitJoints.isEmpty, "reward.gaitPose", reward.gaitPose,
      "0 without joints; name them in gait_joints")
    try Self.require(
      reward.posture == 0 || !postureJoints.isEmpty, "reward.posture", reward.posture,
      "0 without joints; name them in posture_joints")
  }

  private static func require(
    _ holds: Bool, _ name: String, _ found: some CustomStringConvertible, _ expected: String
  ) throws(TaskError) {
    guard !holds else { return }
    throw .settingOutOfRange(name: name, found: "\(found)", expected: expected)
  }
}
