internal import Realtime

/// The real-time means that the system granted to a program.
struct RealtimeMeans: Codable {
  /// True with the real-time priority of SCHED_FIFO.
  let fifo: Bool
  let memoryLocked: Bool
  /// True when idle processors are kept out of deep sleep.
  let idleLatencyHeld: Bool
  /// True when the processors of a virtual machine are kept from idling; `nil` on other machines.
  let processorsAwake: Bool?
  /// True when the thread is pinned to the wanted processor; `nil` when none was wanted.
  let processorKept: Bool?

  /// Takes all means that the system grants, for the calling thread until the program ends.
  ///
  /// - Parameter cpu: The processor to pin the thread to.
  static func take(cpu: Int32?) -> RealtimeMeans {
    let machine = Machine()
    // Before the memory is locked.
    RealtimeThread.touchStack()
    return RealtimeMeans(
      fifo: RealtimeThread.takePriority(runPriority), memoryLocked: RealtimeThread.lockMemory(),
      idleLatencyHeld: RealtimeThread.holdIdleLatency(),
      processorsAwake: machine.isVirtual
        ? !machine.hasProcessorQuota && RealtimeThread.keepProcessorsAwake() : nil,
      processorKept: cpu.map { RealtimeThread.keepProcessor($0) })
  }

  /// The means that were granted, and the cures for the others.
  var text: String {
    let limits = "run as root, or allow it in /etc/security/limits.conf"
    var parts = [
      fifo ? "real-time priority" : "ordinary priority (\(limits): rtprio)",
      memoryLocked ? "memory locked" : "memory not locked (\(limits): memlock)",
      idleLatencyHeld
        ? "idle latency held down"
        : "processors may sleep deeply (allow writing to /dev/cpu_dma_latency)",
    ]
    if let processorsAwake {
      parts.append(
        processorsAwake
          ? "processors of this virtual machine kept awake"
          : "processors of this virtual machine may sleep, and wake milliseconds late")
    }
    if let processorKept {
      parts.append(
        processorKept
          ? "pinned to its processor" : "not pinned to that processor ('lscpu' lists processors)")
    }
    return parts.joined(separator: ", ")
  }
}
