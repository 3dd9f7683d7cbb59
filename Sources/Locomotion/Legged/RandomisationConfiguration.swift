internal import Physics

/// Ranges of domain randomisation: by how much bodies and sensors in training differ from the
/// model.
///
/// Everything is drawn for each episode of each simulation, noise for each tick. A factor
/// multiplies the model's value; `1...1` switches its term off, as `0...0` or a largest value of
/// zero does for the other terms. A term that is off costs nothing.
///
/// The ranges are those of public trainers for hobby servos: Open_Duck_Playground (its
/// `joystick.py` and `randomize.py`, 2025) and microduck_rl (its `microduck_velocity_env_cfg.py`,
/// 2026).
public struct RandomisationConfiguration: Sendable, Equatable, Codable {
  /// Ticks of the longest delay.
  public static let delayTicksMax = 10

  /// True when episodes are randomised; their start and command are random in any case.
  public var isOn = false
  /// Share of the episodes that are randomised; the others have the nominal body and sensors.
  public var share: Float = 1
  /// Part of the training, from 0 to 1, over which the randomised share grows from 0 to ``share``.
  ///
  /// A body that falls easily learns to walk first, and then to walk under disturbances. A range
  /// without width switches the whole share on at that point; `0...0` has it in the whole training.
  public var shareRamp: ClosedRange<Float> = 0...0

  /// Sliding friction between body and floor (Open_Duck_Playground).
  public var floorFriction: ClosedRange<Float> = 0.5...1.0
  /// Mass and inertia of the torso (Open_Duck_Playground).
  public var torsoMassFactor: ClosedRange<Float> = 0.9...1.1
  /// Mass and inertia of each other part (Open_Duck_Playground).
  public var partMassFactor: ClosedRange<Float> = 0.9...1.1
  /// Offset of the torso's centre of mass along each axis, in metres (microduck_rl).
  public var centreOfMassMetres: ClosedRange<Float> = -0.008...0.008
  /// Stiffness of each servo: a servo of 7.4 V at 6.5 to 8.2 V (microduck_rl).
  public var servoGainFactor: ClosedRange<Float> = 0.88...1.11
  /// Largest torque of all servos: a battery of 6.5 to 8.2 V, nominally 7.4 V (microduck_rl).
  public var torqueLimitFactor: ClosedRange<Float> = 0.88...1.11
  /// Damping of each joint (range as of its friction).
  public var jointDampingFactor: ClosedRange<Float> = 0.9...1.1
  /// Inertia of each joint's gear and rotor (microduck_rl).
  public var jointArmatureFactor: ClosedRange<Float> = 0.9...1.1
  /// Coulomb friction of each joint (both).
  public var jointFrictionLossFactor: ClosedRange<Float> = 0.9...1.1

  /// Longest delay of a target on its way to the servos, in ticks (Open_Duck_Playground).
  public var commandDelayTicksMax: Int = 1
  /// Longest delay of gyro and gravity on their way to the observation, in ticks (microduck_rl).
  public var imuDelayTicksMax: Int = 1
  /// Longest delay of joint angles and velocities on their way to the observation, in ticks
  /// (microduck_rl).
  public var jointDelayTicksMax: Int = 1

  /// Largest error of each joint's encoder, in radians, constant over an episode (microduck_rl).
  ///
  /// The servo closes its loop on its encoder: the true angle is off by as much.
  public var encoderBiasRadiansMax: Float = 0.015
  /// Largest mounting error of the IMU, about any axis, in radians (microduck_rl: 6°).
  public var imuMountingRadiansMax: Float = 0.1
  /// Noise of each joint angle, in radians (legged_gym).
  public var jointAngleNoise = SensorNoise(size: 0.01)
  /// Noise of each joint velocity, in radians per second (microduck_rl).
  public var jointRateNoise = SensorNoise(size: 0.25)
  /// Noise of each axis of the gyro, in radians per second (Open_Duck_Playground).
  public var gyroNoise = SensorNoise(size: 0.1)
  /// Noise of each component of the direction of gravity (legged_gym).
  public var gravityNoise = SensorNoise(size: 0.05)

  /// Largest change of the torso's velocity by a push, in metres per second (microduck_rl).
  ///
  /// Direction (horizontal) and speed of a push are uniform. At 0.5 m/s its authors saw a nervous
  /// gait.
  public var pushSpeedMax: Float = 0.3
  /// Time between pushes, in seconds (microduck_rl).
  public var pushIntervalSeconds: ClosedRange<Float> = 3...6

  /// The defaults, switched off.
  public init() {}

  /// Properties that differ from simulation to simulation; none when randomisation is off.
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

  /// Properties of each joint or servo with the ranges of their factors.
  var itemFactors: [(property: BodyProperty, range: ClosedRange<Float>)] {
    [
      (.servoGain, servoGainFactor), (.jointDamping, jointDampingFactor),
      (.jointArmature, jointArmatureFactor), (.jointFrictionLoss, jointFrictionLossFactor),
    ]
  }
}

/// Noise of a sensor's reading, drawn for each number and each tick.
public struct SensorNoise: Sendable, Equatable, Codable {
  /// Distribution of the noise.
  public enum Shape: String, NamedChoice {
    /// Uniform from −size to size.
    case uniform
    /// Normal, with the size as its standard deviation.
    case normal
  }

  /// Distribution of the noise.
  public var shape: Shape
  /// Largest value of uniform noise, or standard deviation of normal noise; 0 is no noise.
  public var size: Float

  /// Makes noise of a size.
  public init(_ shape: Shape = .uniform, size: Float) {
    self.shape = shape
    self.size = size
  }
}

extension ClosedRange<Float> {
  /// True when the range has more than one value.
  var hasWidth: Bool { lowerBound < upperBound }
}
