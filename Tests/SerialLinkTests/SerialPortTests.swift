import CAllocationCounter
import CTerminal
import Foundation
import Glibc
import Realtime
import SerialLink
import Testing

@Suite struct SerialPortTests {
  /// Every byte value, in an order that a line discipline would disturb: control bytes amid text.
  private static let everyByte = (0...255).map { UInt8(truncatingIfNeeded: $0 &* 167) }

  /// Reads until as many bytes are there as asked for, at most a second.
  private static func read(
    _ byteCount: Int, from port: borrowing SerialPort
  ) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64)
    let deadline = nanosecondsFromNow(milliseconds: 1000)
    while bytes.count < byteCount {
      var span = chunk.mutableSpan
      let count = try port.read(into: &span, deadlineNanoseconds: deadline)
      if count == 0 { break }
      bytes += chunk.prefix(count)
    }
    return bytes
  }

  @Test(arguments: [SerialPort.Transport.pseudoTerminal, .device])
  func read_everyByteValue_arrivesUnchanged(transport: SerialPort.Transport) throws {
    let pair = PseudoTerminalPair(isCooked: true)
    let port = try SerialPort(
      path: pair.path, baudRate: 1_000_000, clock: .machine, transport: transport)
    pair.send(Self.everyByte)
    let received = try Self.read(256, from: port)
    #expect(received == Self.everyByte)
  }

  @Test(arguments: [SerialPort.Transport.pseudoTerminal, .device])
  func write_everyByteValue_arrivesUnchanged(transport: SerialPort.Transport) throws {
    let pair = PseudoTerminalPair(isCooked: true)
    let port = try SerialPort(
      path: pair.path, baudRate: 1_000_000, clock: .machine, transport: transport)
    try port.write(
      Self.everyByte.span, deadlineNanoseconds: nanosecondsFromNow(milliseconds: 1000))
    let received = pair.receive(256)
    #expect(received == Self.everyByte)
  }

  @Test func read_nothingSent_returnsZeroAtDeadline() throws {
    let pair = PseudoTerminalPair()
    let port = try SerialPort(path: pair.path, baudRate: 1_000_000, clock: .machine)
    var bytes: [UInt8] = [0, 0]
    var span = bytes.mutableSpan
    let deadline = nanosecondsFromNow(milliseconds: 3)
    let count = try port.read(into: &span, deadlineNanoseconds: deadline)
    let end = MonotonicClock.machine.nowNanoseconds
    #expect(count == 0)
    #expect(end >= deadline)
  }

  @Test func read_deadlineInThePast_returnsWhatIsThere() throws {
    let pair = PseudoTerminalPair()
    let port = try SerialPort(path: pair.path, baudRate: 1_000_000, clock: .machine)
    pair.send([1, 2, 3])
    var bytes: [UInt8] = [0, 0, 0, 0]
    var span = bytes.mutableSpan
    let count = try port.read(into: &span, deadlineNanoseconds: 0)
    #expect(bytes.prefix(count) == [1, 2, 3])
  }

  @Test func read_lessRoomThanBytes_keepsTheRest() throws {
    let pair = PseudoTerminalPair()
    let port = try SerialPort(path: pair.path, baudRate: 1_000_000, clock: .machine)
    pair.send([1, 2, 3])
    var bytes: [UInt8] = [0, 0]
    var counts: [Int] = []
    for _ in 0..<2 {
      var span = bytes.mutableSpan
      let deadline = nanosecondsFromNow(milliseconds: 1000)
      counts.append(try port.read(into: &span, deadlineNanoseconds: deadline))
    }
    #expect(counts == [2, 1])
    #expect(bytes == [3, 2])
  }

  @Test(arguments: [SerialPort.Transport.pseudoTerminal, .device])
  func read_otherEndCloses_throwsDisconnectedBeforeTheDeadline(transport: SerialPort.Transport)
    throws
  {
    let ends = terminalOpenPair()
    defer { close(ends.slave) }
    let port = try SerialPort(
      path: "/dev/pts/\(ends.number)", baudRate: 1_000_000, clock: .machine, transport: transport)
    // Only a read that waits in vain comes as far as this.
    let deadline = nanosecondsFromNow(milliseconds: 300_000)
    // Closing races with the read below on purpose: before or during it, the outcome is the same.
    Thread.detachNewThread { close(ends.master) }
    #expect(throws: SerialError.disconnected(.read)) {
      var bytes: [UInt8] = [0]
      var span = bytes.mutableSpan
      _ = try port.read(into: &span, deadlineNanoseconds: deadline)
    }
    let end = MonotonicClock.machine.nowNanoseconds
    #expect(end < deadline)
  }

  @Test func write_otherEndClosed_throwsDisconnected() throws {
    let ends = terminalOpenPair()
    defer { close(ends.slave) }
    let port = try SerialPort(path: "/dev/pts/\(ends.number)", baudRate: 1_000_000, clock: .machine)
    close(ends.master)
    #expect(throws: SerialError.disconnected(.write)) {
      let bytes: [UInt8] = [1]
      try port.write(bytes.span, deadlineNanoseconds: nanosecondsFromNow(milliseconds: 10_000))
    }
  }

  @Test func write_lineFull_throwsTimedOutAtDeadline() throws {
    let pair = PseudoTerminalPair()
    let port = try SerialPort(path: pair.path, baudRate: 1_000_000, clock: .machine)
    let bytes = [UInt8](repeating: 0x55, count: 1 << 20)
    let deadline = nanosecondsFromNow(milliseconds: 20)
    let error = #expect(throws: SerialError.self) {
      try port.write(bytes.span, deadlineNanoseconds: deadline)
    }
    let end = MonotonicClock.machine.nowNanoseconds
    guard case .timedOut(let byteCount, let expectedByteCount) = error else {
      Issue.record("expected a timeout, found \(String(describing: error))")
      return
    }
    #expect(end >= deadline)
    #expect((1..<bytes.count).contains(byteCount))
    #expect(expectedByteCount == bytes.count)
  }

  @Test func transfer_hundredRoundTrips_allocatesNothing() throws {
    let pair = PseudoTerminalPair()
    let port = try SerialPort(path: pair.path, baudRate: 1_000_000, clock: .machine)
    let sent: [UInt8] = [1, 2, 3, 4]
    var received: [UInt8] = [0, 0, 0, 0]
    let deadline = nanosecondsFromNow(milliseconds: 10_000)
    let before = allocationCounterThreadTotal()
    for _ in 0..<100 {
      try port.write(sent.span, deadlineNanoseconds: deadline)
      var span = received.mutableSpan
      _ = try port.read(into: &span, deadlineNanoseconds: 0)
    }
    let allocationCount = allocationCounterThreadTotal() - before
    #expect(allocationCount == 0)
  }
}
