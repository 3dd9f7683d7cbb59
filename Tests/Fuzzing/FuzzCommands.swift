import Foundation
import RobotControl
import RobotDescription

// The command sources: whatever comes in, the policy gets a velocity in its range that does
// not jump.

func fuzzCommandMessage() {
  let way = fields.byte()
  let json = way & 1 == 0 ? fields.rest() : Array(written(way).utf8)
  guard let message = try? CommandMessage(json: json) else { return }
  var limiter = CommandLimiter(range: range, periodSeconds: 0.02)
  check(&limiter, message.command)
}

func fuzzCommandScript() {
  let way = fields.byte()
  let text = way & 1 == 0 ? String(decoding: fields.rest(), as: UTF8.self) : writtenScript()
  let script: CommandScript
  do {
    script = try CommandScript(text: text, path: "walk.txt")
  } catch {
    return
  }
  var limiter = CommandLimiter(range: range, periodSeconds: 0.02)
  var before = 0.0
  for step in script.steps {
    if !step.seconds.isFinite || step.seconds < before { fatalError("time runs backwards") }
    before = step.seconds
    if let command = script.command(at: step.seconds) { check(&limiter, command) }
  }
  for seconds in [-1, 0, 1e308, .infinity, .nan] { _ = script.command(at: seconds) }
}

/// Keys and sticks, at any times that do not run backwards.
func fuzzSteering() {
  var keyboard = KeyboardCommand(range: range)
  var gamepad = GamepadCommand(range: range, map: GamepadMap())
  var limiter = CommandLimiter(range: range, periodSeconds: 0.02)
  var now: UInt64 = 0
  while !fields.isOver {
    let way = fields.byte()
    now += UInt64(way >> 2) * 50_000_000
    if way & 1 == 0 {
      keyboard.press(fields.byte(), at: now)
    } else {
      gamepad.take(event: fields.bytes(8), at: now)
    }
    if way & 2 != 0 { gamepad.release() }
    let wishes = [keyboard.command(at: now), gamepad.command(at: now)]
    for wish in wishes {
      if range.nearest(to: wish) != wish { fatalError("\(wish)") }
    }
    if !gamepad.isHeld(at: now) && wishes[1] != VelocityCommand() { fatalError("nobody holds it") }
    check(&limiter, wishes[Int(way >> 1) & 1])
  }
  _ = try? GamepadMap(written(1))
}

/// A stream cut into lines, whatever it is cut into before.
func fuzzLines() {
  var cutter = LineCutter(byteCountMax: 16)
  while !fields.isOver {
    for case .whole(let line) in cutter.take(fields.bytes(Int(fields.byte() & 0x1F))) {
      if line.isEmpty || line.count > 16 || line.contains(10) { fatalError("\(line)") }
      _ = try? CommandMessage(json: line)
    }
  }
}

/// Any bytes as all that reads commands from outside.
///
/// What is taken for a message has to be JSON to Foundation as well, with the same numbers.
func fuzzCommandBytes() {
  let bytes = fields.rest()
  if let message = try? CommandMessage(json: bytes) { compare(message, bytes) }
  var whole = LineCutter(byteCountMax: 32)
  var single = LineCutter(byteCountMax: 32)
  let lines = whole.take(bytes)
  if lines != bytes.flatMap({ single.take([$0]) }) || whole.end() != single.end() {
    fatalError("other lines byte by byte")
  }
  if let parts = SignedParts(bytes), parts.signature.count != 32 { fatalError("no signature") }
  let text = String(decoding: bytes, as: UTF8.self)
  _ = try? GamepadMap(text)
  if let script = try? CommandScript(text: text, path: "fuzzed") {
    let asked = script.command(at: script.endSeconds / 2)
    if asked?.forward.isFinite != true { fatalError("no number in the middle of a script") }
    if script.command(at: script.endSeconds) != nil { fatalError("no end") }
  }
}

/// Checks a message against what Foundation reads.
private func compare(_ message: CommandMessage, _ bytes: [UInt8]) {
  guard let object = try? JSONSerialization.jsonObject(with: Data(bytes)),
    let members = object as? [String: Any]
  else { fatalError("a message that is no JSON") }
  func number(_ key: String) -> Float { (members[key] as? NSNumber)?.floatValue ?? 0 }
  let command = message.command
  let isSame =
    command.forward == number("forward") && command.left == number("left")
    && command.yawRate == number("yaw_rate")
    && message.mustSit == (members["sit"] as? Bool ?? false)
  if !isSame || !command.forward.isFinite { fatalError("other numbers than Foundation's") }
}

private let range = CommandRange(
  lower: VelocityCommand(forward: -0.5, left: -0.2, yawRate: -1),
  upper: VelocityCommand(forward: 1, left: 0.2, yawRate: 1))

/// Goes some ticks towards a wish.
private func check(_ limiter: inout CommandLimiter, _ wish: VelocityCommand) {
  var before = limiter.next(towards: wish)
  for _ in 0..<3 {
    let command = limiter.next(towards: wish)
    if range.nearest(to: command) != command { fatalError("\(command) for \(wish)") }
    let step = max(abs(command.forward - before.forward), abs(command.left - before.left))
    if !(step < 0.0101) || !(abs(command.yawRate - before.yawRate) < 0.0401) {
      fatalError("from \(before) to \(command) in a tick")
    }
    before = command
  }
}

/// JSON that is nearly right.
private func written(_ way: UInt8) -> String {
  let keys = [
    "forward", "left", "yaw_rate", "sit", "token", "forward ", "Forward", "\\u0066orward",
  ]
  let values = [
    "0.1", "-1e999", "1e38", "3.5e38", "-0", "null", "true", "\"x\"", "[]", "{}", "1e-400", "NaN",
    "00", "18446744073709551616", "\"\\ud800\"", "0x1",
  ]
  var parts: [String] = []
  while !fields.isOver && parts.count < 8 {
    let (key, value) = (fields.byte(), fields.byte())
    parts.append("\"\(keys[Int(key) & 7])\":\(values[Int(value) & 15])")
  }
  let text = "{" + parts.joined(separator: way & 2 == 0 ? "," : ",,") + "}"
  return way & 4 == 0 ? text : String(repeating: "[", count: Int(way)) + text
}

/// A script that is nearly right.
private func writtenScript() -> String {
  let words = [
    "0", "1", "2.5", "-0", "nan", "inf", "1e308", "1e999", "0.1,0,0", "0,0,nan", "1e39,0,0", "end",
    "0,0", ",,", "#", "\n", "\r\n", " ", "\t", "0x1p3", "\u{0}", "9,9,9", "\u{301}", "5 end",
  ]
  var text = ""
  while !fields.isOver {
    text += words[Int(fields.byte()) % words.count] + (fields.byte() & 3 == 0 ? "\n" : " ")
  }
  return text
}
