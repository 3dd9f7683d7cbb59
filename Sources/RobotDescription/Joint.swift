/// A joint of a robot: its servo, its limits and its angles in the two poses.
public struct Joint: Equatable, Sendable {
  /// Name, equal in the body's model, in the robot file and in a policy file.
  public var name: Label
  /// Calibration between the servo's ticks and the joint's angle.
  public var servo: ServoCalibration
  /// Smallest angle that may be commanded, in radians.
  public var lowerLimitRadians: Float
  /// Largest angle that may be commanded, in radians.
  public var upperLimitRadians: Float
  /// Angle of the standing pose, in radians.
  public var standingRadians: Float
  /// Angle of the resting pose, with the body on the ground, in radians.
  public var restingRadians: Float
  /// Fastest change of a commanded angle, in radians per second.
  public var slewMaxRadiansPerSecond: Float

  /// Describes a joint.
  public init(
    name: Label, servo: ServoCalibration, lowerLimitRadians: Float, upperLimitRadians: Float,
    standingRadians: Float, restingRadians: Float, slewMaxRadiansPerSecond: Float
  ) {
    self.name = name
    self.servo = servo
    self.lowerLimitRadians = lowerLimitRadians
    self.upperLimitRadians = upperLimitRadians
    self.standingRadians = standingRadians
    self.restingRadians = restingRadians
    self.slewMaxRadiansPerSecond = slewMaxRadiansPerSecond
  }
}

/// Converts between a servo's ticks and a joint's radians.
public struct ServoCalibration: Equatable, Sendable {
  /// Ticks of one turn: 4096 on Dynamixel X and Feetech STS.
  public static let ticksPerTurn: Float = 4096
  private static let ticksPerRadian: Float = ticksPerTurn / (2 * .pi)

  /// Servo ID on its bus, 0 to 252.
  public var id: UInt8
  /// `true` when the servo's positive direction is the joint's negative one.
  public var isReversed: Bool
  /// Servo position at joint angle 0, in ticks.
  public var zeroTicks: Int16
  /// Proportional gain of the servo's position controller, in units of its register.
  public var positionGain: UInt16

  /// Describes the mounting of a servo.
  public init(id: UInt8, isReversed: Bool, zeroTicks: Int16, positionGain: UInt16) {
    self.id = id
    self.isReversed = isReversed
    self.zeroTicks = zeroTicks
    self.positionGain = positionGain
  }

  /// Joint angle at a servo position, in radians.
  @_noAllocation
  public func radians(ticks: Int16) -> Float {
    radiansPerSecond(ticksPerSecond: Int32(ticks) - Int32(zeroTicks))
  }

  /// Joint velocity at a servo speed, in radians per second.
  @_noAllocation
  public func radiansPerSecond(ticksPerSecond: Int32) -> Float {
    // Negated as a float: a bus may deliver the smallest Int32, which has no opposite.
    let speed = Float(Int(ticksPerSecond))
    return (isReversed ? -speed : speed) / Self.ticksPerRadian
  }

  /// Servo position nearest to a joint angle; it saturates out of range, and NaN gives 0.
  @_noAllocation
  public func ticks(radians: Float) -> Int16 {
    let turned = (isReversed ? -radians : radians) * Self.ticksPerRadian + Float(Int(zeroTicks))
    return Self.saturated(turned)
  }

  /// Servo speed nearest to a joint velocity; it saturates out of range, and NaN gives 0.
  @_noAllocation
  public func ticksPerSecond(radiansPerSecond: Float) -> Int16 {
    Self.saturated((isReversed ? -radiansPerSecond : radiansPerSecond) * Self.ticksPerRadian)
  }

  /// The nearest `Int16`; NaN gives 0.
  @_noAllocation
  private static func saturated(_ value: Float) -> Int16 {
    guard value == value else { return 0 }
    return Int16(max(-32768, min(32767, value < 0 ? value - 0.5 : value + 0.5)))
  }
}
