internal import Realtime
public import RobotDescription
internal import Synchronization

/// How a run is going, for a thread that tells people.
public struct LoopStatus: Sendable {
  /// What the controller is doing.
  public var state = ControlState.disarmed
  /// Ticks while armed.
  public var ticks: UInt64 = 0
  /// Deadlines that were missed.
  public var missedDeadlines: UInt64 = 0
  /// The velocity that the policy was asked for last.
  public var command = VelocityCommand()
  /// Supply voltage, in millivolts.
  public var supplyMillivolts: UInt16 = 0
  /// Temperature of the hottest servo, in degrees Celsius; 0 where it cannot be told.
  public var hottestServoCelsius: UInt8 = 0
  /// How late the ticks began.
  public var lateness = DurationHistogram()
  /// How long their parts took.
  public var phases = PhaseStatistics()

  /// Nothing has happened.
  @_noAllocation
  public init() {}
}

/// Where a loop leaves its status and another thread takes the newest: neither waits for the other.
@safe
public final class LoopStatusBoard: @unchecked Sendable {
  /// Three slots: one is written, one is read, the newest is between them.
  private let slots: UnsafeMutablePointer<LoopStatus>
  private let exchange: UnsafeMutablePointer<Atomic<UInt8>>
  /// The slot that is read; of the reading thread alone.
  private var readSlot: UInt8 = 2

  /// Makes a board without a status.
  public init() {
    unsafe slots = .allocate(capacity: 3)
    unsafe slots.initialize(repeating: LoopStatus(), count: 3)
    unsafe exchange = .allocate(capacity: 1)
    unsafe exchange.initialize(to: Atomic(1))
  }

  deinit {
    unsafe slots.deinitialize(count: 3)
    unsafe slots.deallocate()
    unsafe exchange.deinitialize(count: 1)
    unsafe exchange.deallocate()
  }

  /// The loop's end; the board outlives it.
  public var tap: LoopStatusTap { unsafe LoopStatusTap(slots: slots, exchange: exchange) }

  /// The newest status; `nil` when there is none since the last call.
  ///
  /// One thread asks.
  public func takeNewest() -> LoopStatus? {
    guard unsafe exchange.pointee.load(ordering: .acquiring) & newSlotBit != 0 else { return nil }
    let slot = unsafe exchange.pointee.exchange(readSlot, ordering: .acquiringAndReleasing)
    readSlot = slot & ~newSlotBit
    return unsafe slots[Int(readSlot)]
  }
}

/// The loop's end of a status board: a plain value, so that a tick counts no references.
@safe
public struct LoopStatusTap: @unchecked Sendable {
  private let slots: UnsafeMutablePointer<LoopStatus>
  private let exchange: UnsafeMutablePointer<Atomic<UInt8>>
  /// The slot that is written next.
  private var writeSlot: UInt8 = 0

  fileprivate init(
    slots: UnsafeMutablePointer<LoopStatus>, exchange: UnsafeMutablePointer<Atomic<UInt8>>
  ) {
    unsafe self.slots = slots
    unsafe self.exchange = exchange
  }

  /// The slot to be filled, which holds an older status; ``publish()`` follows.
  ///
  /// Real-time safe.
  @_noAllocation
  func slot() -> UnsafeMutablePointer<LoopStatus> { unsafe slots + Int(writeSlot) }

  /// Makes the filled slot the newest, real-time safe.
  @_noAllocation
  mutating func publish() {
    let before = unsafe exchange.pointee.exchange(
      writeSlot | newSlotBit, ordering: .acquiringAndReleasing)
    writeSlot = before & ~newSlotBit
  }
}

/// Set in the number of a slot that has not been read.
private var newSlotBit: UInt8 { @_noAllocation get { 4 } }
