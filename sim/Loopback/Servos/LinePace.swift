/// How bytes take their time on a half-duplex line: one after the other, ten bits each.
struct LinePace {
  /// Bits per second; `nil` takes no time at all.
  private var baudRate: UInt32?
  /// Until when the line is in use.
  private var busyNanoseconds: UInt64 = 0

  init(baudRate: UInt32?) { self.baudRate = baudRate }

  /// Whether two speeds are the same, but for what a clock may be off.
  static func agree(_ one: UInt32, _ other: UInt32) -> Bool {
    abs(Double(one) / Double(other) - 1) < 0.03
  }

  /// Bytes are sent at another speed from now on; a line that takes no time goes on so.
  mutating func change(to baudRate: UInt32) {
    if self.baudRate != nil { self.baudRate = baudRate }
  }

  /// A byte from the host was sent now, or as soon as the one before was through.
  mutating func take(at nowNanoseconds: UInt64) { occupy(1, after: 0, at: nowNanoseconds) }

  /// An answer is sent after a delay.
  ///
  /// - Returns: When its last byte is through.
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
