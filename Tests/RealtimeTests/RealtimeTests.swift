import Foundation
import Glibc
import Realtime
import Synchronization
import Testing

/// The clock, the stack and the signals; serialized, since signal handlers are the process's.
@Suite(.serialized) struct RealtimeTests {
  /// Sends SIGINT to one thread again and again, so that one falls into its sleep.
  private final class Interrupter: Sendable {
    private let isDone = Atomic(false)
    private let ended = DispatchSemaphore(value: 0)

    func start(on thread: pthread_t) {
      Thread.detachNewThread { [self] in
        while !isDone.load(ordering: .relaxed) {
          pthread_kill(thread, SIGINT)
          sched_yield()
        }
        ended.signal()
      }
    }

    func stop() {
      isDone.store(true, ordering: .relaxed)
      ended.wait()
    }
  }

  @Test func sleep_deadlineAhead_returnsNotBeforeIt() {
    let deadline = MonotonicClock.machine.nowNanoseconds + 2_000_000
    let hasSlept = MonotonicClock.machine.sleep(until: deadline)
    let end = MonotonicClock.machine.nowNanoseconds
    #expect(hasSlept)
    #expect(end >= deadline)
  }

  @Test func touchStack_deepCallsAfterIt_waitForNoPage() {
    _ = Self.faultsOfADescent(isTouched: false)
    let untouched = Self.faultsOfADescent(isTouched: false)
    let touched = Self.faultsOfADescent(isTouched: true)
    #expect(touched <= 1)
    // With huge pages for stacks, the first page is the only one.
    let pages = FileManager.default.contents(
      atPath: "/sys/kernel/mm/transparent_hugepage/enabled")
    let hasSmallPages = !String(decoding: pages ?? Data(), as: UTF8.self).contains("[always]")
    #expect(untouched >= (hasSmallPages ? 16 : 0))
  }

  /// Pages that a thread of its own, with a stack of its own, waits for in deep calls.
  private static func faultsOfADescent(isTouched: Bool) -> Int {
    let faults = Atomic(-1)
    let ended = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      if isTouched { RealtimeThread.touchStack() }
      let before = Self.pageFaults()
      let sum = Self.descend(8)
      if sum == 36 { faults.store(Self.pageFaults() - before, ordering: .relaxed) }
      ended.signal()
    }
    ended.wait()
    return faults.load(ordering: .relaxed)
  }

  /// Pages that the calling thread had to be given so far.
  private static func pageFaults() -> Int {
    var usage = rusage()
    // RUSAGE_THREAD, which is GNU's.
    unsafe getrusage(__rusage_who_t(1), &usage)
    return usage.ru_minflt
  }

  /// Uses some 16 kB of stack a call.
  @inline(never)
  private static func descend(_ depth: Int) -> Int {
    var room = InlineArray<2048, Int>(repeating: depth)
    if depth > 0 { room[0] += descend(depth - 1) }
    return room[0]
  }

  @Test func sleep_signalHandled_returnsAtOnceAndIsCounted() {
    let before = StopSignals.count
    StopSignals.install()
    // Threads of the concurrency pool start with their signals blocked.
    var interrupt = sigset_t()
    var blocked = sigset_t()
    unsafe sigemptyset(&interrupt)
    unsafe sigaddset(&interrupt, SIGINT)
    unsafe pthread_sigmask(SIG_UNBLOCK, &interrupt, &blocked)
    let interrupter = Interrupter()
    interrupter.start(on: pthread_self())
    let hasSlept = MonotonicClock.machine.sleep(
      until: MonotonicClock.machine.nowNanoseconds + 10_000_000_000)
    interrupter.stop()
    unsafe pthread_sigmask(SIG_SETMASK, &blocked, nil)
    signal(SIGINT, SIG_DFL)
    for other in [SIGTERM, SIGHUP, SIGQUIT] { signal(other, SIG_DFL) }
    #expect(!hasSlept)
    #expect(StopSignals.count > before)
  }
}
