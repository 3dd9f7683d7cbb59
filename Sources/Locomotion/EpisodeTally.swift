/// Episodes that have ended: how many, how long, how good.
public struct EpisodeTally: Equatable, Sendable {
  /// Episodes.
  public var count = 0
  /// Episodes that ended in a fall.
  public var falls = 0
  /// Ticks of all episodes together.
  public var ticks = 0
  /// Rewards of all episodes together.
  public var reward: Double = 0
  /// How the bodies moved in all episodes together; zeros for tasks without servos.
  public var motion = MotionTally()

  /// No episodes.
  public init() {}

  mutating func add(reward: Float, ticks: Int, fell: Bool) {
    count += 1
    falls += fell ? 1 : 0
    self.ticks += ticks
    self.reward += Double(reward)
  }

  /// Adds the episodes of another tally.
  public mutating func add(_ other: EpisodeTally) {
    count += other.count
    falls += other.falls
    ticks += other.ticks
    reward += other.reward
    motion.add(other.motion)
  }
}

/// How a servo-driven body moved, summed over ticks.
public struct MotionTally: Equatable, Sendable, Codable {
  /// Ticks over which the errors are summed: those from 2 s after a new command.
  public var measuredTicks = 0
  /// Squared distance of the velocity over ground from the command, in (m/s)²; the velocity is the
  /// body's in its own frame, averaged exponentially over half a second, since a gait sways.
  public var velocityErrorSquares = 0.0
  /// Squared difference of the turning rate from the command, in (rad/s)², averaged likewise.
  public var turningErrorSquares = 0.0
  /// Work of the servos, in joules: torque times rate where it is positive or negative.
  public var energyJoules = 0.0
  /// Way over ground, in metres, at that averaged velocity.
  public var distanceMetres = 0.0
  /// Mean absolute change of the targets, in radians, summed over all ticks.
  public var targetChange = 0.0

  /// Nothing moved.
  public init() {}

  mutating func add(_ other: MotionTally) {
    measuredTicks += other.measuredTicks
    velocityErrorSquares += other.velocityErrorSquares
    turningErrorSquares += other.turningErrorSquares
    energyJoules += other.energyJoules
    distanceMetres += other.distanceMetres
    targetChange += other.targetChange
  }
}
