public import Telemetry

/// Durations of the phases of ticks.
public struct PhaseStatistics: Sendable {
  private var histograms = PhaseValues<DurationHistogram>(repeating: DurationHistogram())
  /// From the last byte of the sensors to the last byte of the goals.
  public private(set) var sensorToGoal = DurationHistogram()

  /// No durations.
  @_noAllocation
  public init() {}

  /// The durations of a phase.
  public subscript(_ phase: TickPhase) -> DurationHistogram { histograms[phase.index] }

  @_noAllocation
  mutating func add(_ durations: PhaseDurations) {
    let hasDecided = durations[.infer] > 0
    var sinceSensors: UInt64 = 0
    for index in 0..<TickPhase.count {
      let phase = TickPhase.at(index)
      if index > 0 { sinceSensors += durations[phase] }
      if hasDecided || !phase.isOfDecision { histograms[index].add(durations[phase]) }
    }
    sensorToGoal.add(sinceSensors)
  }
}
