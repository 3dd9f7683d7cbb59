internal import Synchronization

/// A lock-free queue of ticks from the control loop to the writing thread.
///
/// One thread fills it, another empties it.
@safe
struct FlightRing: ~Copyable {
  private let slots: UnsafeMutableBufferPointer<TickRecord>
  /// Numbers of records filled and emptied since the start.
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

  /// The number of records that found no room.
  var dropped: UInt64 { droppedCount.load(ordering: .relaxed) }

  /// True when the next record would be dropped.
  var isFull: Bool {
    @_noAllocation
    get {
      unsafe filled.load(ordering: .relaxed) - emptied.load(ordering: .acquiring) >= slots.count
    }
  }

  /// Claims the slot of the next record, which holds an older one; ``publish()`` follows.
  ///
  /// - Returns: `nil` when the ring is full; the record is counted as dropped.
  @_noAllocation
  func claim() -> UnsafeMutablePointer<TickRecord>? {
    if isFull {
      droppedCount.wrappingAdd(1, ordering: .relaxed)
      return nil
    }
    let base = unsafe slots.baseAddress.unsafelyUnwrapped
    return unsafe base + filled.load(ordering: .relaxed) % slots.count
  }

  /// Passes the claimed slot to the other thread.
  @_noAllocation
  func publish() {
    filled.store(filled.load(ordering: .relaxed) &+ 1, ordering: .releasing)
  }

  /// Passes the oldest record to `use` and frees its slot.
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
