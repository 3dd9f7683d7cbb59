internal import RobotDescription

/// Computes the command from the keys of a terminal, one of which must be held.
///
/// A terminal repeats a held key, and sends nothing when the person is gone.
struct KeyboardCommand: Equatable {
  private let range: CommandRange
  private var asked = VelocityCommand()
  private var lastKeyNanoseconds: UInt64?
  private(set) var wantsToSit = false

  /// The change of a velocity by one key, as a share of the largest.
  private static let keyStep: Float = 0.2
  /// The time after a key for which it counts as held: longer than the delay before keyboards
  /// repeat.
  private static let lapseNanoseconds: UInt64 = 1_000_000_000

  init(range: CommandRange) { self.range = range }

  /// True when a key was sent within the last second.
  func isHeld(at nowNanoseconds: UInt64) -> Bool {
    lastKeyNanoseconds.map { nowNanoseconds < $0 + Self.lapseNanoseconds } ?? false
  }

  /// The command; zero a second after the last key.
  func command(at nowNanoseconds: UInt64) -> VelocityCommand {
    isHeld(at: nowNanoseconds) ? asked : VelocityCommand()
  }

  /// Takes a key: w, s, a, d, q, e to steer, space to stop, x to sit down; any other keeps the
  /// velocity.
  mutating func press(_ key: UInt8, at nowNanoseconds: UInt64) {
    // A velocity that has lapsed does not return.
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
