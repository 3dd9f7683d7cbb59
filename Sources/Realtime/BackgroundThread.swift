internal import CRealtime

/// A thread that stands back behind the control loop.
///
/// It has ordinary priority, may use every processor that the program may, and handles no signal:
/// those are for the thread that moves the robot.
@safe
public struct BackgroundThread: ~Copyable {
  private let thread: UInt

  /// Starts a thread.
  ///
  /// - Parameters:
  ///   - name: At most 15 bytes, which tools such as `top -H` show.
  ///   - work: What it does; the thread ends with it.
  public init(name: String, _ work: @escaping @Sendable () -> Void) throws(ThreadError) {
    let context = unsafe Unmanaged.passRetained(Work(work))
    var thread: UInt = 0
    let result = unsafe realtimeStartThread(
      name,
      { context in
        guard let context = unsafe context else { return nil }
        unsafe Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body()
        return nil
      }, context.toOpaque(), &thread)
    guard result == 0 else {
      unsafe context.release()
      throw ThreadError(name: name, errorNumber: -result)
    }
    self.thread = thread
  }

  /// Waits for its end.
  public consuming func join() { realtimeJoinThread(thread) }

  /// Lets the calling thread rest: for work that is never late.
  public static func rest(nanoseconds: UInt64) {
    _ = realtimeSleep(realtimeMonotonicNanoseconds() + nanoseconds)
  }

  /// Lets it end by itself.
  public consuming func detach() { realtimeDetachThread(thread) }

  /// What a thread does: a C function takes no closure.
  private final class Work {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
}

/// A thread that the system does not start.
public struct ThreadError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Its name.
  public let name: String
  /// What the system said.
  public let errorNumber: Int32

  /// One sentence: what was found and the cure.
  public var description: String {
    "thread \(name): cannot be started: \(systemText(errorNumber)); expected room for one more: "
      + "'ulimit -u' and 'ulimit -v' show the limits"
  }
}
