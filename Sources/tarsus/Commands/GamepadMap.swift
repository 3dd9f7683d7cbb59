/// A Linux joystick device and the functions of its axes and buttons.
///
/// The form after `gamepad:`, of which all defaults may be left out:
///
///     /dev/input/js0,hold=4,sit=1,forward=1,left=0,turn=3,quiet=3
///
/// The defaults fit pads such as Xbox's under the kernel's driver; a minus, as in `turn=-2`,
/// reverses an axis.
struct GamepadMap: Equatable {
  /// An axis of a stick.
  struct Axis: Equatable {
    var number: UInt8
    /// True when right and down of the stick are left and forward of the robot.
    var isReversed = false
  }

  var device = "/dev/input/js0"
  /// The dead-man's button; the left shoulder.
  var holdButton: UInt8 = 4
  var sitButton: UInt8 = 1
  var forward = Axis(number: 1)
  var left = Axis(number: 0)
  var turn = Axis(number: 3)
  /// Seconds without any event after which the pad counts as out of range.
  var quietSeconds: Double = 3

  /// The highest number of any driver.
  private static let numberMax: UInt8 = 63
  private static let quietSecondsRange = 0.5...60.0

  /// The default map of the first joystick.
  init() {}

  /// - Throws: ``CommandError`` with the invalid setting.
  init(_ text: String) throws(CommandError) {
    for (index, part) in text.split(separator: ",", omittingEmptySubsequences: false).enumerated() {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if index == 0 && (sides.count == 1 || part.hasPrefix("/")) {
        if !part.isEmpty { device = String(part) }
      } else if sides.count == 2 {
        try set(String(sides[0]), String(sides[1]))
      } else {
        throw CommandError("gamepad: found '\(part)', expected a setting such as hold=4")
      }
    }
    guard holdButton != sitButton else {
      throw CommandError(
        "gamepad: found button \(holdButton) for hold and for sit, expected two buttons")
    }
  }

  private mutating func set(_ key: String, _ value: String) throws(CommandError) {
    switch key {
    case "hold": holdButton = try Self.number(key, value[...])
    case "sit": sitButton = try Self.number(key, value[...])
    case "forward": forward = try Self.axis(key, value)
    case "left": left = try Self.axis(key, value)
    case "turn": turn = try Self.axis(key, value)
    case "quiet":
      guard let seconds = Double(value), Self.quietSecondsRange.contains(seconds) else {
        throw CommandError("gamepad: found quiet=\(value), expected seconds from 0.5 to 60")
      }
      quietSeconds = seconds
    default:
      throw CommandError(
        "gamepad: found '\(key)=', expected hold, sit, forward, left, turn or quiet")
    }
  }

  private static func axis(_ key: String, _ text: String) throws(CommandError) -> Axis {
    let isReversed = text.hasPrefix("-")
    return Axis(
      number: try number(key, text.dropFirst(isReversed ? 1 : 0)), isReversed: isReversed)
  }

  private static func number(_ key: String, _ text: Substring) throws(CommandError) -> UInt8 {
    guard let number = UInt8(text), number <= numberMax else {
      throw CommandError("gamepad: found \(key)=\(text), expected a number from 0 to \(numberMax)")
    }
    return number
  }
}
