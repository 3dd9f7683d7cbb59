internal import CommandSupport
internal import Foundation
internal import RobotDescription

/// Hears commands on a thread of its own, and leaves them in a mailbox until its source ends.
final class CommandReader: Sendable {
  private let source: CommandSource
  private let descriptor: Int32
  private let range: CommandRange
  private let token: String?
  private let mailbox: CommandMailbox

  /// How often a person's command is said again while nothing is pressed.
  private static let roundMilliseconds: Int32 = 100
  /// The longest line or datagram.
  private static let messageByteCountMax = 4_096
  /// Messages that are complained about, before it becomes too much.
  private static let complaintsMax = 5

  /// Opens a source and begins to listen.
  ///
  /// - Parameter token: What datagrams have to carry, where there is one.
  /// - Throws: ``CommandError`` when it cannot be opened, or would be open to everybody.
  static func start(
    _ source: CommandSource, token: String?, range: CommandRange, into mailbox: CommandMailbox
  ) throws(CommandError) {
    let descriptor: Int32
    switch source {
    case .constant, .script: return
    case .keyboard, .standardInput:
      guard source != .keyboard || Terminal.isThere else {
        throw CommandError("keyboard: standard input is no terminal; run it on one")
      }
      descriptor = STDIN_FILENO
    case .gamepad(let path):
      descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else {
        throw CommandError("\(path): cannot be opened, expected a joystick; plug it in")
      }
    case .udp(let address, let port):
      guard address.hasPrefix("127.") || token != nil else {
        throw CommandError(
          "udp: \(address) is open to others, expected a token that they know: set TARSUS_TOKEN")
      }
      descriptor = try listen(address: address, port: port)
    }
    let reader = CommandReader(
      source: source, descriptor: descriptor, range: range, token: token, mailbox: mailbox)
    let thread = Thread { reader.work() }
    thread.name = "commands"
    thread.start()
  }

  private init(
    source: CommandSource, descriptor: Int32, range: CommandRange, token: String?,
    mailbox: CommandMailbox
  ) {
    self.source = source
    self.descriptor = descriptor
    self.range = range
    self.token = token
    self.mailbox = mailbox
  }

  private static func listen(address: String, port: UInt16) throws(CommandError) -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_port = port.bigEndian
    guard unsafe inet_pton(AF_INET, address, &place.sin_addr) == 1 else {
      throw CommandError("udp: found the address '\(address)', expected four numbers: 127.0.0.1")
    }
    let result = unsafe withUnsafePointer(to: &place) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe bind(descriptor, address, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard descriptor >= 0, result == 0 else {
      throw CommandError("udp: port \(port) of \(address) is taken; use another")
    }
    return descriptor
  }

  private func work() {
    // Ctrl-C is for the thread that moves the robot.
    var signals = sigset_t()
    unsafe sigfillset(&signals)
    unsafe pthread_sigmask(SIG_SETMASK, &signals, nil)
    switch source {
    case .keyboard: steer(byteCount: 1) { $0.press($1[0]) }
    case .gamepad: steer(byteCount: 8) { $0.take(event: $1) }
    case .standardInput: readLines()
    case .udp: readDatagrams()
    case .constant, .script: break
    }
  }

  /// Says a person's command again and again: silence means that the keyboard or stick is gone.
  private func steer(byteCount: Int, _ take: (inout ManualCommand, [UInt8]) -> Void) {
    var manual = ManualCommand(range: range)
    while true {
      var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      if unsafe poll(&request, 1, Self.roundMilliseconds) > 0 {
        guard let bytes = read(byteCount), bytes.count == byteCount else { return }
        take(&manual, bytes)
      }
      if manual.wantsToSit { mailbox.postSitDown() }
      mailbox.post(manual.command)
    }
  }

  private func readLines() {
    var line: [UInt8] = []
    var complaints = 0
    while let bytes = read(Self.messageByteCountMax), !bytes.isEmpty {
      for byte in bytes {
        if byte != UInt8(ascii: "\n") {
          if line.count < Self.messageByteCountMax { line.append(byte) }
        } else {
          if !line.isEmpty { take(line, &complaints) }
          line.removeAll(keepingCapacity: true)
        }
      }
    }
  }

  private func readDatagrams() {
    var complaints = 0
    while let bytes = read(Self.messageByteCountMax) { take(bytes, &complaints) }
  }

  private func take(_ bytes: [UInt8], _ complaints: inout Int) {
    do throws(CommandError) {
      let message = try CommandMessage(json: Data(bytes))
      if let token, message.token != token {
        throw CommandError("command: found another token, expected that of TARSUS_TOKEN")
      }
      if message.sit == true { mailbox.postSitDown() }
      mailbox.post(message.command)
    } catch {
      complaints += 1
      if complaints <= Self.complaintsMax { note("\(error)") }
    }
  }

  /// - Returns: `nil` when the source has failed; empty when it has ended.
  private func read(_ byteCount: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: byteCount)
    let count = unsafe Glibc.read(descriptor, &bytes, byteCount)
    bytes.removeLast(byteCount - max(0, count))
    if bytes.isEmpty, case .udp = source { return nil }
    return bytes
  }
}
