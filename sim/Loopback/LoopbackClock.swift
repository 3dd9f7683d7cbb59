/// Source of time for the simulated robot.
public enum LoopbackClock: Sendable {
  /// The machine's clock.
  case realTime
  /// Commands alone: each, carried out or refused, lets one control period pass.
  ///
  /// Silence takes no time, so it trips no watchdog and ends no frame that stopped halfway. The
  /// watchdog still trips when refused commands let time pass.
  case lockstep
}
