internal import CRealtime

/// The stack of a program's main work.
public enum ProgramStack {
  /// Runs a program's work with at least 1 MB of stack, however small the shell's limit is.
  ///
  /// - Parameter work: It may run on another thread, for which the caller waits.
  public static func withRoom(_ work: @escaping () -> Void) {
    let context = unsafe Unmanaged.passRetained(Work(work))
    unsafe realtimeRunWithRoom(
      { context in
        guard let context = unsafe context else { return nil }
        unsafe Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body()
        return nil
      }, context.toOpaque())
  }

  /// A closure as an object: a C function takes no closure.
  private final class Work {
    let body: () -> Void

    init(_ body: @escaping () -> Void) { self.body = body }
  }
}
