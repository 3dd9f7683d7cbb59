internal import CRealtime
internal import Glibc

/// Standard output and standard error, which may be full, stopped, closed or without a reader.
///
/// All messages of a program go through here. A message that cannot be written never ends or stops
/// it.
public enum StandardStreams {
  /// Time that a message waits for a stopped terminal, in milliseconds.
  private static let messageWaitMilliseconds: Int32 = 200

  /// Makes the standard streams safe to use; a program calls it first.
  ///
  /// A closed descriptor 0 to 2 would become the next file that is opened, such as the servo port,
  /// and messages would go there. It is opened for the other direction, so that using it goes on
  /// failing.
  public static func prepare() {
    realtimeLetWritesFail()
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO]
    where fcntl(descriptor, F_GETFD) < 0 {
      // The system gives out the lowest free descriptor: this one.
      _ = unsafe open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }

  /// Writes a message and a newline to standard error; a terminal that takes nothing loses it.
  ///
  /// - Parameter text: Its control characters are shown as numbers.
  public static func tell(_ text: String) {
    write(printable(text) + "\n", to: STDERR_FILENO, waitMilliseconds: messageWaitMilliseconds)
  }

  /// Writes a question to standard error, without a newline.
  public static func ask(_ text: String) {
    write(printable(text), to: STDERR_FILENO, waitMilliseconds: messageWaitMilliseconds)
  }

  /// Overwrites the status line of a terminal at standard error, unless the terminal is stopped.
  ///
  /// - Parameter text: Cut to the width of the terminal, since a line that wraps cannot be
  ///   overwritten; empty to remove the line.
  public static func showStatus(_ text: String) {
    let line = printable(text).prefix(columns - 1)
    write("\r\u{1B}[K\(line)", to: STDERR_FILENO, waitMilliseconds: 0)
  }

  /// Writes the result of a command to standard output.
  ///
  /// - Parameter text: Its control characters are shown as numbers.
  /// - Throws: ``OutputError`` when not all of it could be written.
  public static func report(_ text: String, terminator: String = "\n") throws(OutputError) {
    let error = write(printable(text) + terminator, to: STDOUT_FILENO, waitMilliseconds: -1)
    if error != 0 { throw OutputError(errorNumber: error) }
  }

  /// Clears the screen and writes a text to standard output.
  public static func redraw(_ text: String) throws(OutputError) {
    let bytes = "\u{1B}[H\u{1B}[2J" + printable(text) + "\n"
    let error = write(bytes, to: STDOUT_FILENO, waitMilliseconds: -1)
    if error != 0 { throw OutputError(errorNumber: error) }
  }

  /// True when standard error is a terminal that knows control sequences.
  public static var hasStatusLine: Bool { isScreen(STDERR_FILENO) }

  /// True when standard output is a terminal that can be cleared and redrawn.
  public static var canRedraw: Bool { isScreen(STDOUT_FILENO) }

  private static func isScreen(_ descriptor: Int32) -> Bool {
    guard isatty(descriptor) == 1, let kind = unsafe getenv("TERM") else { return false }
    return unsafe strcmp(kind, "dumb") != 0
  }

  /// The width of the terminal at standard error, in characters.
  public static var columns: Int {
    var size = winsize()
    let result = unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size)
    return result == 0 && size.ws_col > 1 ? Int(size.ws_col) : 80
  }

  /// True for a character that controls a terminal instead of being shown; tab and newline
  /// excepted.
  public static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: false
    case 0...0x1F, 0x7F...0x9F: true
    // Characters that change the direction of writing.
    case 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  /// A text as one line: its tabs and newlines are shown as numbers too.
  public static func line(_ text: String) -> String {
    printable(text).replacing("\n", with: "\\u{a}").replacing("\t", with: "\\u{9}")
  }

  /// A text whose control characters are shown as numbers: names may come from untrusted files.
  public static func printable(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    return text.unicodeScalars.reduce(into: "") { shown, scalar in
      if isControl(scalar) {
        shown += "\\u{" + String(scalar.value, radix: 16) + "}"
      } else {
        shown.unicodeScalars.append(scalar)
      }
    }
  }

  /// - Parameter waitMilliseconds: Time to wait for room before each piece; below 0 for ever.
  /// - Returns: 0, or the number of the error that ended it.
  @discardableResult
  private static func write(
    _ text: String, to descriptor: Int32, waitMilliseconds: Int32
  ) -> Int32 {
    let bytes = Array(text.utf8)
    var written = 0
    while written < bytes.count {
      if waitMilliseconds >= 0 {
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard unsafe poll(&request, 1, waitMilliseconds) > 0 else { return EAGAIN }
      }
      // A terminal or pipe with room for so much takes it without waiting.
      let end = waitMilliseconds < 0 ? bytes.count : min(bytes.count, written + pieceByteCount)
      let count = unsafe bytes[written..<end].withUnsafeBytes { piece in
        unsafe Glibc.write(descriptor, piece.baseAddress, piece.count)
      }
      if count > 0 {
        written += count
      } else if count == 0 {
        return EIO
      } else if errno == EAGAIN {
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&request, 1, 100)
      } else if errno != EINTR {
        return errno
      }
    }
    return 0
  }

  private static let pieceByteCount = 256
}

/// Standard output could not be written.
public struct OutputError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The system's error number.
  public let errorNumber: Int32

  /// One sentence: what was found and the cure.
  public var description: String {
    "standard output: the report could not be written: \(systemText(errorNumber)); expected a file "
      + "with room, or a reader that stays to the end"
  }
}
