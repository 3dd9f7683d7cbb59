/// Timing of bytes on a half-duplex line: one after the other, ten bits each.
struct LinePace {
  /// Bits per second; `nil` for a line that takes no time.
  private var baudRate: UInt32?
  /// Time until which the line is in use.
  private var busyNanoseconds: UInt64 = 0

  init(baudRate: UInt32?) { self.baudRate = baudRate }

  /// True when two baud rates are equal within the tolerance of clocks.
  static func agree(_ one: UInt32, _ other: UInt32) -> Bool {
    abs(Double(one) / Double(other) - 1) < 0.03
  }

  /// Changes the baud rate; a line that takes no time goes on so.
  mutating func change(to baudRate: UInt32) {
    if self.baudRate != nil { self.baudRate = baudRate }
  }

  /// Sends a byte of the host now, or as soon as the line is free.
  mutating func take(at nowNanoseconds: UInt64) { occupy(1, after: 0, at: nowNanoseconds) }

  /// Sends an answer after a delay.
  ///
  /// - Returns: Time at which its last byte arrives.
  mutating func answer(
    byteCount: Int, delayNanoseconds: UInt64, at nowNanoseconds: UInt64
  ) -> UInt64 {
    occupy(byteCount, after: delayNanoseconds, at: nowNanoseconds)
    return busyNanoseconds
  }

  private mutating func occupy(
    _ byteCount: Int, after delayNanoseconds: UInt64, at nowNanoseconds: UInt64
  ) {
    busyNanoseconds = max(busyNanoseconds, nowNanoseconds)
    guard let baudRate, baudRate > 0 else { return }
    busyNanoseconds += delayNanoseconds
    busyNanoseconds += UInt64(byteCount) * 10_000_000_000 / UInt64(baudRate)
  }
}
