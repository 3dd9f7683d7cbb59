import CTerminal
import Glibc
import Loopback
import Realtime
import SerialLink
import ServoDrivers
import Synchronization
import Testing

/// Listening to an IMU ends by itself, also on a clock that stands still.
@Suite struct ImuLinkTests {
  @Test func listen_silentLineOnAManualClock_ends() throws {
    let device = try PseudoTerminal(link: nil)
    let time = ManualClock(nanoseconds: 1)
    var link = ImuLink(
      port: try SerialPort(path: device.path, baudRate: 115_200, clock: time.clock))
    let reading = try link.listen(nanoseconds: 20_000_000)
    #expect(reading.byteCount == 0 && time.clock.nowNanoseconds == 1)
  }

  @Test func listen_endlessSenderOnAManualClock_ends() throws {
    let ends = terminalOpenPair()
    try #require(ends.error == 0)
    defer { close(ends.slave) }
    let time = ManualClock(nanoseconds: 1)
    let port = try SerialPort(
      path: "/dev/pts/\(ends.number)", baudRate: 115_200, clock: time.clock)
    let isOver = SharedFlag()
    let sender = try BackgroundThread(name: "test-sender") {
      let bytes = [UInt8](repeating: 0x55, count: 64)
      while !isOver.value.load(ordering: .acquiring) {
        let deadline = MonotonicClock.machine.nowNanoseconds + 1_000_000
        _ = unsafe terminalWrite(ends.master, bytes, bytes.count, deadline)
      }
      close(ends.master)
    }
    var link = ImuLink(port: port)
    let reading = try link.listen(nanoseconds: 20_000_000)
    isOver.value.store(true, ordering: .releasing)
    sender.join()
    #expect(reading.byteCount > 512)
  }

  private final class SharedFlag: Sendable {
    let value = Atomic(false)
  }
}
