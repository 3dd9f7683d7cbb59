internal import RobotDescription
internal import ServoDrivers

/// Watches an armed robot tick by tick: what can go wrong, and what follows from it.
///
/// | condition | what follows |
/// |---|---|
/// | the robot does not answer | the last sample for ``LoopConfiguration/coastTicksMax`` ticks, then ``Fault/robotSilent`` |
/// | the IMU is silent while the joints answer | what the IMU said last for as long, then ``Fault/imuSilent`` |
/// | a joint turns faster than any servo or is far beyond its limits, an angular rate is at the end of its range, gravity has another length than 1 | no reading: the last sample for ``LoopConfiguration/coastTicksMax`` ticks, or for one of two in a while, then ``Fault/jointImplausible``, ``Fault/imuImplausible`` |
/// | all joints repeat themselves while they are sent elsewhere | ``Fault/jointsFrozen`` after ``LoopConfiguration/jointRepeatsMax`` samples |
/// | a joint stays away from its target | ``Fault/jointBlocked`` after ``LoopConfiguration/followingMicroseconds`` |
/// | the motion sensor repeats itself | ``Fault/imuFrozen`` after ``LoopConfiguration/imuRepeatsMax`` samples |
/// | one servo does not answer | what it said last for ``LoopConfiguration/jointCoastTicksMax`` ticks, then ``Fault/jointSilent`` |
/// | the line is gone | ``Fault/lineGone`` |
/// | a watchdog took over | ``Fault/watchdogTripped`` |
/// | torque is gone | ``Fault/torqueLost``, or ``Fault/servoError`` where a servo says why |
/// | the supply or a servo is near its limit | half the speed |
/// | the supply is too low, a servo too hot or in error | ``Fault/supplyLow``, ``Fault/servoHot``, ``Fault/servoError``, not for a single sample |
/// | a sample or an action is not finite | ``Fault/notFinite`` |
/// | the policy asks for more than limits or slew allow | it is held to them; on and on: ``Fault/targetsHeld`` |
/// | the body is tilted, or will be in a moment, in two readings in a row | ``Fault/tilted``, ``Fault/falling``: torque off at once |
/// | nobody says where to go, counted from arming on | speed 0 after ``LoopConfiguration/commandSilenceMicroseconds``, then ``Fault/commandSilent`` |
/// | deadlines are missed in a row, or too many | ``Fault/deadlinesMissed`` |
///
/// What a ``Fault`` does to the robot stands in ``Controller``. Everything here is real-time safe.
struct Supervisor: Sendable {
  /// Share of the commanded speed that the robot may be asked for now.
  private(set) var speedShare: Float = 1

  /// The joint that the last fault came from; `nil` for one of the whole robot.
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
  private var heldTargets = Streak()
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

  /// Forgets what was: the robot is armed anew.
  @_noAllocation
  mutating func restart() { self = Supervisor(robot: robot, configuration: configuration) }

  /// Records that somebody says where to go.
  @_noAllocation
  mutating func heardCommand() { commandAge = 0 }

  /// Decides whether a reading can be true; one that cannot is no reading.
  @_noAllocation
  mutating func believe(
    _ reading: Controller.Reading, _ sample: borrowing BusSample
  ) -> Controller.Reading {
    guard case .fresh = reading else {
      plausibility.pass()
      return reading
    }
    guard let fault = plausibility.judge(sample) else { return .fresh }
    if case .jointImplausible = fault { blame(plausibility.doubtfulJoint, sample) }
    return .missed(fault)
  }

  /// Judges what the robot said, or did not say, in this tick.
  ///
  /// - Parameter targets: Where its joints were sent last.
  @_noAllocation
  mutating func judge(
    _ reading: Controller.Reading, _ sample: borrowing BusSample, targets: borrowing JointValues
  ) -> Fault? {
    switch reading {
    case .gone: return .lineGone
    case .missed(let silent):
      let isTooLong = silence.goesOn(true, longerThan: configuration.coastTicksMax)
      return isTooLong || plausibility.isFaulty ? silent : nil
    case .fresh:
      _ = silence.goesOn(false, longerThan: 0)
      if let fault = judgeServos(sample) { return fault }
      if let fault = judgeIMU(sample) { return fault }
      let fault = following.judge(sample, targets: targets)
      if case .jointBlocked = fault { blame(following.blockedJoint, sample) }
      return fault
    }
  }

  /// Judges how the robot lies: it also lies, or falls, once the policy is no longer followed.
  ///
  /// Two readings in a row have to say so: a single one may be damaged and pass its checksum.
  @_noAllocation
  mutating func judgeTilt(_ sample: borrowing RobotSample) -> Fault? {
    let fault = tilt(of: sample)
    var isTilted = false
    if case .some = fault { isTilted = true }
    return tilts.goesOn(isTilted, longerThan: 1) ? fault : nil
  }

  @_noAllocation
  private borrowing func tilt(of sample: borrowing RobotSample) -> Fault? {
    let uprightness = -sample.gravity.z
    if uprightness < configuration.uprightMin { return .tilted }
    // The body turns under a gravity that stands still.
    let rate = sample.gyro.x * sample.gravity.y - sample.gyro.y * sample.gravity.x
    let ahead = Float(configuration.fallHorizonMicroseconds) * 1e-6
    return uprightness + min(0, rate * ahead) < configuration.uprightMin ? .falling : nil
  }

  /// Judges the targets of a tick of the policy, of which `heldCount` were beyond limits or slew.
  @_noAllocation
  mutating func judge(heldCount: Int) -> Fault? {
    let isTooMany = Float(heldCount) > configuration.heldShareMax * Float(robot.jointCount)
    return heldTargets.goesOn(
      isTooMany, longerThan: Int(robot.ticks(configuration.heldMicroseconds)))
      ? .targetsHeld : nil
  }

  /// Judges the schedule: deadlines skipped since the tick before.
  @_noAllocation
  mutating func judge(missedDeadlines: UInt64) -> Fault? {
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

  /// Judges whether somebody still says where to go.
  ///
  /// - Returns: A fault once the robot has stood without a command for too long.
  @_noAllocation
  mutating func judgeCommand() -> Fault? {
    commandAge &+= 1
    let silence = UInt64(commandAge) * UInt64(robot.controlPeriodMicroseconds)
    let patience = UInt64(configuration.commandSilenceMicroseconds)
    guard silence > patience else { return nil }
    speedShare = 0
    return silence > patience + UInt64(configuration.commandLossMicroseconds)
      ? .commandSilent : nil
  }

  @_noAllocation
  private mutating func judgeServos(_ sample: borrowing BusSample) -> Fault? {
    if sample.hasWatchdogTripped { return .watchdogTripped }
    if !sample.isTorqueOn {
      if sample.hasServoError { blameServoInError(sample) }
      return sample.hasServoError ? .servoError : .torqueLost
    }
    for joint in 0..<robot.jointCount
    where Int(sample.jointAges[joint]) > configuration.jointCoastTicksMax {
      blame(joint, sample)
      return .jointSilent
    }
    // An answer with a checksum of one byte may be wrong, and a load makes a battery sag.
    let patience = configuration.coastTicksMax
    let supply = sample.supplyMillivolts
    let celsius = sample.hottestServoCelsius
    let isNearALimit =
      supply < robot.supplyWarningMillivolts || celsius >= robot.servoWarningCelsius
    speedShare = isNearALimit ? configuration.deratedShare : 1
    if lowSupply.goesOn(supply < robot.supplyMinMillivolts, longerThan: patience) {
      return .supplyLow
    }
    if hotServo.goesOn(celsius >= robot.servoMaxCelsius, longerThan: patience) {
      culprit = nil
      if let joint = sample.hottestJoint(of: robot) { blame(joint, sample) }
      return .servoHot
    }
    guard servoError.goesOn(sample.hasServoError, longerThan: patience) else { return nil }
    blameServoInError(sample)
    return .servoError
  }

  @_noAllocation
  private mutating func blameServoInError(_ sample: borrowing BusSample) {
    culprit = nil
    if let joint = sample.jointInError(of: robot) { blame(joint, sample) }
  }

  @_noAllocation
  private mutating func blame(_ joint: Int, _ sample: borrowing BusSample) {
    culprit = Culprit(
      joint: joint, errors: sample.servoErrors[joint], celsius: sample.servoCelsius[joint])
  }

  @_noAllocation
  private mutating func judgeIMU(_ sample: borrowing BusSample) -> Fault? {
    let isTooOld = imuSilence.goesOn(
      sample.imuAge > 0, longerThan: configuration.coastTicksMax)
    if isTooOld { return .imuSilent }
    if sample.imuAge > 0 { return nil }
    return judgeMotion(sample.robot)
  }

  @_noAllocation
  private mutating func judgeMotion(_ sample: borrowing RobotSample) -> Fault? {
    guard sample.isFinite(jointCount: robot.jointCount) else { return .notFinite }
    // A sensor that lives never says the same twice for long: its last digit is noise.
    let (gyro, gravity) = (sample.gyro, sample.gravity)
    let isTheSame = gyro == lastIMU.gyro && gravity == lastIMU.gravity
    lastIMU = (gyro, gravity)
    return imuRepeats.goesOn(isTheSame, longerThan: configuration.imuRepeatsMax - 2)
      ? .imuFrozen : nil
  }
}

extension Robot {
  /// Control periods that a time takes, the last one begun counted whole.
  @_noAllocation
  borrowing func ticks(_ microseconds: UInt32) -> UInt32 {
    (microseconds + controlPeriodMicroseconds - 1) / controlPeriodMicroseconds
  }
}

/// How many ticks in a row something has gone on.
struct Streak: Sendable {
  private var ticks = 0

  @_noAllocation
  init() {}

  /// Counts a tick.
  ///
  /// - Returns: Whether it goes on for more than `max` ticks now.
  @_noAllocation
  mutating func goesOn(_ condition: Bool, longerThan max: Int) -> Bool {
    ticks = condition ? ticks &+ 1 : 0
    return ticks > max
  }
}
