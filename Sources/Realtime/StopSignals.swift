internal import CRealtime

/// Signals that ask a program to end or to pause.
///
/// SIGINT (Ctrl-C) and SIGTERM ask once each time, SIGHUP (the terminal is gone) once altogether and only
/// where nothing else has, SIGQUIT (Ctrl-\) at once for what two of the others ask. Two SIGTERM within
/// 100 ms are one. A program that was started with SIGHUP ignored, as by `nohup`, goes on.
public enum StopSignals {
  /// Counts them from now on instead of dying of them.
  public static func install() { _ = realtimeInstallStopSignals() }

  /// How many stops have been asked for.
  public static var count: Int {
    @_noAllocation
    get { Int(realtimeStopCount()) }
  }

  /// Whether one has been asked for.
  public static var isStopping: Bool {
    @_noAllocation
    get { realtimeStopCount() > 0 }
  }

  /// Notes SIGTSTP (Ctrl-Z) from now on instead of pausing, unless it is ignored.
  public static func installSuspension() { _ = realtimeInstallSuspendSignal() }

  /// Whether a pause has been asked for that ``suspend()`` has not followed yet.
  public static var wantsSuspension: Bool {
    @_noAllocation
    get { realtimeWantsSuspension() != 0 }
  }

  /// Pauses the process as SIGTSTP would have; returns once it goes on.
  public static func suspend() { _ = realtimeSuspend() }

  /// Pauses the process where a pause has been asked for: in whatever waits while nothing moves.
  public static func suspendIfWanted() { if wantsSuspension { suspend() } }
}
