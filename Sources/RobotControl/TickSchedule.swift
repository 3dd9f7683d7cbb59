/// When ticks are due: at absolute times, one period apart.
///
/// After an overrun whole periods are skipped and counted, never caught up, so that ticks stay on
/// the same grid for as long as the robot runs.
public struct TickSchedule: Sendable {
  /// Time between two ticks, in nanoseconds.
  public let periodNanoseconds: UInt64
  /// When the next tick is due, on the monotonic clock.
  public private(set) var deadlineNanoseconds: UInt64
  /// Deadlines that passed while a tick was still at work, or slept through.
  public private(set) var missedDeadlines: UInt64 = 0
  /// How late the ticks began.
  public private(set) var lateness = DurationHistogram()

  /// A schedule whose first tick is due at `startNanoseconds`.
  @_noAllocation
  public init(periodNanoseconds: UInt64, startNanoseconds: UInt64) {
    precondition(periodNanoseconds > 0, "a period above zero")
    self.periodNanoseconds = periodNanoseconds
    deadlineNanoseconds = startNanoseconds
  }

  /// Records that the due tick begins.
  @_noAllocation
  public mutating func begin(at nowNanoseconds: UInt64) {
    lateness.add(nowNanoseconds > deadlineNanoseconds ? nowNanoseconds - deadlineNanoseconds : 0)
  }

  /// Records that the tick is done, and moves on to the next deadline that is still ahead.
  ///
  /// - Returns: Deadlines that were skipped.
  @discardableResult
  @_noAllocation
  public mutating func end(at nowNanoseconds: UInt64) -> UInt64 {
    deadlineNanoseconds += periodNanoseconds
    guard nowNanoseconds > deadlineNanoseconds else { return 0 }
    let late = nowNanoseconds - deadlineNanoseconds
    let skipped = (late + periodNanoseconds - 1) / periodNanoseconds
    deadlineNanoseconds += skipped * periodNanoseconds
    missedDeadlines += skipped
    return skipped
  }
}
