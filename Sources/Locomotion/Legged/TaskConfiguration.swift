public import RobotDescription

/// Settings of a legged task: commands, episodes, reward and randomisation.
public struct TaskConfiguration: Sendable, Equatable, Codable {
  /// Radians of a joint per unit of action.
  public var actionScale: Float = 0.3
  /// Range of the commanded forward velocity, in metres per second.
  public var forwardRange: ClosedRange<Float> = 0.15...0.15
  /// Range of the commanded velocity to the left, in metres per second.
  public var leftRange: ClosedRange<Float> = 0...0
  /// Range of the commanded turning rate, in radians per second.
  public var yawRateRange: ClosedRange<Float> = 0...0
  /// The ranges of the commands in one value.
  public var commands: CommandRange {
    get {
      CommandRange(
        lower: VelocityCommand(
          forward: forwardRange.lowerBound, left: leftRange.lowerBound,
          yawRate: yawRateRange.lowerBound),
        upper: VelocityCommand(
          forward: forwardRange.upperBound, left: leftRange.upperBound,
          yawRate: yawRateRange.upperBound))
    }
    set {
      forwardRange = newValue.lower.forward...newValue.upper.forward
      leftRange = newValue.lower.left...newValue.upper.left
      yawRateRange = newValue.lower.yawRate...newValue.upper.yawRate
    }
  }
  /// Share of the commands that are to stand still instead.
  public var standingShare: Float = 0.1
  /// Ticks after which another command is drawn within an episode; 0 draws none.
  public var commandIntervalTicks: Int = 250
  /// Ticks of history in an observation, 1 to 16; 1 is the newest alone.
  ///
  /// More show the motion of a body that differs from the model, at the price of a wider network.
  public var historyCount: Int = 1
  /// Period of the gait clock in the observation, in ticks; 0 observes no clock.
  public var gaitPeriodTicks: UInt16 = 0
  /// Ticks after which an episode is truncated; the critic estimates the reward after it.
  public var episodeTicksMax: Int = 500
  /// Largest offset of a joint from the standing pose at the start of an episode, in radians.
  public var startAngleNoiseRadians: Float = 0.1
  /// Share of the newest velocity in the smoothed velocity that is rewarded, per tick.
  ///
  /// A small share delays the reward of a step; a large one makes the sway of a gait cost more, so
  /// that standing still pays.
  public var velocitySmoothing: Float = 0.4
  /// Commanded speed below which velocity errors are not scaled up further, in metres per second.
  public var trackedSpeedMin: Float = 0.1
  /// Commanded turning rate below which its errors are not scaled up further, in radians per
  /// second.
  public var trackedYawRateMin: Float = 0.4
  /// Air time of a step above which it is rewarded, in seconds; a shorter one costs.
  public var airTimeMinSeconds: Float = 0.1
  /// Air time of a step beyond which the reward grows no more, in seconds.
  public var airTimeMaxSeconds: Float = 0.3
  /// Wanted clearance of a swinging foot, in metres.
  public var clearanceMetres: Float = 0.015
  /// Endings of the names of joints that are to stay near the standing pose, such as `hip_yaw`.
  public var postureJoints: [String] = []
  /// Reference motion of the joints that step with the gait clock.
  public var gaitJoints: [GaitJoint] = []
  /// Cosine of the tilt beyond which an episode is terminated.
  public var uprightMin: Float = 0.6
  /// Height of the torso below which an episode is terminated, in metres.
  public var heightMinMetres: Float = 0.032
  /// Weights of the reward.
  public var reward = RewardWeights()
  /// Ranges by which bodies and sensors differ from the model.
  public var randomisation = RandomisationConfiguration()

  /// The defaults.
  public init() {}
}

/// Weight of each term of the reward, per second of simulated time.
public struct RewardWeights: Sendable, Equatable, Codable {
  /// Being up; with too little of it, a fall ends the costs of an episode and so pays.
  public var alive: Float = 0.5
  /// Velocity tracking: 1 without error, −1 at an error of twice the commanded speed.
  ///
  /// It falls linearly; the speed counts as ``TaskConfiguration/trackedSpeedMin`` at least.
  public var velocity: Float = 3
  /// Turning rate tracking, likewise, with ``TaskConfiguration/trackedYawRateMin``.
  public var turning: Float = 1.5
  /// Squared tilt: the horizontal part of the unit gravity vector.
  public var tilt: Float = -1
  /// Squared vertical velocity, in m²/s².
  public var bounce: Float = -2
  /// Action rate: mean squared change of the targets in a tick, in rad².
  public var targetChange: Float = -20
  /// Action acceleration: mean squared second difference of the targets, in rad².
  ///
  /// Vibration has much of it, a gait of the same size little.
  public var targetAcceleration: Float = 0
  /// Mean squared joint velocity, in rad²/s².
  public var jointRate: Float = -0.01
  /// Power of the servos, in watts (see ``EpisodeFigure/energyJoules``).
  public var power: Float = 0
  /// Mean distance of the joints from the standing pose while the command is to stand, in radians.
  public var stillPose: Float = 0
  /// Foot slip: speed over ground of the feet in contact, all together, in metres per second.
  public var footSlip: Float = 0
  /// Low swing: speed over ground of each swinging foot times the share of
  /// ``TaskConfiguration/clearanceMetres`` that it lacks, in metres per second.
  public var clearance: Float = 0
  /// Air time of each step beyond ``TaskConfiguration/airTimeMinSeconds`` while motion is
  /// commanded, in seconds.
  ///
  /// A step is an event: this weight is not per second.
  public var airTime: Float = 0
  /// Feet in contact and in swing as the gait clock has it: from −1 when none is to 1 when all are.
  ///
  /// Even feet, in the order of the model, stand in the clock's first half and odd ones in its
  /// second: the sides of a biped, the diagonals of a spider. All stand when the command is to
  /// stand.
  public var gaitContact: Float = 0
  /// Agreement of ``TaskConfiguration/gaitJoints`` with the reference gait: 1 without error, 0 at a
  /// mean error of 0.1 rad, and −1 at the least.
  ///
  /// To lift a foot a body has to shift its weight, which pays nothing by itself; a joint that
  /// bends pays at once.
  public var gaitPose: Float = 0
  /// Mean squared distance of ``TaskConfiguration/postureJoints`` from the standing pose, in rad².
  public var posture: Float = 0

  /// The defaults.
  public init() {}
}
