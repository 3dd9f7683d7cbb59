internal import RobotDescription

/// Where a person steers the robot with keys, one of which is held.
///
/// A terminal repeats a key that is held, and says nothing when the person is gone.
struct KeyboardCommand: Equatable {
  private let range: CommandRange
  private var asked = VelocityCommand()
  private var lastKeyNanoseconds: UInt64?
  private(set) var wantsToSit = false

  /// A key changes a speed by this part of the largest.
  private static let keyStep: Float = 0.2
  /// Time after a key for which the robot goes on; longer than keyboards wait before they repeat one.
  private static let lapseNanoseconds: UInt64 = 1_000_000_000

  init(range: CommandRange) { self.range = range }

  /// Whether a key is held, as far as one can tell.
  func isHeld(at nowNanoseconds: UInt64) -> Bool {
    lastKeyNanoseconds.map { nowNanoseconds < $0 + Self.lapseNanoseconds } ?? false
  }

  /// Where the robot is to go; to stand a second after the last key.
  func command(at nowNanoseconds: UInt64) -> VelocityCommand {
    isHeld(at: nowNanoseconds) ? asked : VelocityCommand()
  }

  /// Takes a key: w and s, a and d, q and e, space to stand, x to sit down; any other keeps the speed.
  mutating func press(_ key: UInt8, at nowNanoseconds: UInt64) {
    // What lapsed is not taken up again.
    if !isHeld(at: nowNanoseconds) { asked = VelocityCommand() }
    lastKeyNanoseconds = nowNanoseconds
    let step = Self.keyStep
    switch key {
    case UInt8(ascii: "w"): asked.forward += range.upper.forward * step
    case UInt8(ascii: "s"):
      asked.forward -= max(-range.lower.forward, range.upper.forward) * step
    case UInt8(ascii: "a"): asked.yawRate += range.upper.yawRate * step
    case UInt8(ascii: "d"): asked.yawRate += range.lower.yawRate * step
    case UInt8(ascii: "q"): asked.left += range.upper.left * step
    case UInt8(ascii: "e"): asked.left += range.lower.left * step
    case UInt8(ascii: " "): asked = VelocityCommand()
    case UInt8(ascii: "x"): wantsToSit = true
    default: break
    }
    asked = range.nearest(to: asked)
  }
}
