/// Time of a loopback's physics, which passes step by step and never by much at once.
///
/// In real time a device expects the time every few milliseconds. A longer pause of its process
/// does not pass in full for the robot, because no host is to blame for it. Times are in
/// microseconds since the device started.
struct LoopbackTime {
  let clock: LoopbackClock
  /// Time of a physics step.
  let stepMicroseconds: UInt64
  /// The device's time; in real time the given one less the skipped time.
  private(set) var nowMicroseconds: UInt64 = 0
  /// Time that was skipped.
  private(set) var skippedMicroseconds: UInt64 = 0
  private var toldMicroseconds: UInt64 = 0
  /// The device's time up to which physics steps were made.
  private var physicsMicroseconds: UInt64 = 0
  /// The device's time up to which physics steps are due.
  private var endMicroseconds: UInt64 = 0

  /// The longest time between two calls that passes in full; the rest is skipped and counted.
  private static let silenceMaxMicroseconds: UInt64 = 20_000

  init(clock: LoopbackClock, stepMicroseconds: UInt64) {
    self.clock = clock
    self.stepMicroseconds = stepMicroseconds
  }

  /// Given time at which the next physics step is due.
  var nextStepMicroseconds: UInt64 { physicsMicroseconds + stepMicroseconds + skippedMicroseconds }

  /// Takes the present time; ``nextStep()`` and ``finish()`` follow.
  ///
  /// - Returns: `false` when no time has passed, as always in lockstep.
  mutating func tell(_ nowMicroseconds: UInt64) -> Bool {
    guard clock == .realTime, nowMicroseconds > toldMicroseconds else { return false }
    let silence = nowMicroseconds - toldMicroseconds
    toldMicroseconds = nowMicroseconds
    if silence > Self.silenceMaxMicroseconds {
      skippedMicroseconds += silence - Self.silenceMaxMicroseconds
    }
    endMicroseconds = nowMicroseconds - skippedMicroseconds
    return true
  }

  /// Start of the next physics step that is due; `nil` when none is.
  mutating func nextStep() -> UInt64? {
    guard physicsMicroseconds + stepMicroseconds <= endMicroseconds else { return nil }
    nowMicroseconds = max(physicsMicroseconds, nowMicroseconds)
    physicsMicroseconds += stepMicroseconds
    return nowMicroseconds
  }

  /// Ends the steps at the given time.
  mutating func finish() { nowMicroseconds = endMicroseconds }

  /// Lets a period of lockstep pass, physics included.
  mutating func pass(microseconds: UInt64) {
    nowMicroseconds += microseconds
    physicsMicroseconds = nowMicroseconds
  }
}
