internal import Realtime

/// The deadlines of ticks: absolute times, one period apart.
///
/// After an overrun whole periods are skipped and counted, never caught up, so that ticks stay on
/// the same grid.
public struct TickSchedule: Sendable {
  /// Time between two ticks, in nanoseconds.
  public let periodNanoseconds: UInt64
  /// The deadline of the next tick, on the monotonic clock.
  public private(set) var deadlineNanoseconds: UInt64
  /// Deadlines that passed during an earlier tick, or during a sleep.
  public private(set) var missedDeadlines: UInt64 = 0
  /// Lateness of the ticks.
  public private(set) var lateness = DurationHistogram()

  /// Makes a schedule whose first tick is due at `startNanoseconds`.
  @_noAllocation
  public init(periodNanoseconds: UInt64, startNanoseconds: UInt64) {
    precondition(periodNanoseconds > 0, "a period above zero")
    self.periodNanoseconds = periodNanoseconds
    deadlineNanoseconds = startNanoseconds
  }

  /// Records that the due tick begins.
  @_noAllocation
  public mutating func begin(at nowNanoseconds: UInt64) {
    lateness.add(MonotonicClock.nanoseconds(from: deadlineNanoseconds, to: nowNanoseconds))
  }

  /// Records that the tick is done, and advances to the next deadline that is still ahead.
  ///
  /// - Returns: The number of skipped deadlines.
  @discardableResult
  @_noAllocation
  public mutating func end(at nowNanoseconds: UInt64) -> UInt64 {
    deadlineNanoseconds += periodNanoseconds
    let late = MonotonicClock.nanoseconds(from: deadlineNanoseconds, to: nowNanoseconds)
    guard late > 0 else { return 0 }
    let skipped = (late + periodNanoseconds - 1) / periodNanoseconds
    deadlineNanoseconds += skipped * periodNanoseconds
    missedDeadlines += skipped
    return skipped
  }
}
