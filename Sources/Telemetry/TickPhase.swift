/// The phases of a tick whose durations are recorded, in the order of the tick.
///
/// A new phase needs a case and the count here, and the line of `Tick.swift` that measures it; log,
/// report and status line take the phases from this list.
public enum TickPhase: UInt8, Sendable, CaseIterable {
  /// Reading the robot.
  case exchange
  /// Building the observation.
  case observe
  /// The policy's forward pass.
  case infer
  /// Checking sample and action, and everything else that decides.
  case supervise
  /// Writing the goals.
  case write

  /// The number of phases.
  public static var count: Int { @_noAllocation get { 5 } }

  /// The phase at a place of the order.
  @_noAllocation
  public static func at(_ index: Int) -> TickPhase {
    precondition(index >= 0 && index < count, "the place of a phase")
    return unsafe unsafeBitCast(UInt8(truncatingIfNeeded: index), to: TickPhase.self)
  }

  /// The place in the order: the compiler cannot prove that its own getter of the raw value does
  /// not allocate.
  public var index: Int {
    @_noAllocation
    get { Int(unsafe unsafeBitCast(self, to: UInt8.self)) }
  }

  /// True for phases that only a decision of the policy has.
  public var isOfDecision: Bool {
    @_noAllocation
    get {
      switch self {
      case .observe, .infer: true
      case .exchange, .supervise, .write: false
      }
    }
  }
}

/// A value for each phase, ``TickPhase/count`` in all.
public typealias PhaseValues<Value> = InlineArray<5, Value>

/// Durations of the phases of one tick, in nanoseconds.
public struct PhaseDurations: Sendable {
  private var durations = PhaseValues<UInt64>(repeating: 0)
  /// Time from the deadline until the tick began.
  public var lateness: UInt64 = 0

  /// No time.
  @_noAllocation
  public init() {}

  /// The duration of a phase.
  public subscript(_ phase: TickPhase) -> UInt64 {
    @_noAllocation
    get { durations[phase.index] }
    @_noAllocation
    set { durations[phase.index] = newValue }
  }
}
