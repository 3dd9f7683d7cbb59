internal import Realtime
public import RobotDescription
internal import Synchronization

/// The status of a run, for a thread that shows it.
public struct LoopStatus: Sendable {
  /// The state of the controller.
  public var state = ControlState.disarmed
  /// Ticks while armed.
  public var ticks: UInt64 = 0
  /// Missed deadlines.
  public var missedDeadlines: UInt64 = 0
  /// The velocity that the policy was asked for last.
  public var command = VelocityCommand()
  /// Supply voltage, in millivolts.
  public var supplyMillivolts: UInt16 = 0
  /// Temperature of the hottest servo, in degrees Celsius; 0 when unknown.
  public var hottestServoCelsius: UInt8 = 0
  /// Lateness of the ticks.
  public var lateness = DurationHistogram()
  /// Durations of their phases.
  public var phases = PhaseStatistics()

  /// The status before the first tick.
  @_noAllocation
  public init() {}
}

/// A lock-free slot from which a thread takes the newest status of a loop; neither waits for the
/// other.
@safe
public final class LoopStatusBoard: @unchecked Sendable {
  /// Three slots: one is written, one is read, the newest is between them.
  private let slots: UnsafeMutablePointer<LoopStatus>
  private let exchange: UnsafeMutablePointer<Atomic<UInt8>>
  /// The slot that is read; only the reading thread uses it.
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

  /// Takes the newest status; `nil` when there is none since the last call.
  ///
  /// Only one thread calls it.
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

  /// The slot to fill, which holds an older status; ``publish()`` follows.
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

/// The bit of a slot's number that marks it as not read yet.
private var newSlotBit: UInt8 { @_noAllocation get { 4 } }
