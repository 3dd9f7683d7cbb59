/// A joint: its servo, its limits and the angle at which the robot stands.
public struct Joint: Equatable, Sendable {
  /// Name, equal in the body's model, in `robot.yaml` and in a policy file.
  public var name: Label
  /// How the servo's ticks become the joint's angle.
  public var servo: ServoCalibration
  /// Smallest angle that may be commanded, in radians.
  public var lowerLimitRadians: Float
  /// Largest angle that may be commanded, in radians.
  public var upperLimitRadians: Float
  /// Angle of the standing pose, in radians.
  public var standingRadians: Float
  /// Angle of the resting pose, on the belly, in radians.
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

/// Turns a servo's ticks into a joint's radians and back.
public struct ServoCalibration: Equatable, Sendable {
  /// Ticks of one turn: 4096 on Dynamixel X and Feetech STS.
  public static let ticksPerTurn: Float = 4096
  private static let ticksPerRadian: Float = ticksPerTurn / (2 * .pi)

  /// The servo's id on its bus, 0 to 252.
  public var id: UInt8
  /// Whether the servo's positive direction is the joint's negative one.
  public var isReversed: Bool
  /// Ticks at which the joint's angle is zero.
  public var zeroTicks: Int16
  /// Proportional gain of the servo's position controller, as its register holds it.
  public var positionGain: UInt16

  /// Describes how a servo is mounted.
  public init(id: UInt8, isReversed: Bool, zeroTicks: Int16, positionGain: UInt16) {
    self.id = id
    self.isReversed = isReversed
    self.zeroTicks = zeroTicks
    self.positionGain = positionGain
  }

  /// The joint's angle in radians at a servo position.
  @_noAllocation
  public func radians(ticks: Int16) -> Float {
    radiansPerSecond(ticksPerSecond: Int32(ticks) - Int32(zeroTicks))
  }

  /// The joint's rate in radians per second at a servo speed.
  @_noAllocation
  public func radiansPerSecond(ticksPerSecond: Int32) -> Float {
    // Negated as a float: the smallest Int32, which a bus may deliver, has no opposite.
    let speed = Float(Int(ticksPerSecond))
    return (isReversed ? -speed : speed) / Self.ticksPerRadian
  }

  /// The servo position nearest to a joint angle; out of range saturates, not a number gives 0.
  @_noAllocation
  public func ticks(radians: Float) -> Int16 {
    let turned = (isReversed ? -radians : radians) * Self.ticksPerRadian + Float(Int(zeroTicks))
    return Self.saturated(turned)
  }

  /// The servo speed nearest to a joint rate; out of range saturates, not a number gives 0.
  @_noAllocation
  public func ticksPerSecond(radiansPerSecond: Float) -> Int16 {
    Self.saturated((isReversed ? -radiansPerSecond : radiansPerSecond) * Self.ticksPerRadian)
  }

  /// The nearest `Int16`; not a number becomes 0.
  @_noAllocation
  private static func saturated(_ value: Float) -> Int16 {
    guard value == value else { return 0 }
    return Int16(max(-32768, min(32767, value < 0 ? value - 0.5 : value + 0.5)))
  }
}
