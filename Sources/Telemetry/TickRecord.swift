public import RobotDescription

/// All that one tick of the control loop knew and did; a plain value of fixed size.
public struct TickRecord: Sendable {
  /// The widest observation that is kept; of a wider one the rest is left out.
  public static var observationWidthMax: Int {
    @_noAllocation
    get { 1024 }
  }

  /// When the tick began, on the monotonic clock.
  public var nanoseconds: UInt64 = 0
  /// Number of the tick since the robot was armed.
  public var tick: UInt64 = 0
  /// What the loop was doing, as its state's number.
  public var state: UInt8 = 0
  /// The fault's code; 0 is none.
  public var fault: UInt16 = 0
  /// Whether the robot answered in this tick.
  public var isFresh = false
  /// What the sensors said.
  public var sample = RobotSample()
  /// For each joint, readings since its servo answered last.
  public var jointAges = InlineArray<32, UInt8>(repeating: 0)
  /// Supply voltage, in millivolts.
  public var supplyMillivolts: UInt16 = 0
  /// The hottest servo, in degrees Celsius; 0 where it cannot be told.
  public var hottestServoCelsius: UInt8 = 0
  /// What the policy was asked for.
  public var command = VelocityCommand()
  /// Whether the policy moved the robot: then observation and action are of this tick.
  public var hasDecision = false
  /// What the policy observed; the first ``observationWidth`` numbers.
  public var observation = InlineArray<1024, Float>(repeating: 0)
  /// Numbers in ``observation``.
  public var observationWidth: UInt16 = 0
  /// What the policy answered, before limits.
  public var action = JointValues(repeating: 0)
  /// Where the joints were sent, in radians.
  public var targets = JointValues(repeating: 0)
  /// How long the parts of the tick took.
  public var phases = PhaseDurations()
  /// Deadlines that were skipped before this tick.
  public var missedDeadlines: UInt32 = 0
  /// What has gone over the line since the start.
  public var bus = BusCounts()

  /// A tick in which nothing was known or done.
  public init() {}
}

/// How long the parts of a tick took, in nanoseconds.
public struct PhaseDurations: Sendable {
  /// From the deadline until the tick began.
  public var lateness: UInt64 = 0
  /// Reading the robot.
  public var exchange: UInt64 = 0
  /// Building the observation.
  public var observe: UInt64 = 0
  /// The policy's forward pass.
  public var infer: UInt64 = 0
  /// Judging sample and action, and all else that decides.
  public var supervise: UInt64 = 0
  /// Writing the goals.
  public var write: UInt64 = 0

  /// No time.
  @_noAllocation
  public init() {}
}

/// What has gone over a bus, counted from its start.
public struct BusCounts: Sendable, Equatable {
  /// Whole frames received.
  public var frames: UInt32 = 0
  /// Frames with a wrong checksum.
  public var checksumErrors: UInt32 = 0
  /// Reads that no reply answered in time.
  public var missedReplies: UInt32 = 0
  /// Reads that some servos answered and others did not.
  public var partialReplies: UInt32 = 0

  /// Nothing yet.
  @_noAllocation
  public init() {}
}
