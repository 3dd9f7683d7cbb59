internal import CommandSupport
internal import RobotDescription

/// Where a person steers the robot, by keys or sticks.
struct ManualCommand: Equatable {
  /// What the robot may be asked for.
  let range: CommandRange
  private(set) var command = VelocityCommand()
  private(set) var wantsToSit = false

  /// A key changes a speed by this part of the largest.
  private static let keyStep: Float = 0.2
  /// Part of a stick's way about its middle that counts as the middle.
  private static let deadZone: Float = 0.1

  init(range: CommandRange) { self.range = range }

  /// Takes a key: w and s, a and d, q and e, space to stand, x to sit down.
  mutating func press(_ key: UInt8) {
    let step = Self.keyStep
    switch key {
    case UInt8(ascii: "w"): command.forward += range.upper.forward * step
    case UInt8(ascii: "s"):
      command.forward -= max(-range.lower.forward, range.upper.forward) * step
    case UInt8(ascii: "a"): command.yawRate += range.upper.yawRate * step
    case UInt8(ascii: "d"): command.yawRate += range.lower.yawRate * step
    case UInt8(ascii: "q"): command.left += range.upper.left * step
    case UInt8(ascii: "e"): command.left += range.lower.left * step
    case UInt8(ascii: " "): command = VelocityCommand()
    case UInt8(ascii: "x"): wantsToSit = true
    default: break
    }
    command = range.nearest(to: command)
  }

  /// Takes an event of the Linux joystick interface, 8 bytes: time, value, type, number.
  ///
  /// The left stick goes forward and to the sides, the right stick turns; button 1 sits down.
  mutating func take(event: [UInt8]) {
    guard event.count == 8 else { return }
    let value = Int16(bitPattern: UInt16(event[4]) | UInt16(event[5]) << 8)
    let (isButton, isAxis) = (event[6] & 0x7F == 1, event[6] & 0x7F == 2)
    // Sticks say right and down; the robot's axes are left and forward.
    let share = -Float(value) / 32_767
    let pushed = abs(share) < Self.deadZone ? 0 : share
    switch (isAxis, event[7]) {
    case (true, 0): command.left = Self.speed(pushed, range.lower.left, range.upper.left)
    case (true, 1):
      command.forward = Self.speed(pushed, range.lower.forward, range.upper.forward)
    case (true, 3): command.yawRate = Self.speed(pushed, range.lower.yawRate, range.upper.yawRate)
    case (false, 1) where isButton && value == 1: wantsToSit = true
    default: break
    }
  }

  private static func speed(_ share: Float, _ lower: Float, _ upper: Float) -> Float {
    let bounded = max(-1, min(1, share))
    return bounded < 0 ? -bounded * lower : bounded * upper
  }
}
