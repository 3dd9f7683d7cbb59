internal import Foundation
internal import Realtime

/// The terminal at standard input in key mode; it returns to line mode when the value is destroyed.
struct Terminal: ~Copyable {
  private let before: termios
  private let raw: termios

  /// True when standard input is a terminal.
  static var isThere: Bool { isatty(STDIN_FILENO) == 1 }

  /// - Returns: `nil` when standard input is not a terminal.
  init?() {
    var settings = termios()
    guard Self.isThere, unsafe tcgetattr(STDIN_FILENO, &settings) == 0 else { return nil }
    before = settings
    // Ctrl-C remains a signal.
    settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
    raw = settings
    Self.set(raw)
    // Keys that were typed before the question are not an answer.
    Self.forgetKeys()
  }

  deinit { Self.set(before) }

  /// Sets the terminal without waiting for output, which a stopped one does not take.
  private static func set(_ settings: termios) {
    var settings = settings
    unsafe tcsetattr(STDIN_FILENO, TCSANOW, &settings)
  }

  /// Pauses where that was asked for; whoever has the terminal meanwhile finds it as it was.
  private borrowing func suspendIfWanted() {
    guard StopSignals.wantsSuspension else { return }
    Self.set(before)
    StopSignals.suspend()
    Self.set(raw)
  }

  /// Discards keys that were pressed and not read.
  static func forgetKeys() { tcflush(STDIN_FILENO, TCIFLUSH) }

  /// Waits for a key.
  ///
  /// - Returns: `nil` at the end of the input, or when the program is to stop.
  borrowing func key() -> UInt8? {
    // A signal may come between the check and the wait.
    while !StopSignals.isStopping {
      suspendIfWanted()
      var request = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
      guard unsafe poll(&request, 1, 100) > 0 else { continue }
      var byte: UInt8 = 0
      return unsafe Glibc.read(STDIN_FILENO, &byte, 1) == 1 ? byte : nil
    }
    return nil
  }
}
