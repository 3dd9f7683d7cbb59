/// What makes time pass for the robot behind the wire.
public enum LoopbackClock: Sendable {
  /// The clock on the wall.
  case realTime
  /// Each `command`, carried out or refused, makes one control period pass; nothing else does.
  ///
  /// Silence takes no time, so it trips no watchdog and ends no frame that stopped halfway. The
  /// watchdog still trips when commands that are refused let time pass.
  case lockstep
}
