internal import Realtime
internal import RobotDescription

/// Computes the command from the sticks of a gamepad, while its dead-man's button is held.
///
/// A joystick device sends nothing when its pad is out of range, and keeps its last state. A pad
/// without an event for ``GamepadMap/quietSeconds`` therefore counts as gone until its next event.
struct GamepadCommand: Equatable {
  /// The size of an event of the Linux joystick interface: time, value, type, number.
  static let eventByteCount = 8

  private let range: CommandRange
  private let map: GamepadMap
  /// The velocity of the sticks.
  private var sticks = VelocityCommand()
  private var isHeld = false
  private var lastEventNanoseconds: UInt64 = 0
  private(set) var wantsToSit = false

  /// The share of a stick's travel around its centre that counts as the centre.
  private static let deadZone: Float = 0.1

  init(range: CommandRange, map: GamepadMap) {
    self.range = range
    self.map = map
  }

  /// True when the dead-man's button is held and the pad is in range.
  func isHeld(at nowNanoseconds: UInt64) -> Bool {
    let quiet = MonotonicClock.nanoseconds(from: lastEventNanoseconds, to: nowNanoseconds)
    return isHeld && Double(quiet) < map.quietSeconds * 1e9
  }

  /// The command; zero unless the button is held.
  func command(at nowNanoseconds: UInt64) -> VelocityCommand {
    isHeld(at: nowNanoseconds) ? sticks : VelocityCommand()
  }

  /// Releases the buttons, which must be pressed again after another arming; the sticks keep their
  /// state.
  mutating func release() {
    isHeld = false
    wantsToSit = false
  }

  /// Takes an event.
  mutating func take(event: some RandomAccessCollection<UInt8>, at nowNanoseconds: UInt64) {
    let bytes = Array(event)
    guard bytes.count == Self.eventByteCount else { return }
    lastEventNanoseconds = nowNanoseconds
    let value = Int16(bitPattern: UInt16(bytes[4]) | UInt16(bytes[5]) << 8)
    switch bytes[6] {
    // Events with 0x80 tell the state of a device when it is opened, and after lost events: a
    // button that is up then was released, and one that is down must be pressed again.
    case 1: take(button: bytes[7], isPressed: value == 1)
    case 0x81 where value == 0: take(button: bytes[7], isPressed: false)
    case 2, 0x82: take(axis: bytes[7], share: Float(value) / 32_767)
    default: break
    }
  }

  private mutating func take(button: UInt8, isPressed: Bool) {
    if button == map.holdButton { isHeld = isPressed }
    if button == map.sitButton && isPressed { wantsToSit = true }
  }

  private mutating func take(axis: UInt8, share: Float) {
    let pushed = abs(share) < Self.deadZone ? 0 : max(-1, min(1, share))
    // Sticks are positive to the right and down; the robot's axes are left and forward.
    func speed(_ axis: GamepadMap.Axis, _ lower: Float, _ upper: Float) -> Float {
      let share = axis.isReversed ? pushed : -pushed
      return share < 0 ? -share * lower : share * upper
    }
    let (lower, upper) = (range.lower, range.upper)
    if axis == map.forward.number {
      sticks.forward = speed(map.forward, lower.forward, upper.forward)
    }
    if axis == map.left.number { sticks.left = speed(map.left, lower.left, upper.left) }
    if axis == map.turn.number { sticks.yawRate = speed(map.turn, lower.yawRate, upper.yawRate) }
  }
}
