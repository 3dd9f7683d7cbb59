internal import CRealtime
internal import Synchronization

/// A monotonic clock as a value: the machine's, or a manual one.
///
/// Code below the commands reads the time only from a clock that it was given, so that it runs on
/// any. Times are in nanoseconds and never run backwards. Everything here is real-time safe.
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

  /// The time now.
  public var nowNanoseconds: UInt64 {
    @_noAllocation
    get {
      if let manual = unsafe manual { return unsafe manual.pointee.load(ordering: .acquiring) }
      return realtimeMonotonicNanoseconds()
    }
  }

  /// Whether time passes by itself.
  public var isMachine: Bool {
    @_noAllocation
    get { unsafe manual == nil }
  }

  /// Sleeps until a time; a manual clock is set to it at once.
  ///
  /// - Returns: `false` when a signal was handled, which ends the sleep early.
  @_noAllocation
  @discardableResult
  public func sleep(until deadlineNanoseconds: UInt64) -> Bool {
    guard let manual = unsafe manual else { return realtimeSleep(deadlineNanoseconds) == 0 }
    if unsafe manual.pointee.load(ordering: .acquiring) < deadlineNanoseconds {
      unsafe manual.pointee.store(deadlineNanoseconds, ordering: .releasing)
    }
    return true
  }

  /// A time of this clock on the machine's, for waits that only the machine can do.
  @_noAllocation
  public func machineNanoseconds(at deadlineNanoseconds: UInt64) -> UInt64 {
    guard let manual = unsafe manual else { return deadlineNanoseconds }
    let now = unsafe manual.pointee.load(ordering: .acquiring)
    let ahead = deadlineNanoseconds > now ? deadlineNanoseconds - now : 0
    return realtimeMonotonicNanoseconds() &+ ahead
  }
}

/// A clock that stands still until it is moved, or until somebody sleeps on it.
///
/// It outlives the values of ``clock``.
@safe
public final class ManualClock: @unchecked Sendable {
  private let time: UnsafeMutablePointer<Atomic<UInt64>>

  /// Makes a clock that stands at a time.
  public init(nanoseconds: UInt64 = 0) {
    unsafe time = .allocate(capacity: 1)
    unsafe time.initialize(to: Atomic(nanoseconds))
  }

  deinit {
    unsafe time.deinitialize(count: 1)
    unsafe time.deallocate()
  }

  /// The clock, to be handed on.
  public var clock: MonotonicClock { unsafe MonotonicClock(manual: time) }

  /// Moves the clock on.
  public func advance(nanoseconds: UInt64) {
    unsafe time.pointee.wrappingAdd(nanoseconds, ordering: .acquiringAndReleasing)
  }
}

/// The clock on the wall, which may be set: for time stamps, never for deadlines.
public enum WallClock {
  /// Nanoseconds since 1970.
  public static var nowNanoseconds: UInt64 { realtimeWallNanoseconds() }
}
