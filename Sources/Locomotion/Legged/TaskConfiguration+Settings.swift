internal import RobotDescription
public import Settings

extension TaskConfiguration {
  /// Checks every setting.
  ///
  /// - Throws: ``TaskError/setting(_:)`` naming the first that is out of range.
  public func validate() throws(TaskError) {
    do {
      try Self.settings.check(self)
    } catch {
      throw .setting(error)
    }
  }

  /// Every setting, those of the reward and of the randomisation included.
  public static let settings: [Setting<TaskConfiguration>] =
    commandSettings + observationSettings + episodeSettings + rewardShapeSettings + gaitSettings
    + RewardWeights.settings + RandomisationConfiguration.settings

  private static let commandSettings: [Setting<TaskConfiguration>] = [
    Setting(
      "task.action_scale", \.actionScale, .above(0, to: .pi), unit: "rad",
      "joint angle per unit of action"),
    Setting(
      "task.forward_range", \.forwardRange, within: .from(-20, to: 20), unit: "m/s",
      "commanded forward speeds"),
    Setting(
      "task.left_range", \.leftRange, within: .from(-20, to: 20), unit: "m/s",
      "commanded speeds to the left"),
    Setting(
      "task.yaw_rate_range", \.yawRateRange, within: .from(-20, to: 20), unit: "rad/s",
      "commanded turning rates"),
    Setting(
      "task.standing_share", \.standingShare, .from(0, to: 1),
      "share of the commands that ask to stand"),
    Setting(
      "task.command_interval_ticks", \.commandIntervalTicks, .from(0), unit: "ticks",
      "time after which an episode draws a new command; 0 draws none"),
  ]

  private static let observationSettings: [Setting<TaskConfiguration>] = [
    Setting(
      "task.history_count", \.historyCount, .from(1, to: ObservationLayout.historyMax),
      unit: "ticks", "ticks in an observation; 1 is the newest alone"),
    Setting(
      "task.gait_period_ticks", \.gaitPeriodTicks, .from(0, to: .max), unit: "ticks",
      "period of the gait clock in the observation; 0 observes no clock"),
  ]

  private static let episodeSettings: [Setting<TaskConfiguration>] = [
    Setting(
      "task.episode_ticks_max", \.episodeTicksMax, .from(1, to: 1_000_000_000), unit: "ticks",
      "time after which an episode is truncated"),
    Setting(
      "task.start_angle_noise_radians", \.startAngleNoiseRadians, .from(0, to: .pi), unit: "rad",
      "largest offset of a joint from the standing pose at the start"),
    Setting(
      "task.upright_min", \.uprightMin, .from(-1, to: 1),
      "cosine of the tilt at which an episode is terminated"),
    Setting(
      "task.height_min_metres", \.heightMinMetres, .finite, unit: "m",
      "height of the torso at which an episode is terminated"),
  ]

  private static let rewardShapeSettings: [Setting<TaskConfiguration>] = [
    Setting(
      "task.velocity_smoothing", \.velocitySmoothing, .above(0, to: 1),
      "share of the newest velocity in the smoothed velocity that is rewarded, per tick"),
    Setting(
      "task.tracked_speed_min", \.trackedSpeedMin, .above(0), unit: "m/s",
      "commanded speed up to which velocity errors count alike"),
    Setting(
      "task.tracked_yaw_rate_min", \.trackedYawRateMin, .above(0), unit: "rad/s",
      "commanded turning rate up to which its errors count alike"),
    Setting(
      "task.air_time_max_seconds", \.airTimeMaxSeconds, .from(0), unit: "s",
      "air time of a step beyond which it earns no more"),
    Setting(
      "task.air_time_min_seconds", \.airTimeMinSeconds, "0 to air_time_max_seconds", unit: "s",
      "air time from which a step is rewarded; a shorter one is penalised"
    ) {
      $0.airTimeMinSeconds >= 0 && $0.airTimeMinSeconds <= $0.airTimeMaxSeconds
    },
    Setting(
      "task.clearance_metres", \.clearanceMetres, .above(0), unit: "m",
      "clearance that a swing foot is to have"),
  ]

  private static let gaitSettings: [Setting<TaskConfiguration>] = [
    Setting(
      "task.posture_joints", \.postureJoints, "ends of joint names",
      "joints whose offset from the standing pose is penalised by reward.posture"
    ) { _ in true },
    Setting(
      "task.gait_joints", \.endlessGaitJoint, "names, and angles that are numbers",
      "joints of the reference gait of reward.gait_pose, with their angles in a step"
    ) { $0.endlessGaitJoint == nil },
  ]

  /// The first joint with an angle that is not finite.
  private var endlessGaitJoint: String? {
    gaitJoints.first {
      ![$0.liftRadians, $0.strideRadians, $0.turnRadians].allSatisfy(\.isFinite)
    }?.name
  }
}

extension RewardWeights {
  /// Weights of the terms in ``RewardTerm/groups``.
  fileprivate static let settings: [Setting<TaskConfiguration>] = [
    weight("alive", \.alive, "being up; with too little of it, a fall ends the losses and so pays"),
    weight("velocity", \.velocity, "velocity: 1 without error, −1 at twice the commanded speed"),
    weight("turning", \.turning, "turning rate, in the same way"),
    weight("tilt", \.tilt, "squared tilt: horizontal part of the unit gravity vector"),
    weight("bounce", \.bounce, "squared vertical velocity"),
    weight("target_change", \.targetChange, "action rate, squared and averaged"),
    weight(
      "target_acceleration", \.targetAcceleration,
      "change of the action rate, squared and averaged: vibration has much of it"),
    weight("joint_rate", \.jointRate, "joint velocity, squared and averaged"),
    weight("power", \.power, "power of the servos"),
    weight(
      "still_pose", \.stillPose,
      "mean distance from the standing pose while the command is to stand"),
    weight("foot_slip", \.footSlip, "foot slip: speed of the feet in contact, summed"),
    weight(
      "clearance", \.clearance,
      "speed of swing feet, each times the share of clearance_metres that it lacks"),
    weight(
      "air_time", \.airTime,
      "air time of each step beyond air_time_min_seconds, while motion is commanded; per step"),
    weight(
      "gait_contact", \.gaitContact, "feet that touch and swing with the gait clock, −1 to 1",
      needs: "gait_period_ticks"
    ) { $0.gaitPeriodTicks > 0 },
    weight(
      "gait_pose", \.gaitPose, "gait_joints at the angles of the gait clock, −1 to 1",
      needs: "gait_period_ticks and gait_joints"
    ) { $0.gaitPeriodTicks > 0 && !$0.gaitJoints.isEmpty },
    weight(
      "posture", \.posture,
      "offset of posture_joints from the standing pose, squared and averaged",
      needs: "posture_joints"
    ) { !$0.postureJoints.isEmpty },
  ]

  /// - Parameters:
  ///   - others: Settings without which the weight must be 0.
  ///   - has: `true` when those are set.
  private static func weight(
    _ key: String, _ path: any KeyPath<RewardWeights, Float> & Sendable, _ term: String,
    needs others: String? = nil,
    has: @escaping @Sendable (TaskConfiguration) -> Bool = { _ in true }
  ) -> Setting<TaskConfiguration> {
    let unit = RewardTerm.groups.joined().first { $0.weight == path }?.unit
    return Setting(
      "task.reward.\(key)", { $0.reward[keyPath: path] },
      others.map { "any number; 0 without \($0)" } ?? "any number",
      unit: unit == "1" ? nil : unit, "weight of: \(term)"
    ) {
      let weight = $0.reward[keyPath: path]
      return weight.isFinite && (weight == 0 || has($0))
    }
  }
}
