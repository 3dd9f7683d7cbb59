/// A figure that is summed over the ticks of an episode.
///
/// To add one, add a case here and add to the sum where it is measured; the tally, snapshots and
/// checkpoints follow.
public enum EpisodeFigure: Int, CaseIterable, Sendable {
  /// Squared errors of the planar velocity, one per tick of ``velocityTicks``, in m²/s².
  ///
  /// The velocity is that over ground, seen from the body's heading, averaged over half a second at
  /// a time; the error is its distance from the command. The first half second of an episode and
  /// that after a change of command do not count, nor does a half second that is cut short.
  case velocityErrorSquares
  /// Squared errors of the turning rate, averaged likewise, in rad²/s².
  case yawRateErrorSquares
  /// Ticks of both sums of squared errors.
  case velocityTicks
  /// Work of the servos, in joules: torque times joint velocity, both without sign, once per tick.
  ///
  /// The torque is the servo's before damping and friction in its gear.
  case energyJoules
  /// Distance over ground of the averaged velocity, in metres: swaying on the spot adds nothing.
  case distanceMetres
  /// Distance slid by feet in contact, in metres, all feet together.
  case slipMetres
  /// Peak clearance of the foot that is lifted least, in metres, one for each half second of
  /// ``footLiftCount``.
  ///
  /// The half seconds are those of ``velocityErrorSquares`` in which motion is commanded.
  case footLiftMetres
  /// Half seconds in the sum of clearances.
  case footLiftCount
  /// Action rate: mean absolute change of the joints' targets per tick, in radians.
  case actionRate
}

/// Sums over episodes that are done: their number, length, reward and figures.
public struct EpisodeTally: Equatable, Sendable, Codable {
  /// Episodes.
  public var count = 0
  /// Episodes that were terminated.
  public var falls = 0
  /// Ticks of all episodes.
  public var ticks = 0
  /// Rewards of all episodes.
  public var reward = 0.0
  /// Contribution of each active reward term, in the order of ``TrainingTask/rewardTerms``.
  ///
  /// Together they are the reward, but for rounding. Empty for tasks without such terms.
  public internal(set) var rewardTerms: [Double]
  /// Sum of each figure, by its raw value.
  private var figures = [Double](repeating: 0, count: EpisodeFigure.allCases.count)

  /// A tally of no episodes.
  public init() { self.init(rewardTermCount: 0) }

  init(rewardTermCount: Int) { rewardTerms = [Double](repeating: 0, count: rewardTermCount) }

  /// The sum of a figure over all episodes.
  public subscript(figure: EpisodeFigure) -> Double {
    get { figures[figure.rawValue] }
    set { figures[figure.rawValue] = newValue }
  }

  /// Adds the episodes of another tally.
  public mutating func add(_ other: EpisodeTally) {
    count += other.count
    falls += other.falls
    ticks += other.ticks
    reward += other.reward
    for index in figures.indices { figures[index] += other.figures[index] }
    if rewardTerms.isEmpty {
      rewardTerms = other.rewardTerms
    } else {
      for index in other.rewardTerms.indices { rewardTerms[index] += other.rewardTerms[index] }
    }
  }

  /// Sets every sum to zero.
  mutating func clear() {
    (count, falls, ticks, reward) = (0, 0, 0, 0)
    for index in figures.indices { figures[index] = 0 }
    for index in rewardTerms.indices { rewardTerms[index] = 0 }
  }

  /// Tells whether decoded sums have the sizes of these and are of an episode under way.
  func canBeReplaced(by other: EpisodeTally) -> Bool {
    other.figures.count == figures.count && other.rewardTerms.count == rewardTerms.count
      && other.count == 0 && other.falls == 0 && other.ticks == 0
  }
}
