import Foundation

/// Feeds bytes to all that reads commands from outside: messages, lines, signed datagrams, scripts and
/// settings of a gamepad.
///
/// What is taken for a message has to be JSON to Foundation as well, with the same numbers.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCommands(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
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
  return 0
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
