import CTerminal
import Glibc
import Loopback
import Realtime
import SerialLink
import Testing

@Suite struct PseudoTerminalTests {
  /// A deadline that no passing test reaches: ten seconds from now.
  private static var farDeadline: UInt64 {
    var now = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &now)
    return UInt64(now.tv_sec + 10) * 1_000_000_000
  }

  /// A name in the temporary folder that no other test run has.
  private static func temporaryPath(_ name: String) -> String {
    "/tmp/tarsus-\(getpid())-pty-\(name)"
  }

  /// The target of a symbolic link; empty when there is none.
  private static func target(of link: String) -> String {
    var bytes = [CChar](repeating: 0, count: 256)
    let count = unsafe readlink(link, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(count, 0)).map { UInt8($0) }, as: UTF8.self)
  }

  @Test func transfer_hostOverItsLink_bothWaysUnchanged() throws {
    let link = Self.temporaryPath("transfer")
    let device = try PseudoTerminal(link: link)
    let host = try SerialPort(path: link, baudRate: 1_000_000, clock: .machine)
    let sent: [UInt8] = [0, 3, 10, 13, 17, 19, 26, 28, 127, 255]
    try host.write(sent.span, deadlineNanoseconds: Self.farDeadline)
    var bytes = [UInt8](repeating: 0, count: 16)
    var span = bytes.mutableSpan
    let deviceCount = try device.read(into: &span, deadlineNanoseconds: Self.farDeadline)
    #expect(bytes.prefix(deviceCount) == sent[...])
    let sentCount = try device.write(sent.span, deadlineNanoseconds: Self.farDeadline)
    #expect(sentCount == sent.count)
    span = bytes.mutableSpan
    let hostCount = try host.read(into: &span, deadlineNanoseconds: Self.farDeadline)
    #expect(bytes.prefix(hostCount) == sent[...])
  }

  @Test func read_hostLeavesAndAnotherComes_goesOn() throws {
    let device = try PseudoTerminal(link: nil)
    _ = try SerialPort(path: device.path, baudRate: 1_000_000, clock: .machine)
    var bytes: [UInt8] = [0, 0]
    var span = bytes.mutableSpan
    let countAlone = try device.read(into: &span, deadlineNanoseconds: 0)
    #expect(countAlone == 0)
    let host = try SerialPort(path: device.path, baudRate: 1_000_000, clock: .machine)
    let sent: [UInt8] = [7]
    try host.write(sent.span, deadlineNanoseconds: Self.farDeadline)
    let count = try device.read(into: &span, deadlineNanoseconds: Self.farDeadline)
    #expect(count == 1)
  }

  @Test func write_noHostReads_returnsWhatTheLineTook() throws {
    let device = try PseudoTerminal(link: nil)
    let bytes = [UInt8](repeating: 1, count: 1 << 20)
    let count = try device.write(bytes.span, deadlineNanoseconds: 0)
    #expect((1..<bytes.count).contains(count))
  }

  @Test func destroy_hostAttached_hostIsDisconnected() throws {
    var device: PseudoTerminal? = try PseudoTerminal(link: nil)
    let path = "\(device?.path ?? "")"
    let host = try SerialPort(path: path, baudRate: 1_000_000, clock: .machine)
    device = nil
    #expect(throws: SerialError.disconnected(.read)) {
      var bytes: [UInt8] = [0]
      var span = bytes.mutableSpan
      _ = try host.read(into: &span, deadlineNanoseconds: Self.farDeadline)
    }
  }

  @Test func link_oldLinkThere_isReplacedAndRemovedAtTheEnd() throws {
    let link = Self.temporaryPath("replace")
    unsafe symlink("/dev/pts/999999", link)
    do {
      let device = try PseudoTerminal(link: link)
      let path = device.path
      #expect(Self.target(of: link) == path)
    }
    #expect(Self.target(of: link) == "")
  }

  @Test func link_takenOverByAnother_isLeftAtTheEnd() throws {
    let link = Self.temporaryPath("takeover")
    var first: PseudoTerminal? = try PseudoTerminal(link: link)
    let second = try PseudoTerminal(link: nil)
    let path = second.path
    unsafe unlink(link)
    unsafe symlink(path, link)
    defer { unsafe unlink(link) }
    _ = first.take()
    #expect(Self.target(of: link) == path)
  }

  @Test func link_ofALivingLoopback_throwsLinkInUseAndStays() throws {
    let link = Self.temporaryPath("alive")
    let first = try PseudoTerminal(link: link)
    let path = first.path
    // A host that comes and goes takes no mark away.
    _ = try SerialPort(path: link, baudRate: 1_000_000, clock: .machine)
    #expect(throws: PseudoTerminalError.linkInUse(path: link, terminal: path)) {
      _ = try PseudoTerminal(link: link)
    }
    #expect(Self.target(of: link) == path)
    _ = consume first
  }

  @Test func link_ofADeadLoopbackWhoseNumberIsOurs_isTaken() throws {
    let link = Self.temporaryPath("number")
    var first: PseudoTerminal? = try PseudoTerminal(link: nil)
    let old = "\(first?.path ?? "")"
    unsafe symlink(old, link)
    defer { unsafe unlink(link) }
    _ = first.take()
    // The lowest free number is given out, so that it is mostly the same.
    let second = try PseudoTerminal(link: link)
    let path = second.path
    #expect(Self.target(of: link) == path)
    _ = consume second
  }

  @Test func link_toATerminalOfAnotherProgram_isReplaced() throws {
    let link = Self.temporaryPath("reused")
    let pair = terminalOpenPair()
    defer {
      close(pair.master)
      close(pair.slave)
    }
    unsafe symlink("/dev/pts/\(pair.number)", link)
    let device = try PseudoTerminal(link: link)
    let path = device.path
    #expect(Self.target(of: link) == path)
    _ = consume device
  }

  @Test func link_toAFileThere_throwsLinkElsewhereAndStays() throws {
    let (link, file) = (Self.temporaryPath("elsewhere"), Self.temporaryPath("file"))
    close(unsafe creat(file, 0o600))
    unsafe symlink(file, link)
    defer {
      unsafe unlink(link)
      unsafe unlink(file)
    }
    #expect(throws: PseudoTerminalError.linkElsewhere(path: link, target: file)) {
      _ = try PseudoTerminal(link: link)
    }
    #expect(Self.target(of: link) == file)
  }

  @Test func link_regularFileThere_throwsLinkOccupied() {
    let link = Self.temporaryPath("occupied")
    close(unsafe creat(link, 0o600))
    defer { unsafe unlink(link) }
    #expect(throws: PseudoTerminalError.linkOccupied(path: link)) {
      _ = try PseudoTerminal(link: link)
    }
  }

  @Test func link_folderMissing_throwsLinkFailed() {
    let link = Self.temporaryPath("missing") + "/robot.port"
    #expect(throws: PseudoTerminalError.linkFailed(path: link, errorNumber: ENOENT)) {
      _ = try PseudoTerminal(link: link)
    }
  }
}
