/// Timing and safety settings of the control loop.
public struct LoopConfiguration: Sendable, Equatable {
  /// The longest time that a phase of the state machine can be given.
  private static let phaseMaxMicroseconds: UInt32 = 60_000_000
  /// The largest ``exchangeShareMax``: that of a loop which waits for no clock.
  private static let exchangeShareLimit: Float = 100
  /// The largest ``coastTicksMax`` and ``jointCoastTicksMax``.
  private static let coastTicksLimit = 100
  /// The largest of the other numbers of ticks.
  private static let ticksLimit = 1_000

  /// Time for standing up.
  public var standUpMicroseconds: UInt32 = 1_500_000
  /// Time for standing still before the policy takes over.
  public var settleMicroseconds: UInt32 = 500_000
  /// Time for which a walking robot is asked to stand still before it sits down.
  public var stopMicroseconds: UInt32 = 1_000_000
  /// Time for sitting down.
  public var sitDownMicroseconds: UInt32 = 1_500_000
  /// Share of a period that an exchange with the robot may take.
  public var exchangeShareMax: Float = 0.5
  /// Ticks in a row that may run on the last sample when the robot does not answer, or on too low a
  /// supply.
  public var coastTicksMax: Int = 3
  /// Ticks in a row that may run on what a servo said before, when the others answer.
  public var jointCoastTicksMax: Int = 5
  /// Tilt beyond which the robot lets go, as the cosine of the angle from upright.
  public var uprightMin: Float = 0.5
  /// How far ahead a fall is seen: the tilt that there will be if the body goes on turning.
  public var fallHorizonMicroseconds: UInt32 = 150_000
  /// Samples of the motion sensor in a row that may be the same.
  public var imuRepeatsMax: Int = 25
  /// Samples of all joints in a row that may be the same while they are sent elsewhere.
  public var jointRepeatsMax: Int = 25
  /// Time for which a joint may be farther from its target than the robot's plausible limits say.
  public var followingMicroseconds: UInt32 = 1_000_000
  /// Share of the joints that the policy may ask for more than limits and slew allow.
  public var heldShareMax: Float = 0.5
  /// Time for which it may ask that of more joints.
  public var heldMicroseconds: UInt32 = 500_000
  /// Share of the commanded speed when the supply or a servo is near its limit.
  public var deratedShare: Float = 0.5
  /// Time without a command after which the policy is asked to stand.
  public var commandSilenceMicroseconds: UInt32 = 500_000
  /// Time after that, after which the robot sits down.
  public var commandLossMicroseconds: UInt32 = 5_000_000
  /// Time after which a faulted robot that does not answer is told to let go.
  public var unheardMicroseconds: UInt32 = 1_000_000
  /// Deadlines in a row that are a fault when missed.
  public var missedDeadlinesMax: Int = 3
  /// Share of the deadlines in ``rateWindowMicroseconds`` that has to be met.
  public var rateShareMin: Float = 0.9
  /// Time whose deadlines are looked at together.
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
      ("unheardMicroseconds", unheardMicroseconds), ("heldMicroseconds", heldMicroseconds),
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
      ("heldShareMax", heldShareMax), ("deratedShare", deratedShare),
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
  /// Its name.
  public let setting: String
  /// Its value.
  public let found: String
  /// The values that it may have.
  public let expected: String

  /// One sentence: what was found, what was expected.
  public var description: String {
    "control loop, \(setting): found \(found), expected \(expected)"
  }
}
