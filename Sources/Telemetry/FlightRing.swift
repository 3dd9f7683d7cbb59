internal import Synchronization

/// A queue of ticks from the control loop to the thread that writes them; neither waits or locks.
///
/// One thread fills, another empties.
@safe
struct FlightRing: ~Copyable {
  private let slots: UnsafeMutableBufferPointer<TickRecord>
  /// Records filled and emptied since the start.
  private let filled = Atomic<Int>(0)
  private let emptied = Atomic<Int>(0)
  private let droppedCount = Atomic<UInt64>(0)

  /// Allocates all its memory, and touches it.
  init(capacity: Int) {
    precondition(capacity > 0, "a ring has room for at least one record")
    unsafe slots = .allocate(capacity: capacity)
    unsafe slots.initialize(repeating: TickRecord())
  }

  deinit { unsafe slots.deallocate() }

  /// Records that found no room.
  var dropped: UInt64 { droppedCount.load(ordering: .relaxed) }

  /// Whether the next record would be dropped.
  var isFull: Bool {
    @_noAllocation
    get {
      unsafe filled.load(ordering: .relaxed) - emptied.load(ordering: .acquiring) >= slots.count
    }
  }

  /// The slot of the next record, which holds an older one; ``publish()`` follows.
  ///
  /// - Returns: `nil` when there is no room; the record is counted as dropped.
  @_noAllocation
  func claim() -> UnsafeMutablePointer<TickRecord>? {
    if isFull {
      droppedCount.wrappingAdd(1, ordering: .relaxed)
      return nil
    }
    let base = unsafe slots.baseAddress.unsafelyUnwrapped
    return unsafe base + filled.load(ordering: .relaxed) % slots.count
  }

  /// Hands the claimed slot over.
  @_noAllocation
  func publish() {
    filled.store(filled.load(ordering: .relaxed) &+ 1, ordering: .releasing)
  }

  /// Shows the oldest record to `use` and frees its slot.
  ///
  /// - Returns: `false` when there is none.
  func pop(_ use: (borrowing TickRecord) -> Void) -> Bool {
    let index = emptied.load(ordering: .relaxed)
    guard filled.load(ordering: .acquiring) > index else { return false }
    use(unsafe slots[index % slots.count])
    emptied.store(index + 1, ordering: .releasing)
    return true
  }
}
