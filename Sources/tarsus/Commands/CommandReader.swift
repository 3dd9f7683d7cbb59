internal import CommandSupport
internal import Foundation
internal import Realtime
internal import RobotDescription

/// Listens to a source of commands, in rounds, and stores them in a mailbox.
protocol CommandListener: Sendable {
  /// Waits for input for a moment, and reads it.
  ///
  /// - Returns: `false` once the source has ended.
  mutating func round() -> Bool
}

/// Runs a listener on a thread of its own until its source ends.
enum CommandReader {
  static let threadName = "tarsus-commands"

  /// Opens a source and starts to listen.
  ///
  /// - Parameter key: The key that signs datagrams; `nil` for unsigned ones.
  /// - Returns: True when the source has a listener.
  /// - Throws: ``CommandError`` when it cannot be opened, or would be open to everybody.
  static func start(
    _ source: CommandSource, key: CommandKey?, range: CommandRange, into mailbox: CommandMailbox
  ) throws(CommandError) -> Bool {
    let listener: any CommandListener
    switch source {
    case .constant, .script: return false
    case .keyboard:
      guard Terminal.isThere else {
        throw CommandError("keyboard: standard input is no terminal; run it on one")
      }
      Terminal.forgetKeys()
      listener = KeyboardListener(descriptor: STDIN_FILENO, range: range, mailbox: mailbox)
    case .standardInput:
      listener = LineListener(descriptor: STDIN_FILENO, sink: MessageSink(mailbox: mailbox))
    case .gamepad(let map):
      listener = GamepadListener(
        descriptor: try Joystick.open(map), range: range, map: map, mailbox: mailbox)
    case .udp(let address, let port):
      let socket = try CommandSocket(address: address, port: port, isSigned: key != nil)
      listener = DatagramListener(
        descriptor: socket.descriptor, signatures: key.map { DatagramGuard(key: $0, at: .now) },
        sink: MessageSink(mailbox: mailbox))
    }
    do throws(ThreadError) {
      try BackgroundThread(name: threadName) {
        var listener = listener
        while listener.round() {}
      }.detach()
    } catch {
      throw CommandError("\(error)")
    }
    return true
  }
}

extension DatagramGuard.Moment {
  /// The present moment on the machine's clocks.
  static var now: Self {
    Self(
      monotonicNanoseconds: MonotonicClock.machine.nowNanoseconds,
      wallNanoseconds: WallClock.nowNanoseconds)
  }
}

/// Reads descriptors for listeners.
enum Input {
  /// The longest wait of a round, after which a listener repeats the command of a person.
  static let roundMilliseconds: Int32 = 100

  /// The outcome of a read.
  enum Outcome {
    case bytes([UInt8])
    /// Nothing yet.
    case nothing
    /// The source has ended or failed.
    case ended
  }

  /// True when input comes within a round.
  static func isReady(_ descriptor: Int32) -> Bool {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&request, 1, roundMilliseconds) > 0
  }

  static func read(_ descriptor: Int32, byteCountMax: Int) -> Outcome {
    var bytes = [UInt8](repeating: 0, count: byteCountMax)
    let count = unsafe Glibc.read(descriptor, &bytes, byteCountMax)
    if count > 0 { return .bytes(Array(bytes.prefix(count))) }
    if count < 0 && (errno == EAGAIN || errno == EINTR) { return .nothing }
    return .ended
  }
}

/// Stores messages of other programs in a mailbox, and reports the first invalid ones.
struct MessageSink: Sendable {
  let mailbox: CommandMailbox
  private let tell: @Sendable (String) -> Void
  private var complaints = 0

  /// The number of invalid messages that are reported.
  private static let complaintsMax = 5

  /// - Parameter tell: Shows a sentence to the user; it may take a moment, but must return.
  init(mailbox: CommandMailbox, tell: @escaping @Sendable (String) -> Void = note) {
    self.mailbox = mailbox
    self.tell = tell
  }

  /// Takes a message.
  ///
  /// - Parameter arming: The arming that it is for.
  mutating func take(_ bytes: [UInt8], arming: UInt32) {
    do throws(CommandError) {
      let message = try CommandMessage(json: bytes)
      if message.mustSit { mailbox.postSitDown(arming: arming) }
      mailbox.post(message.command, arming: arming)
    } catch {
      complain(error)
    }
  }

  mutating func complainOfLength() {
    complain(
      CommandError(
        "command: found more than \(CommandMessage.byteCountMax) bytes, expected a line of JSON"))
  }

  mutating func complain(_ error: CommandError) {
    guard complaints < Self.complaintsMax else { return }
    complaints += 1
    tell(complaints < Self.complaintsMax ? "\(error)" : "\(error); further ones are not shown")
  }
}
