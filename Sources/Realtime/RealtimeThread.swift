internal import CRealtime

/// The system's means for a thread with deadlines; each returns `true` when the system granted it.
public enum RealtimeThread {
  /// Gives the calling thread a real-time priority (SCHED_FIFO, 1 to 99).
  public static func takePriority(_ priority: Int32) -> Bool { realtimeSetPriority(priority) == 0 }

  /// Pins the calling thread to one processor, counted from 0.
  public static func keepProcessor(_ processor: Int32) -> Bool {
    realtimeKeepProcessor(processor) == 0
  }

  /// Locks the memory that the process has now, so that it is not paged out.
  public static func lockMemory() -> Bool { realtimeLockMemory() == 0 }

  /// Touches up to 256 kB of the calling thread's stack, so that later calls wait for no page.
  public static func touchStack() { realtimeTouchStack() }

  /// Keeps idle processors out of deep sleep until the process ends.
  public static func holdIdleLatency() -> Bool { realtimeHoldIdleLatency() == 0 }

  /// Spins on every processor at the lowest priority until the process ends.
  ///
  /// For virtual machines: the host lends an idle processor to others, and returns it milliseconds
  /// too late.
  public static func keepProcessorsAwake() -> Bool { realtimeKeepProcessorsAwake() == 0 }
}
