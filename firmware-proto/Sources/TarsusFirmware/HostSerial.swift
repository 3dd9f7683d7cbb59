import CStartup

/// Line to the host: USART1 on PA9 (out) and PA10 (in), 115200 baud 8N1, polled.
///
/// Bytes to send wait in a ring, so that receiving goes on while a reply leaves.
struct HostSerial {
  static let baud: UInt32 = 115_200
  private static let pendingMax = 512

  private var ring = InlineArray<512, UInt8>(repeating: 0)
  private var first = 0
  private var pending = 0

  init() {
    set(ClockControl.ahb1Enable, mask: 1, to: 1)
    set(ClockControl.apb2Enable, mask: 1 << 4, to: 1 << 4)
    // Both pins to alternate function 7; the input is pulled up, so that an open line is idle.
    set(PortA.alternateHigh, mask: 0xFF << 4, to: 0x77 << 4)
    set(PortA.mode, mask: 0b1111 << 18, to: 0b1010 << 18)
    set(PortA.pull, mask: 0b11 << 20, to: 0b01 << 20)
    registerWrite(USART1.baudRate, (CoreClock.apb2Hertz + Self.baud / 2) / Self.baud)
    // Enable, transmitter, receiver.
    registerWrite(USART1.control1, 1 << 13 | 1 << 3 | 1 << 2)
  }

  /// The next byte from the host; `nil` when none has come.
  func receive() -> UInt8? {
    guard registerRead(USART1.status) & 1 << 5 != 0 else { return nil }
    return UInt8(truncatingIfNeeded: registerRead(USART1.data))
  }

  /// Queues a reply; one that does not fit is dropped whole, which the host notices by its sequence
  /// number.
  mutating func send(_ bytes: borrowing Span<UInt8>, count: Int) {
    guard pending + count <= Self.pendingMax else { return }
    for index in 0..<count { ring[(first + pending + index) % Self.pendingMax] = bytes[index] }
    pending += count
  }

  /// Hands one queued byte to the transmitter when it is free.
  mutating func transmit() {
    guard pending > 0, registerRead(USART1.status) & 1 << 7 != 0 else { return }
    registerWrite(USART1.data, UInt32(ring[first]))
    first = (first + 1) % Self.pendingMax
    pending -= 1
  }

  private func set(_ address: UInt32, mask: UInt32, to value: UInt32) {
    registerWrite(address, registerRead(address) & ~mask | value)
  }
}
