internal import RobotDescription

/// Wrong position and velocity that a servo reports while a fault is injected.
///
/// Its motor uses the true ones.
struct ServoMisreport {
  /// Error of the position.
  private enum Pose {
    /// A constant number of ticks.
    case steady(Int32)
    /// Whole turns, others each time.
    case turns
  }

  private var pose: Pose?
  private var isRandom = false
  private var isFrozen = false
  /// First report since the fault began.
  private var frozen: (position: Int32, velocity: Int32)?
  private var random = SeededRandom(seed: 0)

  private static let ticksPerTurn = Int32(ServoCalibration.ticksPerTurn)
  /// Whole turns that fit into two bytes.
  private static let turnsMax: Int32 = 7

  /// Begins or ends a fault of a servo's reports; each servo draws its own numbers.
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

  /// Draws whole turns, the same or others each time, or a third to half a turn: more than a
  /// joint's range.
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

  /// Reported position in ticks, and velocity in the unit of its register.
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
