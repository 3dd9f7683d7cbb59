/// How time passes in a loopback's world: step by step, and never by much at once.
///
/// In real time a device expects to be told the time every few milliseconds: what a longer silence
/// of its process has beyond that does not pass for the robot, since no host is to blame for it.
/// Times are in microseconds since the device started.
struct LoopbackTime {
  let clock: LoopbackClock
  /// Time of a physics step.
  let stepMicroseconds: UInt64
  /// The device's time; in real time the told one without what was skipped.
  private(set) var nowMicroseconds: UInt64 = 0
  /// Time that did not pass.
  private(set) var skippedMicroseconds: UInt64 = 0
  private var toldMicroseconds: UInt64 = 0
  /// The device's time up to which physics was made.
  private var physicsMicroseconds: UInt64 = 0
  /// Up to where it is to be made.
  private var endMicroseconds: UInt64 = 0

  /// The longest time between two calls that passes in full; what is beyond is skipped and counted.
  private static let silenceMaxMicroseconds: UInt64 = 20_000

  init(clock: LoopbackClock, stepMicroseconds: UInt64) {
    self.clock = clock
    self.stepMicroseconds = stepMicroseconds
  }

  /// When the next physics step is due, as time is told.
  var nextStepMicroseconds: UInt64 { physicsMicroseconds + stepMicroseconds + skippedMicroseconds }

  /// Takes in what time it is; ``nextStep()`` and ``finish()`` follow.
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

  /// The time at which the next step that is due begins; `nil` when none is.
  mutating func nextStep() -> UInt64? {
    guard physicsMicroseconds + stepMicroseconds <= endMicroseconds else { return nil }
    nowMicroseconds = max(physicsMicroseconds, nowMicroseconds)
    physicsMicroseconds += stepMicroseconds
    return nowMicroseconds
  }

  /// All steps are made: it is as late as was told.
  mutating func finish() { nowMicroseconds = endMicroseconds }

  /// A period of lockstep has passed, physics included.
  mutating func pass(microseconds: UInt64) {
    nowMicroseconds += microseconds
    physicsMicroseconds = nowMicroseconds
  }
}
