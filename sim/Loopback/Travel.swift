internal import Glibc

/// Distance, turn and falls of a body while its torque was on.
struct Travel {
  /// Height of the torso's upward axis, a unit vector, below which the body has fallen.
  private static let fallenUpMax = 0.6

  private(set) var distanceMetres = 0.0
  private(set) var lateralMetres = 0.0
  private(set) var headingChangeRadians = 0.0
  private(set) var falls = 0
  /// Physics steps with torque on.
  private(set) var torqueOnSteps = 0

  private var start: (position: SIMD3<Double>, heading: SIMD2<Double>)?
  private var heading = SIMD2(1.0, 0.0)
  /// Angle turned since the start, with torque or without.
  private var turnedRadians = 0.0
  private var isFallCounted = false

  /// Notes that torque was switched on; the first time starts the measurement.
  mutating func torqueSwitchedOn(position: SIMD3<Double>, forward: SIMD3<Double>) {
    guard start == nil else { return }
    heading = Self.level(forward)
    start = (position, heading)
  }

  /// Notes a physics step.
  mutating func stepped(
    position: SIMD3<Double>, forward: SIMD3<Double>, up: SIMD3<Double>, isTorqueOn: Bool
  ) {
    guard let start else { return }
    let ahead = Self.level(forward)
    turnedRadians += atan2(heading.x * ahead.y - heading.y * ahead.x, (heading * ahead).sum())
    heading = ahead
    let isFallen = up.z < Self.fallenUpMax
    if !isFallen { isFallCounted = false }
    guard isTorqueOn else { return }
    torqueOnSteps += 1
    if isFallen && !isFallCounted {
      falls += 1
      isFallCounted = true
    }
    let moved = position - start.position
    distanceMetres = moved.x * start.heading.x + moved.y * start.heading.y
    lateralMetres = moved.y * start.heading.x - moved.x * start.heading.y
    headingChangeRadians = turnedRadians
  }

  /// Horizontal direction of a vector; any when it is upright.
  private static func level(_ forward: SIMD3<Double>) -> SIMD2<Double> {
    let length = hypot(forward.x, forward.y)
    return length > 0 ? SIMD2(forward.x, forward.y) / length : SIMD2(1, 0)
  }
}
