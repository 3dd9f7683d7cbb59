public import RobotDescription

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
  /// All velocities that are asked for.
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
  /// Share of the commands that ask to stand still instead.
  public var standingShare: Float = 0.1
  /// Ticks after which another command is drawn within an episode; 0 never does.
  public var commandIntervalTicks: Int = 250
  /// Ticks that an observation looks back on, 1 to 16; 1 is the newest alone.
  ///
  /// More show how a body that differs from the model moves, at the price of a wider network.
  public var historyCount: Int = 1
  /// Ticks in which a gait clock in the observation goes round once; 0 observes no clock.
  public var gaitPeriodTicks: UInt16 = 0
  /// Ticks after which an episode is cut off; it has not ended then, and its future is estimated.
  public var episodeTicksMax: Int = 500
  /// Largest offset of a joint from the standing pose at the start of an episode, in radians.
  public var startAngleNoiseRadians: Float = 0.1
  /// Share of the newest velocity in the smoothed velocity that is rewarded, per tick.
  ///
  /// The less it is, the later comes the reward of a step; the more, the more the sway of a gait
  /// costs, and standing still pays.
  public var velocitySmoothing: Float = 0.4
  /// Commanded speed up to which errors of the velocity count alike, in metres per second.
  public var trackedSpeedMin: Float = 0.1
  /// Commanded turning rate up to which its errors count alike, in radians per second.
  public var trackedYawRateMin: Float = 0.4
  /// Time off the ground from which a step is rewarded; a shorter one counts against, in seconds.
  public var airTimeMinSeconds: Float = 0.1
  /// Time off the ground beyond which a step earns no more, in seconds.
  public var airTimeMaxSeconds: Float = 0.3
  /// Height over the floor that a swinging foot is to have, in metres.
  public var clearanceMetres: Float = 0.015
  /// Ends of the names of joints that are to stay near the standing pose, such as `hip_yaw`.
  public var postureJoints: [String] = []
  /// Joints that step with the gait clock.
  public var gaitJoints: [GaitJoint] = []
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
  /// Being up, whatever else; with too little of it, falling ends a body's losses.
  public var alive: Float = 0.5
  /// Velocity as commanded: 1 without error, falling linearly to −1 as the error grows to twice
  /// the commanded speed or ``TaskConfiguration/trackedSpeedMin``, whichever is more.
  public var velocity: Float = 3
  /// Turning rate as commanded, likewise, with ``TaskConfiguration/trackedYawRateMin``.
  public var turning: Float = 1.5
  /// Squared tilt: the horizontal part of the unit gravity vector.
  public var tilt: Float = -1
  /// Squared vertical speed, in metres per second.
  public var bounce: Float = -2
  /// Mean squared change of the targets, in radians per tick.
  public var targetChange: Float = -20
  /// Mean square of how much a target's change differs from the one before, in radians per tick.
  ///
  /// It tells vibration, which has much of it, from a gait of the same size, which has little.
  public var targetAcceleration: Float = 0
  /// Mean squared joint rate, in radians per second.
  public var jointRate: Float = -0.01
  /// Work of the servos, in watts (see ``EpisodeTally/energyJoules``).
  public var power: Float = 0
  /// Mean distance of the joints from the standing pose while no motion is commanded, in radians.
  public var stillPose: Float = 0
  /// Speed over ground of feet that slip on it, all together, in metres per second.
  public var footSlip: Float = 0
  /// Speed over ground of feet that swing, each times the share of
  /// ``TaskConfiguration/clearanceMetres`` that it is too low, in metres per second.
  public var clearance: Float = 0
  /// Time that each step took, from touch to touch of a foot, while motion is commanded, in seconds.
  ///
  /// It is less ``TaskConfiguration/airTimeMinSeconds``. A step is an event: this weight is not per
  /// second.
  public var airTime: Float = 0
  /// Feet that touch and swing with the gait clock: from −1 when none does to 1 when all do.
  ///
  /// Even feet, in the order of the model, stand in the clock's first half and odd ones in its
  /// second: the sides of a biped, the diagonals of a spider. All stand when no motion is commanded.
  public var gaitContact: Float = 0
  /// Joints where the gait clock asks for them: 1 when all ``TaskConfiguration/gaitJoints`` are, 0 when
  /// they are off by 0.1 rad in the mean, and −1 is the least.
  ///
  /// What a body has to do to lift a foot at all, shift its weight, pays nothing by itself; a joint that
  /// bends does at once.
  public var gaitPose: Float = 0
  /// Mean square of how far ``TaskConfiguration/postureJoints`` are off the standing pose, in radians.
  public var posture: Float = 0

  /// The defaults.
  public init() {}
}
