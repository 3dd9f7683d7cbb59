import CStartup

/// Core clock: 168 MHz from the internal oscillator through the PLL, so that it works on every
/// board.
enum CoreClock {
  static let hertz: UInt32 = 168_000_000
  /// The clock of USART1, half of the core's.
  static let apb2Hertz: UInt32 = hertz / 2
  private static let waitPollsMax = 100_000

  /// Raises the clock from the 16 MHz after reset; a PLL that never locks restarts the board.
  ///
  /// With the slow clock the watchdog would be ten times late.
  static func start() {
    // QEMU has no clock controller, which then reads zero, and runs at 168 MHz as it is.
    guard registerRead(ClockControl.control) & Bits.internalReady != 0 else { return }
    // Five wait states, prefetch and both caches, before the flash is read faster.
    registerWrite(Flash.access, 0x705)
    // 16 MHz / 16 × 336 / 2; the USB clock of 48 MHz is / 7.
    registerWrite(ClockControl.pll, 7 << 24 | 336 << 6 | 16)
    registerWrite(
      ClockControl.control, registerRead(ClockControl.control) | Bits.pllOn)
    wait(ClockControl.control, mask: Bits.pllReady, for: Bits.pllReady)
    // APB1 a quarter, APB2 a half, and the PLL as the source.
    registerWrite(ClockControl.configuration, 0b100 << 13 | 0b101 << 10 | Bits.sourceIsPLL)
    wait(
      ClockControl.configuration, mask: Bits.sourceIsPLL << 2, for: Bits.sourceIsPLL << 2)
  }

  private enum Bits {
    static let internalReady: UInt32 = 1 << 1
    static let pllOn: UInt32 = 1 << 24
    static let pllReady: UInt32 = 1 << 25
    static let sourceIsPLL: UInt32 = 0b10
  }

  private static func wait(_ address: UInt32, mask: UInt32, for value: UInt32) {
    for _ in 0..<waitPollsMax where registerRead(address) & mask == value { return }
    restart()
  }
}
