/// What a loopback saw of the host, and what became of the robot.
public struct LoopbackReport: Equatable, Sendable {
  /// Whole frames of this protocol version.
  public var frames = 0
  /// Frame starts that were damaged, of an impossible size or of another version.
  public var badFrames = 0
  /// Requests that were answered with a refusal.
  public var refusedRequests = 0
  /// Commands that were carried out.
  public var commands = 0
  /// Way ahead in metres: along the heading at the first torque-on, until torque was last on.
  ///
  /// The board cannot know which commands walk; standing up and sitting down do not travel.
  public var distanceMetres = 0.0
  /// Way to the left in metres, between the same moments and of the same heading.
  public var lateralMetres = 0.0
  /// Turn to the left in radians between the same moments; whole turns count.
  public var headingChangeRadians = 0.0
  /// Times that the torso tipped over while torque was on; the next counts once it was upright.
  public var falls = 0
  /// Time that passed in the physics.
  public var simulatedSeconds = 0.0
  /// Part of ``simulatedSeconds`` with torque on.
  public var torqueOnSeconds = 0.0
  /// Times that the watchdog held the last goals.
  public var watchdogHolds = 0
  /// Times that the watchdog switched torque off.
  public var watchdogLimps = 0
  /// Time that did not pass for the robot because the machine kept this process from running.
  public var skippedMicroseconds: UInt64 = 0
  /// Longest time from the arrival of bytes until their replies were written.
  public var replyDelayMaxMicroseconds: UInt64 = 0
  /// Bytes of replies that the line did not take in time.
  public var unsentReplyBytes = 0
  /// Whether a servo holds torque now.
  public var isTorqueOn = false
  /// Goals beyond a joint's limits by more than a tick, and beyond where it was held or found.
  public var goalsOutsideLimits = 0
  /// Goals farther from the one before, or from the pose in which a servo that comes on is found, than the
  /// joint's slew allows, by more than a tick.
  public var goalsOutsideSlew = 0
  /// The longest that a goal kept changing after the last valid command, in milliseconds.
  public var stopAfterSilenceMilliseconds = 0.0
  /// How often each fault was injected.
  public var faults: [LoopbackFault.Kind: Int] = [:]
}
