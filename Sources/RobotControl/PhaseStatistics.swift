internal import Telemetry

/// How long the parts of ticks took.
public struct PhaseStatistics: Sendable {
  /// Reading the robot.
  public private(set) var exchange = DurationHistogram()
  /// Building the observation.
  public private(set) var observe = DurationHistogram()
  /// The policy's forward pass.
  public private(set) var infer = DurationHistogram()
  /// Judging, and all else that decides.
  public private(set) var supervise = DurationHistogram()
  /// Writing the goals.
  public private(set) var write = DurationHistogram()
  /// From the last byte of the sensors to the last byte of the goals.
  public private(set) var sensorToGoal = DurationHistogram()

  /// Nothing yet.
  @_noAllocation
  public init() {}

  @_noAllocation
  mutating func add(_ durations: PhaseDurations) {
    exchange.add(durations.exchange)
    if durations.infer > 0 {
      observe.add(durations.observe)
      infer.add(durations.infer)
    }
    supervise.add(durations.supervise)
    write.add(durations.write)
    sensorToGoal.add(
      durations.observe + durations.infer + durations.supervise + durations.write)
  }
}
