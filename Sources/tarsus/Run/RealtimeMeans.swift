internal import Realtime

/// Which of the machine's real-time means a program could take.
struct RealtimeMeans: Codable {
  /// SCHED_FIFO.
  let fifo: Bool
  let memoryLocked: Bool
  /// Whether idle processors are kept from sleeping deeply.
  let idleLatencyHeld: Bool
  /// Whether the processors of a virtual machine are kept from idling; left out on others.
  let processorsAwake: Bool?
  /// Whether it stays on the processor that was asked for; left out when none was.
  let processorKept: Bool?

  /// Takes what the machine permits, for the calling thread and as long as the program runs.
  ///
  /// - Parameter cpu: The processor to stay on.
  static func take(cpu: Int32?) -> RealtimeMeans {
    let machine = Machine()
    // Before it is locked.
    RealtimeThread.touchStack()
    return RealtimeMeans(
      fifo: RealtimeThread.takePriority(runPriority), memoryLocked: RealtimeThread.lockMemory(),
      idleLatencyHeld: RealtimeThread.holdIdleLatency(),
      processorsAwake: machine.isVirtual
        ? !machine.hasProcessorQuota && RealtimeThread.keepProcessorsAwake() : nil,
      processorKept: cpu.map { RealtimeThread.keepProcessor($0) })
  }

  /// What it got, and how to get the rest.
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
          ? "on its processor" : "not on that processor (see 'lscpu' for which there are)")
    }
    return parts.joined(separator: ", ")
  }
}
