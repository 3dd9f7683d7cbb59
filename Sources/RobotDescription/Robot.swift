/// A robot as it stands on the bench: its joints in the order of every array of joints.
public struct Robot: Sendable {
  /// The most joints that any robot has.
  public static let jointsMax = 32

  /// Name of the body, equal to the name of its model and in its policies.
  public var body: Label
  /// Time between two ticks of the control loop.
  public var controlPeriodMicroseconds: UInt32
  /// Supply voltage below which the robot is not run, in millivolts.
  public var supplyMinMillivolts: UInt16
  /// Supply voltage below which it is run at less speed, in millivolts.
  public var supplyWarningMillivolts: UInt16 = 0
  /// Temperature of a servo from which the robot is run at less speed, in degrees Celsius.
  public var servoWarningCelsius: UInt8 = 55
  /// Temperature of a servo from which the robot is not run, in degrees Celsius.
  public var servoMaxCelsius: UInt8 = 65
  /// What its sensors can say at all.
  public var plausible = PlausibleLimits()
  /// Joints in use, at the front of ``joints``.
  public private(set) var jointCount: Int
  private var joints: InlineArray<32, Joint>

  /// Describes a robot without joints; ``append(_:)`` adds them in order.
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

  /// Adds a joint after the others; `false` when there are 32 already.
  public mutating func append(_ joint: Joint) -> Bool {
    guard jointCount < Self.jointsMax else { return false }
    joints[jointCount] = joint
    jointCount += 1
    return true
  }
}

/// Limits of what a robot's sensors can say: what is beyond them is not believed.
public struct PlausibleLimits: Equatable, Sendable {
  /// The fastest that a joint turns, also when it is pushed, in radians per second.
  ///
  /// Twice the speed without load of the fastest servo known, an XL330-M288 at 6 V (ROBOTIS, XL330-M288
  /// page: 123 turns a minute).
  public var jointSpeedMaxRadiansPerSecond: Float = 26
  /// How far a joint may stay from its target for longer than a moment, in radians.
  public var followingErrorMaxRadians: Float = 0.8
  /// How far beyond its limits a joint may be found when the robot is armed, in radians.
  public var armingMarginRadians: Float = 0.35
  /// Where the angular rate of the IMU has its end, in radians per second: 34.9 for 2 000 degrees, and
  /// 32.7 over the board link.
  public var gyroMaxRadiansPerSecond: Float = 32

  /// The defaults.
  @_noAllocation
  public init() {}
}

/// One value per joint, held in place; entries from the joint count on are zero.
public typealias JointValues = InlineArray<32, Float>

/// What the robot's sensors say at one moment.
public struct RobotSample: Sendable {
  /// Angular rate in the body's frame, in radians per second.
  public var gyro: SIMD3<Float>
  /// Direction of gravity in the body's frame, a unit vector; (0, 0, −1) when level.
  public var gravity: SIMD3<Float>
  /// Joint angles, in radians.
  public var jointAngles: JointValues
  /// Joint rates, in radians per second.
  public var jointVelocities: JointValues

  /// A level body at rest with all joints at zero.
  @_noAllocation
  public init() {
    gyro = .zero
    gravity = SIMD3(0, 0, -1)
    jointAngles = .init(repeating: 0)
    jointVelocities = .init(repeating: 0)
  }

  /// Whether every value is a finite number.
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
