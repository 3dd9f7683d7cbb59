/// What a body learns: commands, episodes and the weights of the reward.
public struct TaskConfiguration: Sendable, Equatable, Codable {
  /// Radians of a joint per unit of action.
  public var actionScale: Float = 0.3
  /// Speeds forward that are asked for, in metres per second.
  public var forwardRange: ClosedRange<Float> = 0.15...0.15
  /// Speeds to the left that are asked for, in metres per second.
  public var leftRange: ClosedRange<Float> = 0...0
  /// Turning rates that are asked for, in radians per second.
  public var yawRateRange: ClosedRange<Float> = 0...0
  /// Share of the commands that ask for standing still.
  public var standingShare: Float = 0.1
  /// Ticks after which another velocity is asked for within an episode; 0: never.
  public var commandIntervalTicks: Int = 250
  /// Ticks of a gait cycle, told to the policy by a clock; 0: no clock.
  public var gaitPeriodTicks: Int = 0
  /// Ticks after which an episode is cut off; it has not ended then, and its future is estimated.
  public var episodeTicksMax: Int = 500
  /// Largest offset of a joint from the standing pose at the start of an episode, in radians.
  public var startAngleNoiseRadians: Float = 0.1
  /// Share of the newest velocity in the smoothed velocity that is rewarded, per tick.
  public var velocitySmoothing: Float = 0.1
  /// Tilt at which an episode ends in a fall, as the cosine of the angle from upright.
  public var uprightMin: Float = 0.6
  /// Height of the torso at which an episode ends in a fall, in metres.
  public var heightMinMetres: Float = 0.032
  /// Weights of the reward.
  public var reward = RewardWeights()

  /// The defaults.
  public init() {}
}

/// How much each term of the reward counts, per second of simulated time.
public struct RewardWeights: Sendable, Equatable, Codable {
  /// Being up.
  public var alive: Float = 0.5
  /// How near the velocity is to the one asked for: 1 at it, 0 as far off as standing still is.
  public var progress: Float = 3
  /// The same for the turning rate.
  public var turning: Float = 1.5
  /// Squared tilt: the horizontal part of the unit gravity vector.
  public var tilt: Float = -1
  /// Squared vertical speed, in metres per second.
  public var bounce: Float = -2
  /// Mean squared change of the targets, in radians per tick.
  public var targetChange: Float = -20
  /// Mean squared joint rate, in radians per second.
  public var jointRate: Float = -0.01
  /// Mean squared torque of the servos, in newton metres.
  public var torque: Float = 0
  /// Sum of the horizontal speeds of the feet that touch the ground, in metres per second.
  public var slip: Float = 0
  /// Seconds by which a foot that touches down was in the air for longer than 0.1 s, at most
  /// 0.3 s, where a movement is asked for; per step and not per second.
  public var airTime: Float = 0
  /// Mean squared offset of the joints from standing, in radians, where none is asked for.
  public var stillness: Float = 0
  /// Share of the feet that touch the ground or not as the gait clock asks.
  public var gait: Float = 0

  /// The defaults.
  public init() {}
}
