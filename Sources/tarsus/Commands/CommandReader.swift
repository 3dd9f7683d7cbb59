internal import CommandSupport
internal import Foundation
internal import Realtime
internal import RobotDescription

/// What hears commands, a round at a time, and leaves them in a mailbox.
protocol CommandListener: Sendable {
  /// Waits a moment for something to hear, and takes it.
  ///
  /// - Returns: `false` once its source has ended.
  mutating func round() -> Bool
}

/// Hears commands on a thread of its own until their source ends.
enum CommandReader {
  static let threadName = "tarsus-commands"

  /// Opens a source and begins to listen.
  ///
  /// - Parameter key: What datagrams are signed with, where there is one.
  /// - Returns: Whether it is a source that is listened to.
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
  /// On the machine's clocks.
  static var now: Self {
    Self(
      monotonicNanoseconds: MonotonicClock.machine.nowNanoseconds,
      wallNanoseconds: WallClock.nowNanoseconds)
  }
}

/// Reading of descriptors by listeners.
enum Input {
  /// How often a listener says a person's command again while nothing is pressed.
  static let roundMilliseconds: Int32 = 100

  /// What a read has given.
  enum Outcome {
    case bytes([UInt8])
    /// Nothing now.
    case nothing
    /// The source has ended or failed.
    case ended
  }

  /// Whether something is there within a round.
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

/// Takes messages of other programs into a mailbox, and says what is wrong with the first bad ones.
struct MessageSink: Sendable {
  let mailbox: CommandMailbox
  private let tell: @Sendable (String) -> Void
  private var complaints = 0

  /// Messages that are complained about, before it becomes too much.
  private static let complaintsMax = 5

  /// - Parameter tell: Says a sentence to a person; it may take a moment, and never for ever.
  init(mailbox: CommandMailbox, tell: @escaping @Sendable (String) -> Void = note) {
    self.mailbox = mailbox
    self.tell = tell
  }

  /// Takes a message.
  ///
  /// - Parameter arming: For which it was said.
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
    tell(complaints < Self.complaintsMax ? "\(error)" : "\(error); no more of these are shown")
  }
}
