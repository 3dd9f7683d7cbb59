internal import RobotDescription
internal import ServoDrivers

/// Detects the faults of an armed robot, tick by tick.
///
/// - The robot is silent: the last sample for ``LoopConfiguration/coastTicksMax`` ticks, then
///   ``Fault/robotSilent``.
/// - The IMU is silent while the joints answer: its last reading for as long, then
///   ``Fault/imuSilent``.
/// - A joint is faster than any servo or far beyond its limits, an angular rate is at the end of
///   its range, gravity has another length than 1: the reading is dropped: the last sample for
///   ``LoopConfiguration/coastTicksMax`` ticks, or for every second reading for a while, then
///   ``Fault/jointImplausible``, ``Fault/imuImplausible``.
/// - The readings of all joints repeat while their targets move: ``Fault/jointsFrozen`` after
///   ``LoopConfiguration/jointRepeatsMax`` samples.
/// - A joint stays away from its target: ``Fault/jointBlocked`` after
///   ``LoopConfiguration/followingMicroseconds``.
/// - The readings of the IMU repeat: ``Fault/imuFrozen`` after ``LoopConfiguration/imuRepeatsMax``
///   samples.
/// - One servo is silent: its last reading for ``LoopConfiguration/jointCoastTicksMax`` ticks, then
///   ``Fault/jointSilent``.
/// - The line is gone: ``Fault/lineGone``.
/// - A watchdog has tripped: ``Fault/watchdogTripped``.
/// - Torque is lost: ``Fault/torqueLost``, or ``Fault/servoError`` when a servo reports an error.
/// - The supply or a servo is near its limit: half the commanded velocity.
/// - The supply is too low, a servo too hot or in error: ``Fault/supplyLow``, ``Fault/servoHot``,
///   ``Fault/servoError``, not for a single sample.
/// - A sample or an action is not finite: ``Fault/notFinite``.
/// - The policy's targets are beyond limits or slew: they are clipped; for too long:
///   ``Fault/targetsClipped``.
/// - The body is tilted, or will be in a moment, in two consecutive readings: ``Fault/tilted``,
///   ``Fault/falling``: torque off at once.
/// - No command comes: zero velocity after ``LoopConfiguration/commandSilenceMicroseconds``,
///   counted from arming on; ``Fault/commandSilent`` after a further
///   ``LoopConfiguration/commandLossMicroseconds`` of that.
/// - Deadlines are missed in a row, or too many: ``Fault/deadlinesMissed``.
///
/// The ``Controller`` acts on a ``Fault``. Everything here is real-time safe.
struct Supervisor: Sendable {
  /// The share of the commanded velocity that is allowed now.
  private(set) var speedShare: Float = 1

  /// The joint that caused the last fault; `nil` for a fault of the whole robot.
  private(set) var culprit: Culprit?

  private let robot: Robot
  private let configuration: LoopConfiguration
  private var silence = Streak()
  private var imuSilence = Streak()
  private var tilts = Streak()
  private var imuRepeats = Streak()
  private var lastIMU: (gyro: SIMD3<Float>, gravity: SIMD3<Float>) = (.zero, .zero)
  private var lowSupply = Streak()
  private var hotServo = Streak()
  private var servoError = Streak()
  private var clippedTargets = Streak()
  private var plausibility: Plausibility
  private var following: FollowingWatch
  private var commandAge: UInt32 = 0
  private var ticksOfWindow: UInt64 = 0
  private var missedOfWindow: UInt64 = 0

  @_noAllocation
  init(robot: Robot, configuration: LoopConfiguration) {
    self.robot = robot
    self.configuration = configuration
    plausibility = Plausibility(robot: robot)
    following = FollowingWatch(robot: robot, configuration: configuration)
  }

  /// Resets everything: the robot is armed again.
  @_noAllocation
  mutating func restart() { self = Supervisor(robot: robot, configuration: configuration) }

  /// Records that a command came.
  @_noAllocation
  mutating func commandReceived() { commandAge = 0 }

  /// Turns an implausible reading into a missed one.
  @_noAllocation
  mutating func dropImplausible(
    _ reading: Controller.Reading, _ sample: borrowing BusSample
  ) -> Controller.Reading {
    guard case .fresh = reading else {
      plausibility.pass()
      return reading
    }
    guard let fault = plausibility.check(sample) else { return .fresh }
    if case .jointImplausible = fault { blame(plausibility.doubtfulJoint, sample) }
    return .missed(fault)
  }

  /// Checks this tick's reading of the robot.
  ///
  /// - Parameter targets: The last targets of its joints.
  @_noAllocation
  mutating func check(
    _ reading: Controller.Reading, _ sample: borrowing BusSample, targets: borrowing JointValues
  ) -> Fault? {
    switch reading {
    case .gone: return .lineGone
    case .missed(let silent):
      let isTooLong = silence.goesOn(longerThan: configuration.coastTicksMax)
      return isTooLong || plausibility.isFaulty ? silent : nil
    case .fresh:
      silence.end()
      if let fault = checkServos(sample) { return fault }
      if let fault = checkIMU(sample) { return fault }
      let fault = following.check(sample, targets: targets)
      if case .jointBlocked = fault { blame(following.blockedJoint, sample) }
      return fault
    }
  }

  /// Checks the tilt, also when the policy is no longer followed.
  ///
  /// It takes two consecutive readings: one may be damaged and pass its checksum.
  @_noAllocation
  mutating func checkTilt(_ sample: borrowing RobotSample) -> Fault? {
    let fault = tilt(of: sample)
    var isTilted = false
    if case .some = fault { isTilted = true }
    return tilts.goesOn(if: isTilted, longerThan: 1) ? fault : nil
  }

  @_noAllocation
  private borrowing func tilt(of sample: borrowing RobotSample) -> Fault? {
    let uprightness = -sample.gravity.z
    if uprightness < configuration.uprightMin { return .tilted }
    // The rate at which the body turns under a constant gravity.
    let rate = sample.gyro.x * sample.gravity.y - sample.gyro.y * sample.gravity.x
    let ahead = Float(configuration.fallHorizonMicroseconds) * 1e-6
    return uprightness + min(0, rate * ahead) < configuration.uprightMin ? .falling : nil
  }

  /// Checks the number of targets of a tick that were clipped.
  @_noAllocation
  mutating func check(clippedCount: Int) -> Fault? {
    let isTooMany = Float(clippedCount) > configuration.clippedShareMax * Float(robot.jointCount)
    return clippedTargets.goesOn(
      if: isTooMany, longerThan: Int(robot.ticks(configuration.clippedMicroseconds)))
      ? .targetsClipped : nil
  }

  /// Checks the number of deadlines that were skipped since the last tick.
  @_noAllocation
  mutating func check(missedDeadlines: UInt64) -> Fault? {
    if missedDeadlines >= UInt64(configuration.missedDeadlinesMax) { return .deadlinesMissed }
    ticksOfWindow += 1
    missedOfWindow += missedDeadlines
    let periods = ticksOfWindow + missedOfWindow
    guard periods >= UInt64(robot.ticks(configuration.rateWindowMicroseconds)) else { return nil }
    let isTooSlow = Float(ticksOfWindow) < configuration.rateShareMin * Float(periods)
    ticksOfWindow = 0
    missedOfWindow = 0
    return isTooSlow ? .deadlinesMissed : nil
  }

  /// Counts the time since the last command while the robot stands up.
  ///
  /// A sender that fell silent meanwhile starts no walk; one that begins later is awaited for as
  /// long as ever.
  @_noAllocation
  mutating func ageCommand() {
    let patience = robot.ticks(configuration.commandSilenceMicroseconds)
    if commandAge < patience { commandAge += 1 }
  }

  /// Checks the time since the last command.
  ///
  /// - Returns: A fault once the robot has stood without a command for too long.
  @_noAllocation
  mutating func checkCommand() -> Fault? {
    commandAge &+= 1
    let silence = UInt64(commandAge) * UInt64(robot.controlPeriodMicroseconds)
    let patience = UInt64(configuration.commandSilenceMicroseconds)
    guard silence > patience else { return nil }
    speedShare = 0
    return silence > patience + UInt64(configuration.commandLossMicroseconds)
      ? .commandSilent : nil
  }

  @_noAllocation
  private mutating func checkServos(_ sample: borrowing BusSample) -> Fault? {
    if sample.hasWatchdogTripped { return .watchdogTripped }
    if !sample.isTorqueOn {
      if sample.hasServoError {
        blame(sample.jointInError(of: robot), sample)
        return .servoError
      }
      blame(sample.limpJoint(of: robot), sample)
      return .torqueLost
    }
    for joint in 0..<robot.jointCount
    where Int(sample.jointAges[joint]) > configuration.jointCoastTicksMax {
      blame(joint, sample)
      return .jointSilent
    }
    // An answer with a checksum of one byte may be damaged, and a load makes a battery sag.
    let patience = configuration.coastTicksMax
    let supply = sample.supplyMillivolts
    let celsius = sample.hottestServoCelsius
    let isNearALimit =
      supply < robot.supplyWarningMillivolts || celsius >= robot.servoWarningCelsius
    speedShare = isNearALimit ? configuration.deratedShare : 1
    if lowSupply.goesOn(if: supply < robot.supplyMinMillivolts, longerThan: patience) {
      return .supplyLow
    }
    if hotServo.goesOn(if: celsius >= robot.servoMaxCelsius, longerThan: patience) {
      blame(sample.hottestJoint(of: robot), sample)
      return .servoHot
    }
    guard servoError.goesOn(if: sample.hasServoError, longerThan: patience) else { return nil }
    blame(sample.jointInError(of: robot), sample)
    return .servoError
  }

  @_noAllocation
  private mutating func blame(_ joint: Int?, _ sample: borrowing BusSample) {
    culprit = nil
    guard let joint else { return }
    culprit = Culprit(
      joint: joint, errors: sample.servoErrors[joint], celsius: sample.servoCelsius[joint])
  }

  @_noAllocation
  private mutating func checkIMU(_ sample: borrowing BusSample) -> Fault? {
    let isTooOld = imuSilence.goesOn(
      if: sample.imuAge > 0, longerThan: configuration.coastTicksMax)
    if isTooOld { return .imuSilent }
    if sample.imuAge > 0 { return nil }
    return checkMotion(sample.robot)
  }

  @_noAllocation
  private mutating func checkMotion(_ sample: borrowing RobotSample) -> Fault? {
    guard sample.isFinite(jointCount: robot.jointCount) else { return .notFinite }
    // A working sensor does not repeat its reading for long: its last digit is noise.
    let (gyro, gravity) = (sample.gyro, sample.gravity)
    let isTheSame = gyro == lastIMU.gyro && gravity == lastIMU.gravity
    lastIMU = (gyro, gravity)
    // The first of the equal samples repeats nothing, and the last of them is the fault.
    return imuRepeats.goesOn(if: isTheSame, longerThan: configuration.imuRepeatsMax - 2)
      ? .imuFrozen : nil
  }
}

extension Robot {
  /// The number of control periods in a time, rounded up.
  @_noAllocation
  borrowing func ticks(_ microseconds: UInt32) -> UInt32 {
    (microseconds + controlPeriodMicroseconds - 1) / controlPeriodMicroseconds
  }
}

/// The number of consecutive ticks of a condition.
struct Streak: Sendable {
  private var ticks = 0

  @_noAllocation
  init() {}

  /// Counts a tick with the condition.
  ///
  /// - Returns: True when there are more than `max` of them now.
  @_noAllocation
  mutating func goesOn(longerThan max: Int) -> Bool {
    ticks &+= 1
    return ticks > max
  }

  /// Counts a tick with the condition, or ends the streak without it.
  ///
  /// - Returns: True when there are more than `max` of them now.
  @_noAllocation
  mutating func goesOn(if condition: Bool, longerThan max: Int) -> Bool {
    if condition { return goesOn(longerThan: max) }
    end()
    return false
  }

  /// Ends the streak.
  @_noAllocation
  mutating func end() { ticks = 0 }
}
