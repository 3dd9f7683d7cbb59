/// Report on a run of a loopback: requests of the host, and motion of the robot.
public struct LoopbackReport: Equatable, Sendable {
  /// Whole frames of this protocol version.
  public var frames = 0
  /// Frame starts that were damaged, of an impossible size or of another version.
  public var badFrames = 0
  /// Requests answered with a refusal.
  public var refusedRequests = 0
  /// Commands carried out.
  public var commands = 0
  /// Distance forward in metres, along the heading at the first torque-on, until torque was last
  /// on.
  ///
  /// The board cannot know which commands walk; standing up and sitting down do not travel.
  public var distanceMetres = 0.0
  /// Distance to the left in metres, between the same times and relative to the same heading.
  public var lateralMetres = 0.0
  /// Turn to the left in radians between the same times; whole turns count.
  public var headingChangeRadians = 0.0
  /// Falls of the torso with torque on; the next counts once it was upright.
  public var falls = 0
  /// Simulated time.
  public var simulatedSeconds = 0.0
  /// Part of ``simulatedSeconds`` with torque on.
  public var torqueOnSeconds = 0.0
  /// Number of times that the watchdog held the last goals.
  public var watchdogHolds = 0
  /// Number of times that the watchdog switched torque off.
  public var watchdogLimps = 0
  /// Time skipped because the machine kept this process from running.
  public var skippedMicroseconds: UInt64 = 0
  /// Longest time from the arrival of bytes until their replies were written.
  public var replyDelayMaxMicroseconds: UInt64 = 0
  /// Bytes of replies for which the line had no room in time.
  public var unsentReplyBytes = 0
  /// True when torque is on at a servo now.
  public var isTorqueOn = false
  /// Goals outside a joint's limits by more than a tick, and outside its last goal or position.
  public var goalsOutsideLimits = 0
  /// Goals outside a joint's slew, relative to the goal before or to the position at torque-on.
  public var goalsOutsideSlew = 0
  /// The longest time for which a goal kept changing after the last valid command, in milliseconds.
  public var stopAfterSilenceMilliseconds = 0.0
  /// Number of injections of each fault.
  public var faults: [LoopbackFault.Kind: Int] = [:]
}
