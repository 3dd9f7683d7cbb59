internal import Foundation
internal import Realtime

/// The terminal at standard input, giving keys as they are pressed; destroying it gives back lines.
struct Terminal: ~Copyable {
  private let before: termios

  /// Whether somebody sits at standard input.
  static var isThere: Bool { isatty(STDIN_FILENO) == 1 }

  /// - Returns: `nil` when standard input is no terminal.
  init?() {
    var settings = termios()
    guard Self.isThere, unsafe tcgetattr(STDIN_FILENO, &settings) == 0 else { return nil }
    before = settings
    // Ctrl-C goes on being a signal.
    settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
    // Without waiting for output that a stopped terminal holds back.
    unsafe tcsetattr(STDIN_FILENO, TCSANOW, &settings)
    // What was typed before somebody asked is no answer.
    Self.forgetKeys()
  }

  deinit {
    var settings = before
    unsafe tcsetattr(STDIN_FILENO, TCSANOW, &settings)
  }

  /// Forgets the keys that were pressed and not read.
  static func forgetKeys() { tcflush(STDIN_FILENO, TCIFLUSH) }

  /// Waits for a key.
  ///
  /// - Returns: `nil` at the end of the input, or once the program is to stop.
  borrowing func key() -> UInt8? {
    // A signal may come between the question whether to stop and the wait.
    while !StopSignals.isStopping {
      StopSignals.suspendIfWanted()
      var request = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
      guard unsafe poll(&request, 1, 100) > 0 else { continue }
      var byte: UInt8 = 0
      return unsafe Glibc.read(STDIN_FILENO, &byte, 1) == 1 ? byte : nil
    }
    return nil
  }
}
