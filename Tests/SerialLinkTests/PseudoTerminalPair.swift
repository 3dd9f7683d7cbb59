import CSerialInterposer
import CTerminal
import Glibc
import Realtime

/// Both ends of a pseudo terminal, for tests that play the device.
struct PseudoTerminalPair: ~Copyable {
  private let ends: TerminalPair

  /// - Parameter isCooked: Whether the line echoes and translates, as a fresh one does.
  init(isCooked: Bool = false) {
    ends = terminalOpenPair()
    precondition(ends.error == 0, "no pseudo terminal: error \(-ends.error)")
    guard isCooked else { return }
    var settings = termios()
    unsafe tcgetattr(ends.master, &settings)
    settings.c_iflag |= tcflag_t(ICRNL | IXON | ISTRIP)
    settings.c_oflag |= tcflag_t(OPOST | ONLCR)
    settings.c_lflag |= tcflag_t(ICANON | ECHO | ISIG)
    unsafe tcsetattr(ends.master, TCSANOW, &settings)
  }

  deinit {
    close(ends.master)
    close(ends.slave)
  }

  var path: String { "/dev/pts/\(ends.number)" }

  /// Bits per second of the host's end; a master shows its slave's settings.
  var baudRate: Int32 { serialInterposerBaudRate(ends.master) }

  /// Sends until everything is sent or the line is full; returns how much that was.
  @discardableResult
  borrowing func send(_ bytes: [UInt8]) -> Int {
    var count = 0
    while count < bytes.count {
      let rest = Array(bytes[count...])
      let sent = unsafe terminalWrite(ends.master, rest, rest.count, 0)
      if sent <= 0 { break }
      count += Int(sent)
    }
    return count
  }

  /// Waits for as many bytes as asked for, at most a second.
  borrowing func receive(_ byteCount: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    let deadline = nanosecondsFromNow(milliseconds: 1000)
    while bytes.count < byteCount {
      let count = unsafe terminalRead(ends.master, &chunk, chunk.count, deadline)
      if count <= 0 { break }
      bytes += chunk.prefix(Int(count))
    }
    return bytes
  }
}

/// An absolute deadline on the monotonic clock.
func nanosecondsFromNow(milliseconds: UInt64) -> UInt64 {
  MonotonicClock.machine.nowNanoseconds + milliseconds * 1_000_000
}
