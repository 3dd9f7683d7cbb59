internal import Physics

/// What the critic sees and the policy does not: it has no sensor on the robot.
///
/// The robot cannot measure its speed, but the reward is about it. A critic that knows it can tell
/// a good action from luck within a few ticks (Pinto et al. 2017, arXiv 1710.06542).
extension LeggedEnvironments {
  /// Smoothed velocity, velocity, rise, height, and which feet touch.
  public var privilegedWidth: Int { Self.privilegedWidth(footCount: batch.footCount) }

  static func privilegedWidth(footCount: Int) -> Int { 7 + footCount }

  func buildPrivileged(_ index: Int, into buffer: SliceBuffer<Float>, start: Int) {
    let episode = episodes[index]
    for axis in 0..<3 { buffer[start + axis] = episode.velocity[axis] }
    buffer[start + 3] = episode.motion.planar.x
    buffer[start + 4] = episode.motion.planar.y
    buffer[start + 5] = episode.motion.rise
    buffer[start + 6] = Float(batch.position(of: index).z)
    for foot in 0..<batch.footCount {
      buffer[start + 7 + foot] = episode.feet[foot].isTouching ? 1 : 0
    }
  }
}
