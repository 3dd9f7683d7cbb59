/// A source of commands.
enum CommandSource: Equatable {
  /// The velocity of `--command`.
  case constant
  /// A file of times and velocities.
  case script(path: String)
  /// The keys of the terminal.
  case keyboard
  /// A Linux joystick device.
  case gamepad(GamepadMap)
  /// Lines of JSON on standard input.
  case standardInput
  /// Datagrams of JSON.
  case udp(address: String, port: UInt16)

  /// Parses the value of `--commands`.
  ///
  /// - Throws: ``CommandError`` with the value and the valid ones.
  init(_ text: String) throws(CommandError) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      .map(String.init)
    switch (parts[0], parts.count > 1 ? parts[1] : nil) {
    case ("constant", nil): self = .constant
    case ("script", let path?) where !path.isEmpty: self = .script(path: path)
    case ("keyboard", nil): self = .keyboard
    case ("gamepad", let settings): self = .gamepad(try GamepadMap(settings ?? ""))
    case ("stdin", nil): self = .standardInput
    case ("udp", let place?): self = try Self.udp(place)
    default:
      throw CommandError(
        "found '\(text)', expected constant, script:FILE, keyboard, gamepad[:DEVICE], stdin or "
          + "udp:[ADDRESS:]PORT")
    }
  }

  private static func udp(_ place: String) throws(CommandError) -> CommandSource {
    let ends = place.split(separator: ":", omittingEmptySubsequences: false)
    guard ends.count <= 2, let port = UInt16(ends[ends.count - 1]), port > 0 else {
      throw CommandError(
        "found udp:\(place), expected udp:PORT or udp:ADDRESS:PORT, port 1 to 65535")
    }
    return .udp(address: ends.count == 2 ? String(ends[0]) : "127.0.0.1", port: port)
  }

  /// The name of the source, for the status line.
  var name: String {
    switch self {
    case .constant: "--command"
    case .script: "script"
    case .keyboard: "keyboard"
    case .gamepad: "gamepad"
    case .standardInput: "stdin"
    case .udp: "udp"
    }
  }

  /// True when the source does not read the terminal.
  var leavesTheKeysAlone: Bool { self != .keyboard && self != .standardInput }
}
