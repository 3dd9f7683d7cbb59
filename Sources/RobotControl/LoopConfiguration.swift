/// Timing and safety settings of the control loop.
public struct LoopConfiguration: Sendable, Equatable {
  /// Time for standing up.
  public var standUpMicroseconds: UInt32 = 1_500_000
  /// Time for standing still before the policy takes over.
  public var settleMicroseconds: UInt32 = 500_000
  /// Time for sitting down.
  public var sitDownMicroseconds: UInt32 = 1_500_000
  /// Share of a period that an exchange with the robot may take.
  public var exchangeShareMax: Float = 0.5
  /// Ticks in a row that may run on the last sample when the robot does not answer.
  public var coastTicksMax: Int = 3
  /// Tilt beyond which the loop stops, as the cosine of the angle from upright.
  public var uprightMin: Float = 0.5

  /// The defaults.
  public init() {}
}
