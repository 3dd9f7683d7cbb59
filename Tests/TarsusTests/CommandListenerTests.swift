import Foundation
import Realtime
import RobotDescription
import Synchronization
import Testing

@testable import tarsus

/// Listeners at real descriptors, round by round, without a thread.
@Suite struct CommandListenerTests {
  /// Keeps what people would be told.
  private final class Complaints: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    func add(_ line: String) { lines.withLock { $0.append(line) } }
  }

  private static let range = CommandRange(
    lower: VelocityCommand(forward: -0.1), upper: VelocityCommand(forward: 0.25, yawRate: 0.5))

  private let mailbox = CommandMailbox()
  private let complaints = Complaints()

  private func sink() -> MessageSink {
    let complaints = complaints
    return MessageSink(mailbox: mailbox) { complaints.add($0) }
  }

  private func newest() -> VelocityCommand? {
    var last: UInt64 = 0
    return mailbox.newest(since: &last)
  }

  // MARK: Datagrams

  /// A listener of its own, and a socket that sends to it.
  private func datagrams() throws -> (listener: DatagramListener, sender: Int32, receiver: Int32) {
    let receiver = try CommandSocket(address: "127.0.0.1", port: 0, isSigned: false).descriptor
    let sender = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
    var place = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isConnected = unsafe withUnsafeMutablePointer(to: &place) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe getsockname(receiver, address, &size) == 0 && connect(sender, address, size) == 0
      }
    }
    try #require(isConnected)
    return (
      DatagramListener(descriptor: receiver, signatures: nil, sink: sink()), sender, receiver
    )
  }

  @Test func datagrams_emptyAndBadOnes_listeningGoesOn() throws {
    var (listener, sender, receiver) = try datagrams()
    defer {
      close(sender)
      close(receiver)
    }
    let long = Array(#"{"sit": true}"#.utf8) + [UInt8](repeating: 0x20, count: 4_084)
    let all: [[UInt8]] = [
      [], Array("walk".utf8), [0xFF, 0xFE], long, Array(#"{"forward": 0.1}"#.utf8),
    ]
    for bytes in all {
      #expect(unsafe send(sender, bytes, bytes.count, 0) == bytes.count)
      let goesOn = listener.round()
      #expect(goesOn)
    }
    #expect(newest() == VelocityCommand(forward: 0.1))
    #expect(!mailbox.wantsToSit)
    #expect(complaints.all.count == 4)
    #expect(complaints.all.last?.contains("more than 4096 bytes") == true)
  }

  @Test func datagrams_failingSocket_listeningGoesOn() throws {
    // No socket at all: every receive fails.
    let ends = try Self.pipe()
    defer {
      close(ends.read)
      close(ends.write)
    }
    Self.write([1], to: ends.write)
    var listener = DatagramListener(descriptor: ends.read, signatures: nil, sink: sink())
    for _ in 0..<3 {
      let goesOn = listener.round()
      #expect(goesOn)
    }
  }

  @Test func datagrams_manyBadOnes_areComplainedAboutFiveTimes() throws {
    var (listener, sender, receiver) = try datagrams()
    defer {
      close(sender)
      close(receiver)
    }
    for _ in 0..<20 {
      #expect(unsafe send(sender, "walk", 4, 0) == 4)
      _ = listener.round()
    }
    #expect(complaints.all.count == 5)
    #expect(complaints.all.last?.hasSuffix("further ones are not shown") == true)
  }

  @Test func datagrams_signedAreWanted_plainOnesMoveNothing() throws {
    let (_, sender, receiver) = try datagrams()
    defer {
      close(sender)
      close(receiver)
    }
    let moment = DatagramGuard.Moment(monotonicNanoseconds: 0, wallNanoseconds: 0)
    var listener = DatagramListener(
      descriptor: receiver,
      signatures: DatagramGuard(key: try CommandKey(Array(repeating: 1, count: 16)), at: moment),
      sink: sink(), now: { moment })
    #expect(unsafe send(sender, "{}", 2, 0) == 2)
    _ = listener.round()
    #expect(newest() == nil)
    #expect(complaints.all.first?.contains("without a signature") == true)
  }

  @Test(arguments: ["0.0.0.0", "192.168.0.1", "127x"])
  func socket_openToOthersOrNoAddress_isRefused(address: String) {
    #expect(throws: CommandError.self) {
      try CommandSocket(address: address, port: 0, isSigned: false)
    }
  }

  // MARK: Lines, keys, sticks

  /// Both ends of a pipe.
  private static func pipe() throws -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    try #require(unsafe Glibc.pipe(&ends) == 0)
    return (ends[0], ends[1])
  }

  private static func write(_ bytes: some Sequence<UInt8>, to descriptor: Int32) {
    let bytes = Array(bytes)
    #expect(unsafe Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
  }

  @Test func lines_tooLongOne_itsRestIsNoCommand() throws {
    let ends = try Self.pipe()
    defer { close(ends.read) }
    var listener = LineListener(descriptor: ends.read, sink: sink())
    let padding = String(repeating: " ", count: 4_097)
    Self.write((padding + #"{"sit": true}"# + "\n" + #"{"forward": 0.1}"#).utf8, to: ends.write)
    close(ends.write)
    while listener.round() {}
    #expect(!mailbox.wantsToSit)
    // The last line needs no end.
    #expect(newest() == VelocityCommand(forward: 0.1))
    #expect(complaints.all.count == 1)
  }

  @Test func keyboard_armedAgain_forgetsItsKeys() throws {
    let ends = try Self.pipe()
    defer {
      close(ends.read)
      close(ends.write)
    }
    let clock = ManualClock()
    var listener = KeyboardListener(
      descriptor: ends.read, range: Self.range, mailbox: mailbox, clock: clock.clock)
    Self.write("wx".utf8, to: ends.write)
    _ = listener.round()
    #expect(newest()?.forward == 0.05 && mailbox.wantsToSit && mailbox.hold == .held)
    mailbox.beginArming()
    _ = listener.round()
    #expect(newest() == VelocityCommand() && !mailbox.wantsToSit && mailbox.hold == .released)
  }

  @Test func keyboard_paused_leavesTheKeyThatArmsToOthers() throws {
    let ends = try Self.pipe()
    defer {
      close(ends.read)
      close(ends.write)
    }
    var listener = KeyboardListener(descriptor: ends.read, range: Self.range, mailbox: mailbox)
    mailbox.askForPause()
    #expect(!mailbox.isPaused)
    Self.write("a".utf8, to: ends.write)
    _ = listener.round()
    #expect(mailbox.isPaused)
    guard case .bytes(let key) = Input.read(ends.read, byteCountMax: 8) else {
      Issue.record("the key is gone")
      return
    }
    #expect(key == Array("a".utf8))
    mailbox.beginArming()
    Self.write("w".utf8, to: ends.write)
    _ = listener.round()
    #expect(newest() == VelocityCommand(forward: 0.05))
  }

  @Test func gamepad_heldThenQuiet_standsAndSaysSo() throws {
    let ends = try Self.pipe()
    defer { close(ends.read) }
    let clock = ManualClock()
    var listener = GamepadListener(
      descriptor: ends.read, range: Self.range, map: GamepadMap(), mailbox: mailbox,
      clock: clock.clock)
    Self.write([0, 0, 0, 0, 1, 0, 1, 4, 0, 0, 0, 0, 0x01, 0x80, 2, 1], to: ends.write)
    _ = listener.round()
    #expect(newest() == VelocityCommand(forward: 0.25) && mailbox.hold == .held)
    clock.advance(nanoseconds: 3_000_000_000)
    _ = listener.round()
    #expect(newest() == VelocityCommand() && mailbox.hold == .released)
    close(ends.write)
    let goesOn = listener.round()
    #expect(!goesOn)
  }
}
