internal import RobotDescription

/// The state of a body after a tick, as far as rewards and figures need it.
struct Motion: Codable, Equatable, Sendable {
  /// Ticks since the episode began; the gait clock counts them.
  var clockTicks: UInt32 = 0
  /// Commanded velocity forward and left in metres per second, and turning rate.
  private var commanded = SIMD3<Float>.zero
  /// Smoothed velocity forward and left and turning rate, in the body's frame.
  var smoothed = SIMD3<Float>.zero
  /// Velocity forward and left, in metres per second.
  var planar = SIMD2<Float>.zero
  /// Vertical velocity, in metres per second.
  var rise: Float = 0
  /// Squared horizontal part of the torso's upward direction.
  var tilt: Float = 0
  /// Mean squared joint velocity, in rad²/s².
  var jointVelocity: Float = 0
  /// Power of the servos, in watts.
  var power: Float = 0
  /// Mean squared change of the targets in the tick, in rad².
  var actionRate: Float = 0
  /// Mean squared difference of that change from the one before, in rad².
  var actionAcceleration: Float = 0
  /// The feet; those beyond the body's number stay as they are.
  var feet = FixedArray<8, FootState>(repeating: FootState())

  /// The velocity command in force.
  var command: VelocityCommand {
    get { VelocityCommand(forward: commanded.x, left: commanded.y, yawRate: commanded.z) }
    set { commanded = SIMD3(newValue.forward, newValue.left, newValue.yawRate) }
  }
}

/// State of a foot after a tick.
struct FootState: Codable, Equatable, Sendable {
  /// Place over ground, in metres.
  var position = SIMD2<Double>.zero
  /// Height of the lowest point over the floor, in metres.
  var clearance: Float = 0
  /// Peak clearance in the half second so far, in metres.
  var lift: Float = 0
  /// Speed over ground, in metres per second.
  var speed: Float = 0
  /// Ticks off the ground; 0 in contact.
  var airTicks: Int32 = 0
  /// Ticks off the ground of the swing that the tick ended; 0 when it ended none.
  var swingTicks: Int32 = 0

  /// Height up to which a foot is in contact with the floor, in metres: contact is soft.
  static var contactMetresMax: Float { 0.002 }

  var isInContact: Bool { airTicks == 0 }

  /// Speed over ground of a foot that was in contact before the tick and after, in metres per
  /// second.
  ///
  /// The distance that a landing foot moved in the air is no slip.
  var slipSpeed: Float { isInContact && swingTicks == 0 ? speed : 0 }

  /// Follows the foot to its present place.
  ///
  /// - Parameter seconds: Time since the last tick; `nil` when there was none to measure against.
  mutating func move(to position: SIMD2<Double>, clearance: Float, seconds: Float?) {
    let way = position - self.position
    speed = seconds.map { Float((way * way).sum().squareRoot()) / $0 } ?? 0
    self.position = position
    self.clearance = clearance
    lift = max(lift, clearance)
    let isInContact = clearance <= Self.contactMetresMax
    swingTicks = isInContact ? airTicks : 0
    airTicks = isInContact ? 0 : airTicks + 1
  }
}

/// The half second under way, over which the velocity is averaged.
struct VelocityAverage: Codable, Equatable, Sendable {
  /// Forward and left in metres per second, turning in radians per second.
  var sum = SIMD3<Double>.zero
  var ticks = 0
  /// True when the body is still taking up a new command: its error does not count.
  var isSettling = true
}
