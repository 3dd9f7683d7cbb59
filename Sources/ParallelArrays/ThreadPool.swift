internal import Glibc
internal import Realtime
internal import Synchronization

/// A pool of threads that run the slices of one piece of work at a time, together with the caller.
///
/// A worker that has nothing to do spins for some microseconds, so that calls in close succession
/// need no wake-up, and then sleeps.
public final class ThreadPool: Sendable {
  /// Threads of the pool, the caller's included.
  public let threadCount: Int
  private let board: Board

  /// Starts the workers.
  ///
  /// - Parameter threadCount: 0 takes every processor. When the system starts fewer threads, the
  ///   pool has those.
  public init(threadCount wanted: Int) {
    precondition(wanted >= 0, "no negative number of threads")
    let wanted = wanted > 0 ? wanted : max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    let board = Board()
    self.board = board
    var started = 1
    while started < wanted {
      guard let thread = try? BackgroundThread(name: "tarsus-pool", { board.serve() }) else {
        break
      }
      thread.detach()
      started += 1
    }
    threadCount = started
  }

  deinit { board.stop() }

  /// Runs `body` once for each slice and returns when all are done.
  ///
  /// One thread at a time may call it, and `body` may not.
  ///
  /// - Parameter body: Called on any thread of the pool, in no order.
  public func concurrently(_ sliceCount: Int, _ body: (_ slice: Int) -> Void) {
    guard threadCount > 1, sliceCount > 1 else {
      for slice in 0..<sliceCount { body(slice) }
      return
    }
    withoutActuallyEscaping(body) { body in
      board.run(Job(sliceCount: sliceCount, body: body), workerCount: threadCount - 1)
    }
  }
}

/// The slices of a call.
private struct Job {
  let sliceCount: Int
  let body: (Int) -> Void
}

/// The state that the caller and the workers of a pool share; it lives as long as any of them.
@safe
private final class Board: @unchecked Sendable {
  /// Number of calls so far; a worker takes part in each once.
  private let callCount = Atomic<UInt64>(0)
  private let nextSlice = Atomic<Int>(0)
  /// Workers that have not yet finished the call.
  private let busyCount = Atomic<Int>(0)
  private let isStopping = Atomic<Bool>(false)
  /// The job of the call, on the caller's stack.
  private var job: UnsafePointer<Job>?
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  /// Looks at a condition before a thread sleeps; every 32nd yields the processor.
  private static let looksMax = 4_096

  init() {
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(condition, nil)
  }

  deinit {
    unsafe pthread_cond_destroy(condition)
    unsafe pthread_mutex_destroy(mutex)
    unsafe condition.deallocate()
    unsafe mutex.deallocate()
  }

  /// Runs a job with all workers; the caller works too.
  func run(_ job: Job, workerCount: Int) {
    unsafe withUnsafePointer(to: job) { pointer in
      unsafe self.job = pointer
      nextSlice.store(0, ordering: .relaxed)
      busyCount.store(workerCount, ordering: .relaxed)
      change { callCount.wrappingAdd(1, ordering: .releasing) }
      unsafe work(pointer)
      wait { busyCount.load(ordering: .acquiring) == 0 }
      unsafe self.job = nil
    }
  }

  /// Takes part in every call until the pool is gone.
  func serve() {
    var seen: UInt64 = 0
    while true {
      wait {
        callCount.load(ordering: .acquiring) != seen || isStopping.load(ordering: .acquiring)
      }
      if isStopping.load(ordering: .acquiring) { return }
      seen &+= 1
      if let job = unsafe job { unsafe work(job) }
      if busyCount.wrappingSubtract(1, ordering: .acquiringAndReleasing).newValue == 0 {
        change {}
      }
    }
  }

  /// Ends the workers.
  func stop() { change { isStopping.store(true, ordering: .releasing) } }

  private func work(_ job: UnsafePointer<Job>) {
    let sliceCount = unsafe job.pointee.sliceCount
    while true {
      let slice = nextSlice.wrappingAdd(1, ordering: .relaxed).oldValue
      guard slice < sliceCount else { return }
      unsafe job.pointee.body(slice)
    }
  }

  /// Changes what others wait for, and wakes them.
  private func change(_ body: () -> Void) {
    unsafe pthread_mutex_lock(mutex)
    body()
    unsafe pthread_cond_broadcast(condition)
    unsafe pthread_mutex_unlock(mutex)
  }

  private func wait(_ isDone: () -> Bool) {
    for look in 0..<Self.looksMax {
      if isDone() { return }
      if look % 32 == 31 { sched_yield() }
    }
    unsafe pthread_mutex_lock(mutex)
    while !isDone() { unsafe pthread_cond_wait(condition, mutex) }
    unsafe pthread_mutex_unlock(mutex)
  }
}
