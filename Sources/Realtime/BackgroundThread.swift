internal import CRealtime

/// A thread of ordinary priority beside the control loop.
///
/// It may run on every processor that the program may use, and handles no signal: signals go to the
/// thread that moves the robot.
@safe
public struct BackgroundThread: ~Copyable {
  private let thread: UInt

  /// Starts a thread.
  ///
  /// - Parameters:
  ///   - name: At most 15 bytes; tools such as `top -H` show it.
  ///   - work: The thread ends when it returns.
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

  /// Waits until the thread has ended.
  public consuming func join() { realtimeJoinThread(thread) }

  /// Puts the calling thread to sleep for a while: for work without a deadline.
  public static func rest(nanoseconds: UInt64) {
    _ = realtimeSleep(realtimeMonotonicNanoseconds() + nanoseconds)
  }

  /// Lets the thread end by itself.
  public consuming func detach() { realtimeDetachThread(thread) }

  /// A closure as an object: a C function takes no closure.
  private final class Work {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
}

/// The system did not start a thread.
public struct ThreadError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The thread's name.
  public let name: String
  /// The system's error number.
  public let errorNumber: Int32

  /// One sentence: what was found and the cure.
  public var description: String {
    "thread \(name): cannot be started: \(systemText(errorNumber)); expected room for one more: "
      + "'ulimit -u' and 'ulimit -v' show the limits"
  }
}
