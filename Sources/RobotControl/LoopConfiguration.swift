/// Timing and safety settings of the control loop.
public struct LoopConfiguration: Sendable, Equatable {
  /// The longest duration of a phase of the state machine.
  private static let phaseMaxMicroseconds: UInt32 = 60_000_000
  /// The largest ``exchangeShareMax``, for a loop that waits for no clock.
  private static let exchangeShareLimit: Float = 100
  /// The largest ``coastTicksMax`` and ``jointCoastTicksMax``.
  private static let coastTicksLimit = 100
  /// The largest of the other numbers of ticks.
  private static let ticksLimit = 1_000

  /// Time for standing up.
  public var standUpMicroseconds: UInt32 = 1_500_000
  /// Time for standing still before the policy takes over.
  public var settleMicroseconds: UInt32 = 500_000
  /// Time at zero velocity before a walking robot sits down.
  public var stopMicroseconds: UInt32 = 1_000_000
  /// Time for sitting down.
  public var sitDownMicroseconds: UInt32 = 1_500_000
  /// Largest share of a period for an exchange with the robot.
  public var exchangeShareMax: Float = 0.5
  /// Consecutive bad ticks that are tolerated: robot or IMU silent, supply low, servo hot or in
  /// error.
  public var coastTicksMax: Int = 3
  /// Consecutive ticks that may run on the last reading of a silent servo when the others answer.
  public var jointCoastTicksMax: Int = 5
  /// Tilt beyond which torque is switched off, as the cosine of the angle from upright.
  public var uprightMin: Float = 0.5
  /// Time ahead for which the tilt is extrapolated to detect a fall.
  public var fallHorizonMicroseconds: UInt32 = 150_000
  /// Equal consecutive samples at which the IMU counts as frozen.
  public var imuRepeatsMax: Int = 25
  /// Equal consecutive samples of all joints, with moving targets, at which they count as frozen.
  public var jointRepeatsMax: Int = 25
  /// Time for which a joint may be farther from its target than the robot's plausible limits allow.
  public var followingMicroseconds: UInt32 = 1_000_000
  /// Share of the targets that may be clipped to limits or slew.
  public var clippedShareMax: Float = 0.5
  /// Time for which more targets may be clipped.
  public var clippedMicroseconds: UInt32 = 500_000
  /// Share of the commanded velocity when the supply or a servo is near its limit.
  public var deratedShare: Float = 0.5
  /// Time without a command after which the policy is asked for zero velocity.
  public var commandSilenceMicroseconds: UInt32 = 500_000
  /// Further time after which the robot sits down.
  public var commandLossMicroseconds: UInt32 = 5_000_000
  /// Time after which torque off is sent to a faulted robot that is silent.
  public var faultSilenceMicroseconds: UInt32 = 1_000_000
  /// Consecutive missed deadlines that are a fault.
  public var missedDeadlinesMax: Int = 3
  /// Smallest share of the deadlines in ``rateWindowMicroseconds`` that is met.
  public var rateShareMin: Float = 0.9
  /// Time over which the share of met deadlines is counted.
  public var rateWindowMicroseconds: UInt32 = 1_000_000

  /// The defaults.
  public init() {}

  /// - Throws: ``ConfigurationError`` naming the first setting that is out of range.
  public func validate() throws(ConfigurationError) {
    let phases = [
      ("standUpMicroseconds", standUpMicroseconds), ("settleMicroseconds", settleMicroseconds),
      ("stopMicroseconds", stopMicroseconds), ("sitDownMicroseconds", sitDownMicroseconds),
      ("fallHorizonMicroseconds", fallHorizonMicroseconds),
      ("commandSilenceMicroseconds", commandSilenceMicroseconds),
      ("commandLossMicroseconds", commandLossMicroseconds),
      ("faultSilenceMicroseconds", faultSilenceMicroseconds),
      ("clippedMicroseconds", clippedMicroseconds),
      ("rateWindowMicroseconds", rateWindowMicroseconds),
      ("followingMicroseconds", followingMicroseconds),
    ]
    for (name, microseconds) in phases {
      try require(
        microseconds <= Self.phaseMaxMicroseconds, name, "\(microseconds)",
        "0 to \(Self.phaseMaxMicroseconds)")
    }
    try require(
      exchangeShareMax > 0 && exchangeShareMax <= Self.exchangeShareLimit, "exchangeShareMax",
      "\(exchangeShareMax)", "above 0, to \(Self.exchangeShareLimit)")
    let counts = [
      ("coastTicksMax", coastTicksMax, 0...Self.coastTicksLimit),
      ("jointCoastTicksMax", jointCoastTicksMax, 0...Self.coastTicksLimit),
      ("imuRepeatsMax", imuRepeatsMax, 2...Self.ticksLimit),
      ("jointRepeatsMax", jointRepeatsMax, 2...Self.ticksLimit),
      ("missedDeadlinesMax", missedDeadlinesMax, 1...Self.ticksLimit),
    ]
    for (name, count, range) in counts {
      try require(
        range.contains(count), name, "\(count)", "\(range.lowerBound) to \(range.upperBound)")
    }
    let shares = [
      ("clippedShareMax", clippedShareMax), ("deratedShare", deratedShare),
      ("rateShareMin", rateShareMin),
    ]
    for (name, share) in shares {
      try require((0...1).contains(share), name, "\(share)", "0 to 1")
    }
    try require(
      (-1...1).contains(uprightMin), "uprightMin", "\(uprightMin)", "a cosine, from -1 to 1")
  }

  private func require(
    _ holds: Bool, _ setting: String, _ found: String, _ expected: String
  ) throws(ConfigurationError) {
    if !holds { throw ConfigurationError(setting: setting, found: found, expected: expected) }
  }
}

/// A setting of the control loop that is out of range.
public struct ConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The name of the setting.
  public let setting: String
  /// The value of the setting.
  public let found: String
  /// The valid values.
  public let expected: String

  /// One sentence: the setting, its value and the valid values.
  public var description: String {
    "control loop, \(setting): found \(found), expected \(expected)"
  }
}
