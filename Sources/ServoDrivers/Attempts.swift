/// Deadlines of several attempts that share the time until one deadline.
struct Attempts {
  private var left = Self.count
  private let endNanoseconds: UInt64

  private static var count: Int { @_noAllocation get { 5 } }
  /// More than an exchange with many servos takes on a slow line.
  private static var shareMinNanoseconds: UInt64 { @_noAllocation get { 6_000_000 } }

  /// - Parameter endNanoseconds: Deadline of the last attempt.
  @_noAllocation
  init(until endNanoseconds: UInt64) { self.endNanoseconds = endNanoseconds }

  /// Deadline of the next attempt, which leaves time for the others; `nil` after the last.
  @_noAllocation
  mutating func next(now: UInt64) -> UInt64? {
    guard left > 0 else { return nil }
    defer { left -= 1 }
    guard endNanoseconds > now else { return endNanoseconds }
    let share = (endNanoseconds - now) / UInt64(left)
    return min(endNanoseconds, now + max(share, Self.shareMinNanoseconds))
  }

  /// Error after the last attempt.
  ///
  /// - Parameter refusing: ID of a servo that answered and did not do as it was told.
  @_noAllocation
  static func failure(refusing id: UInt8?) -> BusError {
    if let id { .refusedByServo(id: id) } else { .silent }
  }
}
