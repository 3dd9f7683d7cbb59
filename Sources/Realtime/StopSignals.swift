internal import CRealtime

/// Signals that ask a program to stop or to pause.
///
/// SIGINT (Ctrl-C) and SIGTERM count once each time, two SIGTERM within 100 ms once. SIGHUP (the
/// terminal is gone) counts once at most, and only as the first signal. SIGQUIT (Ctrl-\) counts
/// twice. A program that was started with SIGHUP ignored, as by `nohup`, goes on.
public enum StopSignals {
  /// Counts stop signals from now on instead of ending the process.
  public static func install() { _ = realtimeInstallStopSignals() }

  /// The number of stop signals so far.
  public static var count: Int {
    @_noAllocation
    get { Int(realtimeStopCount()) }
  }

  /// True once a stop signal has come.
  public static var isStopping: Bool {
    @_noAllocation
    get { realtimeStopCount() > 0 }
  }

  /// Records SIGTSTP (Ctrl-Z) from now on instead of pausing, unless the signal is ignored.
  public static func installSuspension() { _ = realtimeInstallSuspendSignal() }

  /// True when SIGTSTP has come and ``suspend()`` has not been called since.
  public static var wantsSuspension: Bool {
    @_noAllocation
    get { realtimeWantsSuspension() != 0 }
  }

  /// Pauses the process as SIGTSTP does; returns when it is continued.
  public static func suspend() { _ = realtimeSuspend() }

  /// Pauses the process if SIGTSTP has come; for waits during which nothing moves.
  public static func suspendIfWanted() { if wantsSuspension { suspend() } }
}
