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
  /// Squared errors of the planar velocity, one per tick of ``velocityTicks``, in m²/s².
  ///
  /// The velocity is that over ground, seen from the body's heading, averaged over half a second at
  /// a time; the error is its distance from the command. The first half second of an episode and
  /// that after a change of command do not count, nor does what is left of a half second at the end.
  public var velocityErrorSquares: Double = 0
  /// Squared errors of the turning rate, averaged likewise, in rad²/s².
  public var yawRateErrorSquares: Double = 0
  /// Ticks that both are over.
  public var velocityTicks = 0
  /// Work of the servos, in joules: torque times joint rate, both without sign, once per tick.
  ///
  /// The torque is the servo's before damping and friction in its gear.
  public var energyJoules: Double = 0
  /// Way over ground of the averaged velocity, in metres: swaying on the spot is no way.
  public var distanceMetres: Double = 0
  /// Way over ground of feet that touch it, in metres, all feet together: they drag.
  public var slipMetres: Double = 0
  /// Heights in metres, one for each half second of ``footLiftCount``: how high over the floor that
  /// foot comes which is lifted least in it.
  ///
  /// The half seconds are those of ``velocityErrorSquares``, as far as they ask for motion.
  public var footLiftMetres: Double = 0
  /// Half seconds that it is over.
  public var footLiftCount = 0
  /// Mean change of the joints' targets without sign, in radians, added up over the ticks.
  public var targetChange: Double = 0

  /// No episodes.
  public init() {}

  /// Adds the episodes of another tally.
  public mutating func add(_ other: EpisodeTally) {
    count += other.count
    falls += other.falls
    ticks += other.ticks
    reward += other.reward
    velocityErrorSquares += other.velocityErrorSquares
    yawRateErrorSquares += other.yawRateErrorSquares
    velocityTicks += other.velocityTicks
    energyJoules += other.energyJoules
    distanceMetres += other.distanceMetres
    slipMetres += other.slipMetres
    footLiftMetres += other.footLiftMetres
    footLiftCount += other.footLiftCount
    targetChange += other.targetChange
  }
}
