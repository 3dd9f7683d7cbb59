internal import Physics
internal import RobotDescription

/// A term of the reward: a weight times a measure of the tick.
///
/// To add one, add its weight to ``RewardWeights``, a line to ``groups``, and a line with its
/// meaning to the settings of the weights. Its sum in `progress.csv`, TensorBoard and the page
/// follows.
struct RewardTerm: Sendable {
  /// Name of its weight.
  let name: String
  /// Unit of the measure; a number without unit is 1.
  let unit: String
  /// True for an event, such as a step: its weight is not per second.
  let isEvent: Bool
  let weight: any KeyPath<RewardWeights, Float> & Sendable
  let measure: Measure

  /// Measures a tick of the simulation with some index.
  typealias Measure = @Sendable (_ motion: Motion, _ bodies: LeggedBodies, _ index: Int) -> Float

  init(
    _ name: String, _ unit: String, _ weight: any KeyPath<RewardWeights, Float> & Sendable,
    isEvent: Bool = false, _ measure: @escaping Measure
  ) {
    self.name = name
    self.unit = unit
    self.isEvent = isEvent
    self.weight = weight
    self.measure = measure
  }

  /// All terms, in groups that are added up before they are added to each other.
  ///
  /// Another order rounds otherwise, and the same seed would train another policy.
  static let groups: [[RewardTerm]] = [
    [RewardTerm("alive", "1", \.alive) { _, _, _ in 1 }],
    [
      RewardTerm("velocity", "1", \.velocity) { motion, bodies, _ in
        bodies.velocityTracking(motion)
      },
      RewardTerm("turning", "1", \.turning) { motion, bodies, _ in
        bodies.turnTracking(motion)
      },
    ],
    [
      RewardTerm("tilt", "1", \.tilt) { motion, _, _ in motion.tilt },
      RewardTerm("bounce", "m²/s²", \.bounce) { motion, _, _ in motion.rise * motion.rise },
    ],
    [RewardTerm("targetChange", "rad²", \.targetChange) { motion, _, _ in motion.actionRate }],
    [
      RewardTerm("targetAcceleration", "rad²", \.targetAcceleration) { motion, _, _ in
        motion.actionAcceleration
      }
    ],
    [
      RewardTerm("jointRate", "rad²/s²", \.jointRate) { motion, _, _ in motion.jointVelocity },
      RewardTerm("power", "W", \.power) { motion, _, _ in motion.power },
    ],
    [
      RewardTerm("footSlip", "m/s", \.footSlip) { motion, bodies, _ in
        bodies.sumOverFeet(motion) { $0.slipSpeed }
      },
      RewardTerm("clearance", "m/s", \.clearance) { motion, bodies, _ in bodies.lowSwing(motion) },
      RewardTerm("gaitContact", "1", \.gaitContact) { motion, bodies, _ in
        bodies.gaitContact(motion)
      },
    ],
    [RewardTerm("gaitPose", "1", \.gaitPose) { $1.gaitPose($0, $2) }],
    [RewardTerm("stillPose", "rad", \.stillPose) { $1.stillPose($0, $2) }],
    [RewardTerm("posture", "rad²", \.posture) { _, bodies, index in bodies.posture(index) }],
    [
      RewardTerm("airTime", "s", \.airTime, isEvent: true) { motion, bodies, _ in
        bodies.airTime(motion)
      }
    ],
  ]

  /// The terms whose weight is not zero, in the order in which they are added.
  static func active(_ weights: RewardWeights) -> [ActiveRewardTerm] {
    groups.flatMap { group in
      let active = group.filter { weights[keyPath: $0.weight] != 0 }
      return active.enumerated().map { index, term in
        ActiveRewardTerm(
          term: term, weight: weights[keyPath: term.weight], endsGroup: index == active.count - 1)
      }
    }
  }
}

/// A term with its weight, which is not zero.
struct ActiveRewardTerm: Sendable {
  let name: String
  let unit: String
  let weight: Float
  let measure: RewardTerm.Measure
  let isEvent: Bool
  /// True when it is the last of its group.
  let endsGroup: Bool

  init(term: RewardTerm, weight: Float, endsGroup: Bool) {
    name = term.name
    unit = term.unit
    measure = term.measure
    isEvent = term.isEvent
    self.weight = weight
    self.endsGroup = endsGroup
  }
}
