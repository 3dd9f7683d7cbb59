/// A robot: its joints, in the order of every array of joints, and its limits.
public struct Robot: Sendable {
  /// The most joints that any robot has.
  public static let jointsMax = 32

  /// Name of the body, equal to the name of its model and in its policies.
  public var body: Label
  /// Time between two ticks of the control loop.
  public var controlPeriodMicroseconds: UInt32
  /// Supply voltage below which the robot does not run, in millivolts.
  public var supplyMinMillivolts: UInt16
  /// Supply voltage below which the robot runs at reduced speed, in millivolts.
  public var supplyWarningMillivolts: UInt16 = 0
  /// Servo temperature from which the robot runs at reduced speed, in degrees Celsius.
  public var servoWarningCelsius: UInt8 = 55
  /// Servo temperature from which the robot does not run, in degrees Celsius.
  public var servoMaxCelsius: UInt8 = 65
  /// Limits of plausible sensor readings.
  public var plausible = PlausibleLimits()
  /// Number of joints.
  public private(set) var jointCount: Int
  private var joints: InlineArray<32, Joint>

  /// Makes a robot without joints; ``append(_:)`` adds them in order.
  public init(body: Label, controlPeriodMicroseconds: UInt32, supplyMinMillivolts: UInt16) {
    self.body = body
    self.controlPeriodMicroseconds = controlPeriodMicroseconds
    self.supplyMinMillivolts = supplyMinMillivolts
    jointCount = 0
    joints = .init(
      repeating: Joint(
        name: Label(),
        servo: ServoCalibration(id: 0, isReversed: false, zeroTicks: 0, positionGain: 0),
        lowerLimitRadians: 0, upperLimitRadians: 0, standingRadians: 0, restingRadians: 0,
        slewMaxRadiansPerSecond: 0))
  }

  /// Time between two ticks of the control loop, in seconds.
  public var controlPeriodSeconds: Float {
    // Through Int, whose width is the machine's: other widths need a heap on a 32-bit core.
    @_noAllocation
    get { Float(Int(truncatingIfNeeded: controlPeriodMicroseconds)) * 1e-6 }
  }

  /// The joint at `index`, which is in `0..<jointCount`.
  public subscript(joint index: Int) -> Joint {
    @_noAllocation
    get {
      precondition(index < jointCount, "a joint's index is below the robot's joint count")
      return joints[index]
    }
  }

  /// Adds a joint behind the others; `false` when there are 32 already.
  public mutating func append(_ joint: Joint) -> Bool {
    guard jointCount < Self.jointsMax else { return false }
    joints[jointCount] = joint
    jointCount += 1
    return true
  }
}

/// Limits of a robot's sensor readings; the supervisor rejects readings beyond them.
public struct PlausibleLimits: Equatable, Sendable {
  /// Largest joint speed, also under a push, in radians per second.
  ///
  /// Twice the no-load speed of the fastest known servo, an XL330-M288 at 6 V (ROBOTIS, XL330-M288
  /// page: 123 turns a minute).
  public var jointSpeedMaxRadiansPerSecond: Float = 26
  /// Largest lasting distance of a joint from its target, in radians.
  public var followingErrorMaxRadians: Float = 0.8
  /// Largest distance of a joint beyond its limits when the robot is armed, in radians.
  public var armingMarginRadians: Float = 0.35
  /// Largest angular rate of the IMU, in radians per second.
  ///
  /// Its range ends at 34.9 (2 000 degrees per second), and at 32.7 over the board link.
  public var gyroMaxRadiansPerSecond: Float = 32

  /// The defaults.
  @_noAllocation
  public init() {}
}

/// One value per joint, stored inline; entries from the joint count on are zero.
public typealias JointValues = InlineArray<32, Float>

/// Sensor readings of a robot at one moment.
public struct RobotSample: Sendable {
  /// Angular rate in the body's frame, in radians per second.
  public var gyro: SIMD3<Float>
  /// Direction of gravity in the body's frame, a unit vector; (0, 0, −1) when level.
  public var gravity: SIMD3<Float>
  /// Joint angles, in radians.
  public var jointAngles: JointValues
  /// Joint velocities, in radians per second.
  public var jointVelocities: JointValues

  /// Makes the sample of a level body at rest with all joints at zero.
  @_noAllocation
  public init() {
    gyro = .zero
    gravity = SIMD3(0, 0, -1)
    jointAngles = .init(repeating: 0)
    jointVelocities = .init(repeating: 0)
  }

  /// `true` when every value is finite.
  @_noAllocation
  public func isFinite(jointCount: Int) -> Bool {
    // A sum of squares is finite only if every term is.
    var sum = (gyro * gyro).sum() + (gravity * gravity).sum()
    for joint in 0..<jointCount {
      sum += jointAngles[joint] * jointAngles[joint]
      sum += jointVelocities[joint] * jointVelocities[joint]
    }
    return sum.isFinite
  }
}
