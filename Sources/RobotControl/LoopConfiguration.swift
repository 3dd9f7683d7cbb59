/// Timing and safety settings of the control loop.
public struct LoopConfiguration: Sendable, Equatable {
  /// The longest time that a phase of the state machine can be given.
  private static let phaseMaxMicroseconds: UInt32 = 60_000_000
  /// The largest ``exchangeShareMax``: that of a loop which waits for no clock.
  private static let exchangeShareLimit: Float = 100
  /// The largest ``coastTicksMax`` and ``jointCoastTicksMax``.
  private static let coastTicksLimit = 100

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
  /// Tilt beyond which the loop stops, as the cosine of the angle from upright.
  public var uprightMin: Float = 0.5

  /// The defaults.
  public init() {}

  /// - Throws: ``ConfigurationError`` naming the first setting that is out of range.
  public func validate() throws(ConfigurationError) {
    let phases = [
      ("standUpMicroseconds", standUpMicroseconds), ("settleMicroseconds", settleMicroseconds),
      ("stopMicroseconds", stopMicroseconds), ("sitDownMicroseconds", sitDownMicroseconds),
    ]
    for (name, microseconds) in phases {
      try require(
        microseconds <= Self.phaseMaxMicroseconds, name, "\(microseconds)",
        "0 to \(Self.phaseMaxMicroseconds)")
    }
    try require(
      exchangeShareMax > 0 && exchangeShareMax <= Self.exchangeShareLimit, "exchangeShareMax",
      "\(exchangeShareMax)", "above 0, to \(Self.exchangeShareLimit)")
    try require(
      (0...Self.coastTicksLimit).contains(coastTicksMax), "coastTicksMax", "\(coastTicksMax)",
      "0 to \(Self.coastTicksLimit)")
    try require(
      (0...Self.coastTicksLimit).contains(jointCoastTicksMax), "jointCoastTicksMax",
      "\(jointCoastTicksMax)", "0 to \(Self.coastTicksLimit)")
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
