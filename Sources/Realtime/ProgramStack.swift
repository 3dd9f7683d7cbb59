internal import CRealtime

/// The stack that a program has for its work.
public enum ProgramStack {
  /// Does a program's work with 1 MB of stack at least, whatever small limit the shell has set.
  ///
  /// - Parameter work: It may run on another thread than the caller's, which waits for it.
  public static func withRoom(_ work: @escaping () -> Void) {
    let context = unsafe Unmanaged.passRetained(Work(work))
    unsafe realtimeRunWithRoom(
      { context in
        guard let context = unsafe context else { return nil }
        unsafe Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body()
        return nil
      }, context.toOpaque())
  }

  /// What is to be done: a C function takes no closure.
  private final class Work {
    let body: () -> Void

    init(_ body: @escaping () -> Void) { self.body = body }
  }
}
