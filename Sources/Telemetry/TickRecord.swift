public import RobotDescription
public import WireProtocol

/// The inputs and outputs of one tick of the control loop; a plain value of fixed size.
public struct TickRecord: Sendable {
  /// The widest observation that is recorded; of a wider one the rest is left out.
  public static var observationWidthMax: Int {
    @_noAllocation
    get { 1024 }
  }

  /// The start of the tick, on the monotonic clock.
  public var nanoseconds: UInt64 = 0
  /// Number of the tick since arming.
  public var tick: UInt64 = 0
  /// The state of the loop, as its raw value.
  public var state: UInt8 = 0
  /// The fault's code; 0 is none.
  public var fault: UInt16 = 0
  /// True when the robot answered in this tick.
  public var isFresh = false
  /// The readings of the sensors.
  public var sample = RobotSample()
  /// For each joint, readings since the last answer of its servo.
  public var jointAges = InlineArray<32, UInt8>(repeating: 0)
  /// Supply voltage, in millivolts.
  public var supplyMillivolts: UInt16 = 0
  /// Temperature of the hottest servo, in degrees Celsius; 0 when unknown.
  public var hottestServoCelsius: UInt8 = 0
  /// The velocity that the policy was asked for.
  public var command = VelocityCommand()
  /// True when the policy ran in this tick: then observation and action are of this tick.
  public var hasDecision = false
  /// The observation; the first ``observationWidth`` numbers.
  public var observation = InlineArray<1024, Float>(repeating: 0)
  /// The count of numbers in ``observation``.
  public var observationWidth: UInt16 = 0
  /// The action of the policy, before limits.
  public var action = JointValues(repeating: 0)
  /// The targets of the joints, in radians.
  public var targets = JointValues(repeating: 0)
  /// The durations of the phases.
  public var phases = PhaseDurations()
  /// Deadlines that were skipped before this tick.
  public var missedDeadlines: UInt32 = 0
  /// Counts of the line since the start.
  public var bus = BusStatistics()

  /// An empty record.
  public init() {}
}
