internal import RobotDescription

/// Where a person steers the robot with the sticks of a gamepad, while a button is held.
///
/// A joystick device says nothing when its pad is out of range: it goes on holding what was said last. So
/// a pad without any event for ``GamepadMap/quietSeconds`` counts as gone until its next one.
struct GamepadCommand: Equatable {
  /// Bytes of an event of the Linux joystick interface: time, value, type, number.
  static let eventByteCount = 8

  private let range: CommandRange
  private let map: GamepadMap
  /// Where the sticks point.
  private var sticks = VelocityCommand()
  private var isHeld = false
  private var lastEventNanoseconds: UInt64 = 0
  private(set) var wantsToSit = false

  /// Part of a stick's way about its middle that counts as the middle.
  private static let deadZone: Float = 0.1

  init(range: CommandRange, map: GamepadMap) {
    self.range = range
    self.map = map
  }

  /// Whether the dead-man's button is held, by a pad that is there.
  func isHeld(at nowNanoseconds: UInt64) -> Bool {
    guard isHeld, nowNanoseconds > lastEventNanoseconds else { return isHeld }
    return Double(nowNanoseconds - lastEventNanoseconds) < map.quietSeconds * 1e9
  }

  /// Where the robot is to go; to stand unless the button is held.
  func command(at nowNanoseconds: UInt64) -> VelocityCommand {
    isHeld(at: nowNanoseconds) ? sticks : VelocityCommand()
  }

  /// Forgets the buttons, which after another arming are pressed anew; the sticks stay where they are.
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
    // 0x80 tells how things are, when a device is opened and after events were lost: a button that is
    // up then was let up, one that is down counts only when it is pressed.
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
    // Sticks say right and down; the robot's axes are left and forward.
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
