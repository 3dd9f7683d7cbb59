internal import CRealtime

/// The machine's means for a thread that must not be late; each says whether it was given.
public enum RealtimeThread {
  /// Runs the calling thread before all ordinary ones (SCHED_FIFO, 1 to 99).
  public static func takePriority(_ priority: Int32) -> Bool { realtimeSetPriority(priority) == 0 }

  /// Keeps the calling thread on one processor, counted from 0.
  public static func keepProcessor(_ processor: Int32) -> Bool {
    realtimeKeepProcessor(processor) == 0
  }

  /// Keeps the memory that the process has now from being paged out.
  public static func lockMemory() -> Bool { realtimeLockMemory() == 0 }

  /// Gives the calling thread up to 256 kB of stack now; less where its limit leaves less.
  public static func touchStack() { realtimeTouchStack() }

  /// Keeps idle processors from sleeping deeply, until the process ends.
  public static func holdIdleLatency() -> Bool { realtimeHoldIdleLatency() == 0 }

  /// Spins at the lowest priority on every processor until the process ends: a host lends an idle
  /// processor of a virtual machine to others, and gives it back milliseconds too late.
  public static func keepProcessorsAwake() -> Bool { realtimeKeepProcessorsAwake() == 0 }
}
