internal import Physics

/// How far the bodies and sensors of training differ from the model's.
///
/// Everything is drawn anew for each episode of each simulation, noise for each tick. A factor
/// multiplies what the model has; `1...1` switches its term off, as `0...0`, or a largest value
/// of zero, does for the other terms. What is off costs nothing.
///
/// The ranges are those of public trainers for hobby servos: Open_Duck_Playground (its `joystick.py`
/// and `randomize.py`, 2025) and microduck_rl (its `microduck_velocity_env_cfg.py`, 2026).
public struct RandomisationConfiguration: Sendable, Equatable, Codable {
  /// The most ticks that a delay can have.
  public static let delayTicksMax = 10

  /// Whether anything is random beside the start and the command of an episode.
  public var isOn = false
  /// Share of the episodes that are randomised; in the others all is as the model has it.
  public var share: Float = 1
  /// The part of the training, from 0 to 1, over which ``share`` grows to that from nothing.
  ///
  /// A body that falls easily learns to walk first, and then to walk whatever comes. Without width
  /// the share is whole at once from there on; with `0...0`, in the whole training.
  public var shareRamp: ClosedRange<Float> = 0...0

  /// Sliding friction between body and floor (Open_Duck_Playground).
  public var floorFriction: ClosedRange<Float> = 0.5...1.0
  /// Mass and inertia of the torso (Open_Duck_Playground).
  public var torsoMassFactor: ClosedRange<Float> = 0.9...1.1
  /// Mass and inertia of each other part (Open_Duck_Playground).
  public var partMassFactor: ClosedRange<Float> = 0.9...1.1
  /// Offset of the torso's centre of mass along each axis, in metres (microduck_rl).
  public var centreOfMassMetres: ClosedRange<Float> = -0.008...0.008
  /// Stiffness of each servo; that of a servo of 7.4 V at 6.5 to 8.2 V (microduck_rl).
  public var servoGainFactor: ClosedRange<Float> = 0.88...1.11
  /// Largest torque of all servos: the battery, 6.5 to 8.2 V where 7.4 V is nominal (microduck_rl).
  public var torqueLimitFactor: ClosedRange<Float> = 0.88...1.11
  /// Damping of each joint (as its friction).
  public var jointDampingFactor: ClosedRange<Float> = 0.9...1.1
  /// Inertia of each joint's gear and rotor (microduck_rl).
  public var jointArmatureFactor: ClosedRange<Float> = 0.9...1.1
  /// Coulomb friction of each joint (both).
  public var jointFrictionLossFactor: ClosedRange<Float> = 0.9...1.1

  /// Most ticks from a target to the servos, from 0 (Open_Duck_Playground).
  public var commandDelayTicksMax: Int = 1
  /// Most ticks from gyro and gravity to the observation, from 0 (microduck_rl).
  public var imuDelayTicksMax: Int = 1
  /// Most ticks from joint angles and rates to the observation, from 0 (microduck_rl).
  public var jointDelayTicksMax: Int = 1

  /// Largest error of each joint's encoder, in radians, the same for an episode (microduck_rl).
  ///
  /// The servo holds what its encoder says: the true angle is off by as much.
  public var encoderBiasRadiansMax: Float = 0.015
  /// Largest angle, about any axis, between body and motion sensor, in radians (microduck_rl: 6°).
  public var imuMountingRadiansMax: Float = 0.1
  /// Noise of each joint angle, in radians (legged_gym).
  public var jointAngleNoise = SensorNoise(size: 0.01)
  /// Noise of each joint rate, in radians per second (microduck_rl).
  public var jointRateNoise = SensorNoise(size: 0.25)
  /// Noise of each axis of the gyro, in radians per second (Open_Duck_Playground).
  public var gyroNoise = SensorNoise(size: 0.1)
  /// Noise of each component of the direction of gravity (legged_gym).
  public var gravityNoise = SensorNoise(size: 0.05)

  /// Largest change of the torso's velocity by a push, in metres per second (microduck_rl).
  ///
  /// Pushes go in any horizontal direction, and any speed up to this is as likely. At 0.5 m/s its
  /// authors saw a nervous gait.
  public var pushSpeedMax: Float = 0.3
  /// Time between pushes, in seconds (microduck_rl).
  public var pushIntervalSeconds: ClosedRange<Float> = 3...6

  /// The defaults, switched off.
  public init() {}

  /// What each simulation needs for itself; nothing when randomisation is off.
  var individualProperties: Set<BodyProperty> {
    guard isOn else { return [] }
    var properties: Set<BodyProperty> = []
    if floorFriction.hasWidth { properties.insert(.friction) }
    if torsoMassFactor.hasWidth || partMassFactor.hasWidth { properties.insert(.mass) }
    if centreOfMassMetres.hasWidth { properties.insert(.centreOfMass) }
    for factors in itemFactors where factors.range.hasWidth { properties.insert(factors.property) }
    if torqueLimitFactor.hasWidth { properties.insert(.servoTorqueLimit) }
    return properties
  }

  /// Factors that each joint or servo has for itself.
  var itemFactors: [(property: BodyProperty, range: ClosedRange<Float>)] {
    [
      (.servoGain, servoGainFactor), (.jointDamping, jointDampingFactor),
      (.jointArmature, jointArmatureFactor), (.jointFrictionLoss, jointFrictionLossFactor),
    ]
  }
}

/// Noise of a sensor's reading, drawn for each number and each tick.
public struct SensorNoise: Sendable, Equatable, Codable {
  /// How the noise of a reading is distributed.
  public enum Shape: String, NamedChoice {
    /// Any value from −size to size is as likely.
    case uniform
    /// Normal, with the size as its standard deviation.
    case normal
  }

  /// How the noise is distributed.
  public var shape: Shape
  /// Largest value of uniform noise, or standard deviation of normal noise; 0 is none.
  public var size: Float

  /// Noise of a size.
  public init(_ shape: Shape = .uniform, size: Float) {
    self.shape = shape
    self.size = size
  }
}

extension ClosedRange<Float> {
  /// Whether there is more than one value to draw.
  var hasWidth: Bool { lowerBound < upperBound }
}
