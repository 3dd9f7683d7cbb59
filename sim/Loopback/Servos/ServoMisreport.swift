/// What a servo says of its position and velocity beside the truth, while a fault has befallen it.
///
/// Its motor goes by the truth.
struct ServoMisreport {
  /// How its pose is off.
  private enum Pose {
    /// By so many ticks.
    case steady(Int32)
    /// By whole turns, by others each time.
    case turns
  }

  private var pose: Pose?
  private var isRandom = false
  private var isFrozen = false
  /// What it said first since it is frozen.
  private var frozen: (position: Int32, velocity: Int32)?
  private var random = SeededRandom(seed: 0)

  private static let ticksPerTurn: Int32 = 4_096
  /// Whole turns that two bytes can say.
  private static let turnsMax: Int32 = 7

  /// A fault of what the servo of a number says begins or ends; each servo draws for itself.
  mutating func befall(_ fault: LoopbackFault, of id: UInt8, isOn: Bool) {
    let seed = fault.seed &* 257 &+ UInt64(id)
    switch fault.kind {
    case .implausiblePose:
      random = SeededRandom(seed: seed)
      pose = isOn ? Self.pose(&random) : nil
    case .frozenJoints:
      isFrozen = isOn
      frozen = nil
    case .randomJoints:
      random = SeededRandom(seed: seed)
      isRandom = isOn
    default: break
    }
  }

  /// Whole turns away, or others each time; or a third to half a turn, which is more than a leg's joint has.
  private static func pose(_ random: inout SeededRandom) -> Pose {
    switch random.below(3) {
    case 0: .steady(turns(&random))
    case 1: .turns
    default:
      .steady((random.below(2) == 0 ? 1 : -1) * Int32(1_365 + random.below(683)))
    }
  }

  private static func turns(_ random: inout SeededRandom) -> Int32 {
    let count = 1 + Int32(random.below(Int(turnsMax)))
    return (random.below(2) == 0 ? count : -count) * ticksPerTurn
  }

  /// What it says of where it is, in ticks, and how fast, in the unit of its register.
  mutating func reading(
    position: Int32, velocity: Int32
  ) -> (position: Int32, velocity: Int32) {
    var reading = (position: position, velocity: velocity)
    if isFrozen {
      reading = frozen ?? reading
      frozen = reading
    }
    if isRandom { reading.position = Int32(random.below(Int(Self.ticksPerTurn))) }
    switch pose {
    case .steady(let ticks): reading.position += ticks
    case .turns: reading.position += Self.turns(&random)
    case nil: break
    }
    return reading
  }
}
