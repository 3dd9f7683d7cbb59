internal import CRealtime
internal import Synchronization

/// A monotonic clock as a value: the machine's clock, or a manual one.
///
/// Code below the commands reads the time only from a clock that is passed to it, so that tests can
/// pass a manual one. Times are in nanoseconds and never decrease. Everything here is real-time
/// safe.
@safe
public struct MonotonicClock: @unchecked Sendable {
  /// The time of a ``ManualClock``; `nil` for the machine's clock.
  private let manual: UnsafeMutablePointer<Atomic<UInt64>>?

  /// The machine's clock.
  public static var machine: MonotonicClock {
    @_noAllocation
    get { unsafe MonotonicClock(manual: nil) }
  }

  @_noAllocation
  fileprivate init(manual: UnsafeMutablePointer<Atomic<UInt64>>?) { unsafe self.manual = manual }

  /// The current time, in nanoseconds.
  public var nowNanoseconds: UInt64 {
    @_noAllocation
    get {
      if let manual = unsafe manual { return unsafe manual.pointee.load(ordering: .acquiring) }
      return realtimeMonotonicNanoseconds()
    }
  }

  /// The time from one moment to a later one; 0 when the later one comes first.
  ///
  /// Unsigned moments are never subtracted in another way: a clock that steps back must not end a
  /// program.
  @_noAllocation
  public static func nanoseconds(from start: UInt64, to end: UInt64) -> UInt64 {
    end > start ? end - start : 0
  }

  /// True for the machine's clock, on which time passes by itself.
  public var isMachine: Bool {
    @_noAllocation
    get { unsafe manual == nil }
  }

  /// Sleeps until a time; a manual clock is set to that time at once.
  ///
  /// - Returns: `false` when a handled signal ended the sleep early.
  @_noAllocation
  @discardableResult
  public func sleep(until deadlineNanoseconds: UInt64) -> Bool {
    guard let manual = unsafe manual else { return realtimeSleep(deadlineNanoseconds) == 0 }
    if unsafe manual.pointee.load(ordering: .acquiring) < deadlineNanoseconds {
      unsafe manual.pointee.store(deadlineNanoseconds, ordering: .releasing)
    }
    return true
  }

  /// Converts a time of this clock to the machine's clock, for waits in system calls.
  @_noAllocation
  public func machineNanoseconds(at deadlineNanoseconds: UInt64) -> UInt64 {
    guard let manual = unsafe manual else { return deadlineNanoseconds }
    let now = unsafe manual.pointee.load(ordering: .acquiring)
    return realtimeMonotonicNanoseconds() &+ Self.nanoseconds(from: now, to: deadlineNanoseconds)
  }
}

/// A clock that stands still until it is advanced, or until somebody sleeps on it.
///
/// It must outlive the values of ``clock``.
@safe
public final class ManualClock: @unchecked Sendable {
  private let time: UnsafeMutablePointer<Atomic<UInt64>>

  /// Makes a clock that shows a time.
  public init(nanoseconds: UInt64 = 0) {
    unsafe time = .allocate(capacity: 1)
    unsafe time.initialize(to: Atomic(nanoseconds))
  }

  deinit {
    unsafe time.deinitialize(count: 1)
    unsafe time.deallocate()
  }

  /// The clock as a value to pass on.
  public var clock: MonotonicClock { unsafe MonotonicClock(manual: time) }

  /// Advances the clock.
  public func advance(nanoseconds: UInt64) {
    unsafe time.pointee.wrappingAdd(nanoseconds, ordering: .acquiringAndReleasing)
  }
}

/// The time of day, which may be set: for time stamps, never for deadlines.
public enum WallClock {
  /// Nanoseconds since 1970.
  public static var nowNanoseconds: UInt64 { realtimeWallNanoseconds() }
}
