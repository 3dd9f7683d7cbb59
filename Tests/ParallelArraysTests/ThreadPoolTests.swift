import Glibc
import ParallelArrays
import Synchronization
import Testing

@Suite struct ThreadPoolTests {
  @Test(arguments: [0, 1, 2, 7, 100], [1, 2, 4])
  func concurrently_everySlice_runsExactlyOnce(sliceCount: Int, threadCount: Int) {
    let pool = ThreadPool(threadCount: threadCount)
    #expect(pool.threadCount == threadCount)
    let runs = Mutex([Int](repeating: 0, count: sliceCount))
    for _ in 0..<3 {
      pool.concurrently(sliceCount) { slice in runs.withLock { $0[slice] += 1 } }
    }
    #expect(runs.withLock { $0 } == [Int](repeating: 3, count: sliceCount))
  }

  @Test func concurrently_twoThreads_runsSlicesOnBoth() {
    let pool = ThreadPool(threadCount: 2)
    let threads = Mutex<Set<UInt>>([])
    // Each slice stays until another thread has come too, or until that is beyond hope.
    let yieldsMax = 1_000_000
    pool.concurrently(8) { _ in
      threads.withLock { _ = $0.insert(UInt(pthread_self())) }
      var yields = 0
      while threads.withLock({ $0.count }) < 2, yields < yieldsMax {
        sched_yield()
        yields += 1
      }
    }
    #expect(threads.withLock { $0.count } == 2)
  }

  @Test func concurrently_manyCallsInSuccession_seeWhatTheLastHasWritten() {
    let pool = ThreadPool(threadCount: 3)
    let numbers = SliceBuffer<Int>(repeating: 0, count: 16)
    for call in 0..<20_000 {
      // Each slice reads what another slice wrote in the call before.
      let (from, to) = call % 2 == 0 ? (0, 8) : (8, 0)
      pool.concurrently(8) { slice in numbers[to + slice] = numbers[from + 7 - slice] + 1 }
    }
    #expect(numbers.elements.prefix(8).allSatisfy { $0 == 20_000 })
  }

  @Test func init_noNumber_takesEveryProcessor() {
    let processorCount = sysconf(Int32(_SC_NPROCESSORS_ONLN))
    #expect(ThreadPool(threadCount: 0).threadCount == processorCount)
  }
}
