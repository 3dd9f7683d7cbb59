import CRealtime
import Foundation
import Glibc
import Synchronization
import Testing

/// The clock and the signals of `CRealtime`; serialized, since signal handlers are the process's.
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
    let deadline = nanosecondsFromNow(milliseconds: 2)
    let result = realtimeSleep(deadline)
    let end = realtimeMonotonicNanoseconds()
    #expect(result == 0)
    #expect(end >= deadline)
  }

  @Test func sleep_signalHandled_returnsAtOnceAndIsCounted() {
    let before = realtimeStopSignalCount()
    #expect(realtimeInstallStopSignals() == 0)
    // Threads of the concurrency pool start with their signals blocked.
    var interrupt = sigset_t()
    var blocked = sigset_t()
    unsafe sigemptyset(&interrupt)
    unsafe sigaddset(&interrupt, SIGINT)
    unsafe pthread_sigmask(SIG_UNBLOCK, &interrupt, &blocked)
    let interrupter = Interrupter()
    interrupter.start(on: pthread_self())
    let result = realtimeSleep(nanosecondsFromNow(milliseconds: 10_000))
    interrupter.stop()
    unsafe pthread_sigmask(SIG_SETMASK, &blocked, nil)
    signal(SIGINT, SIG_DFL)
    signal(SIGTERM, SIG_DFL)
    #expect(result == -EINTR)
    #expect(realtimeStopSignalCount() > before)
  }
}
