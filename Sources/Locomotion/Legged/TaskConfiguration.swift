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
  /// How far bodies and sensors differ from the model's.
  public var randomisation = RandomisationConfiguration()

  /// The defaults.
  public init() {}
}

/// How much each term of the reward counts, per second of simulated time.
public struct RewardWeights: Sendable, Equatable, Codable {
  /// Being up.
  public var alive: Float = 0.5
  /// Share of the commanded speed that is reached; what is beyond the command counts against it.
  public var progress: Float = 3
  /// Speed across the commanded direction, in metres per second.
  public var drift: Float = -4
  /// Difference between turning rate and command, in radians per second.
  public var turning: Float = -4
  /// Squared tilt: the horizontal part of the unit gravity vector.
  public var tilt: Float = -1
  /// Squared vertical speed, in metres per second.
  public var bounce: Float = -2
  /// Mean squared change of the targets, in radians per tick.
  public var targetChange: Float = -20
  /// Mean squared joint rate, in radians per second.
  public var jointRate: Float = -0.01

  /// The defaults.
  public init() {}
}
