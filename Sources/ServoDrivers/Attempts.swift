/// How the time until a deadline is shared by several attempts.
struct Attempts {
  /// How many there are.
  static var count: Int {
    @_noAllocation
    get { 5 }
  }
  /// More than an exchange with many servos takes on a slow line.
  private static var shareMinNanoseconds: UInt64 {
    @_noAllocation
    get { 6_000_000 }
  }

  /// When an attempt, from 0, is given up, so that the others have time as well.
  @_noAllocation
  static func deadline(
    of attempt: Int, _ deadlineNanoseconds: UInt64, now: UInt64
  ) -> UInt64 {
    guard deadlineNanoseconds > now else { return deadlineNanoseconds }
    let share = (deadlineNanoseconds - now) / UInt64(count - attempt)
    return min(deadlineNanoseconds, now + max(share, shareMinNanoseconds))
  }
}
