import CStartup

/// Microseconds since the board started, in steps of a SysTick millisecond.
struct BoardClock {
  private var lastTick: UInt32 = 0
  private var milliseconds: UInt64 = 0

  /// Starts SysTick with its interrupt at 1 kHz from the core clock.
  init() {
    registerWrite(SysTick.reload, CoreClock.hertz / 1_000 - 1)
    registerWrite(SysTick.value, 0)
    registerWrite(SysTick.control, 0b111)
  }

  /// The present time; call it at least once in 49 days.
  mutating func nowMicroseconds() -> UInt64 {
    let tick = tickCount()
    // `UInt64(_: UInt32)` brings an array with it, which `-no-allocations` rejects.
    milliseconds += UInt64(_truncatingBits: UInt(tick &- lastTick))
    lastTick = tick
    return milliseconds * 1_000
  }
}
