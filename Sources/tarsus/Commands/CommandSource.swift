internal import ArgumentParser

/// Who says where the robot is to go.
enum CommandSource: Equatable, ExpressibleByArgument {
  /// `--command`, all the time.
  case constant
  /// A file of times and velocities.
  case script(path: String)
  /// The keys of the terminal.
  case keyboard
  /// A Linux joystick device.
  case gamepad(path: String)
  /// Lines of JSON on standard input.
  case standardInput
  /// Datagrams of JSON.
  case udp(address: String, port: UInt16)

  static let allValueStrings = [
    "constant", "script:FILE", "keyboard", "gamepad[:DEVICE]", "stdin", "udp:[ADDRESS:]PORT",
  ]

  init?(argument: String) {
    let parts = argument.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      .map(String.init)
    switch (parts[0], parts.count > 1 ? parts[1] : nil) {
    case ("constant", nil): self = .constant
    case ("script", let path?) where !path.isEmpty: self = .script(path: path)
    case ("keyboard", nil): self = .keyboard
    case ("gamepad", let path): self = .gamepad(path: path ?? "/dev/input/js0")
    case ("stdin", nil): self = .standardInput
    case ("udp", let place?):
      let ends = place.split(separator: ":", omittingEmptySubsequences: false)
      guard ends.count <= 2, let port = UInt16(ends[ends.count - 1]), port > 0 else { return nil }
      self = .udp(address: ends.count == 2 ? String(ends[0]) : "127.0.0.1", port: port)
    default: return nil
    }
  }

  /// Whether keys on the terminal are free for other things.
  var leavesTheKeysAlone: Bool { self != .keyboard && self != .standardInput }

  var defaultValueDescription: String { "constant" }
}
