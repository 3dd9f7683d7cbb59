/// A group of numbers in an observation.
///
/// The raw values are permanent: policy files contain them.
public enum ObservationTerm: UInt8, Sendable {
  /// Angular rate in the body's frame: 3, rad/s.
  case gyro = 1
  /// Direction of gravity in the body's frame: 3, unitless.
  case gravity = 2
  /// Joint angles minus the standing pose: one per joint, rad.
  case jointAngles = 3
  /// Joint velocities: one per joint, rad/s.
  case jointVelocities = 4
  /// Action of the present targets (see ``ActionLayout``): one per joint, unitless.
  case lastAction = 5
  /// Velocity command: 3, m/s, m/s, rad/s.
  case command = 6
  /// Sine and cosine of the gait clock, which counts from the policy's start: 2, unitless.
  case gaitClock = 7

  /// Numbers in the term for a robot of `jointCount` joints.
  @_noAllocation
  public func width(jointCount: Int) -> Int {
    switch self {
    case .gyro, .gravity, .command: 3
    case .gaitClock: 2
    case .jointAngles, .jointVelocities, .lastAction: jointCount
    }
  }
}

/// Builds observations: in training, on the robot and on the board.
///
/// A frame holds the terms in order, each multiplied by its scale. An observation holds the last
/// `historyCount` frames, the oldest first.
public struct ObservationLayout: Sendable {
  /// The most terms in a frame.
  public static let termsMax = 8
  /// The most frames in an observation.
  public static let historyMax = 16

  /// Joints of the robot.
  public let jointCount: Int
  /// Frames in an observation, 1 to 16.
  public let historyCount: Int
  /// Period of ``ObservationTerm/gaitClock`` in ticks; 0 without that term.
  public let gaitPeriodTicks: UInt16
  /// Terms in use.
  public private(set) var termCount: Int
  /// Numbers in one frame.
  public private(set) var frameWidth: Int
  private var terms: InlineArray<8, ObservationTerm>
  private var scales: InlineArray<8, Float>

  /// Makes a layout without terms; ``append(_:scale:)`` adds them in order.
  public init(jointCount: Int, historyCount: Int, gaitPeriodTicks: UInt16 = 0) {
    precondition((1...Robot.jointsMax).contains(jointCount), "1 to 32 joints")
    precondition((1...Self.historyMax).contains(historyCount), "1 to 16 frames")
    self.jointCount = jointCount
    self.historyCount = historyCount
    self.gaitPeriodTicks = gaitPeriodTicks
    termCount = 0
    frameWidth = 0
    terms = .init(repeating: .gyro)
    scales = .init(repeating: 0)
  }

  /// Makes the layout of every legged body of this project, with the customary scales.
  ///
  /// Its terms are measured on a robot: gyro, gravity, joint angles and velocities, last action,
  /// command and, where `gaitPeriodTicks` is not 0, the gait clock.
  public static func standard(
    jointCount: Int, historyCount: Int = 1, gaitPeriodTicks: UInt16 = 0
  ) -> ObservationLayout {
    var layout = ObservationLayout(
      jointCount: jointCount, historyCount: historyCount, gaitPeriodTicks: gaitPeriodTicks)
    layout.append(.gyro, scale: 0.25)
    layout.append(.gravity, scale: 1)
    layout.append(.jointAngles, scale: 1)
    layout.append(.jointVelocities, scale: 0.05)
    layout.append(.lastAction, scale: 1)
    layout.append(.command, scale: 1)
    if gaitPeriodTicks > 0 { layout.append(.gaitClock, scale: 1) }
    return layout
  }

  /// Numbers in an observation.
  public var width: Int {
    @_noAllocation
    get { frameWidth * historyCount }
  }

  /// The term at `index`, which is in `0..<termCount`.
  @_noAllocation
  public func term(at index: Int) -> ObservationTerm { terms[index] }

  /// The factor of the term at `index`, which is in `0..<termCount`.
  @_noAllocation
  public func scale(at index: Int) -> Float { scales[index] }

  /// `true` when ``append(_:scale:)`` accepts the term: a gait clock needs a period.
  public func accepts(_ term: ObservationTerm) -> Bool {
    switch term {
    case .gaitClock: gaitPeriodTicks > 0
    case .gyro, .gravity, .jointAngles, .jointVelocities, .lastAction, .command: true
    }
  }

  /// Adds a term at the end of the frame; a ninth is a programming error.
  public mutating func append(_ term: ObservationTerm, scale: Float) {
    precondition(termCount < Self.termsMax, "a frame holds at most 8 terms")
    precondition(accepts(term), "a gait clock has a period")
    terms[termCount] = term
    scales[termCount] = scale
    termCount += 1
    frameWidth += term.width(jointCount: jointCount)
  }

  /// Moves the frames of `observation` back by one and writes the newest at its end.
  ///
  /// Real-time safe. `observation` has the shape `[width]` and holds the history: pass the same
  /// memory each tick.
  ///
  /// - Parameter tick: Ticks since the policy's start; at 0 the newest frame fills the whole
  ///   history. It may wrap.
  @_noAllocation
  public func build(
    from sample: borrowing RobotSample, command: VelocityCommand, action: borrowing ActionState,
    layout actionLayout: borrowing ActionLayout, tick: UInt32,
    into observation: inout MutableSpan<Float>
  ) {
    precondition(observation.count == width, "the observation has the layout's width")
    let newest = width - frameWidth
    for index in 0..<newest { observation[index] = observation[index + frameWidth] }
    var next = newest
    for index in 0..<termCount {
      write(
        terms[index], scale: scales[index], from: sample, command: command, action: action,
        layout: actionLayout, tick: tick, at: next, into: &observation)
      next += terms[index].width(jointCount: jointCount)
    }
    guard tick == 0 else { return }
    for index in 0..<newest {
      observation[index] = observation[newest + index % frameWidth]
    }
  }

  @_noAllocation
  private func write(
    _ term: ObservationTerm, scale: Float, from sample: borrowing RobotSample,
    command: VelocityCommand, action: borrowing ActionState,
    layout actionLayout: borrowing ActionLayout, tick: UInt32, at start: Int,
    into observation: inout MutableSpan<Float>
  ) {
    switch term {
    case .gyro:
      for axis in 0..<3 { observation[start + axis] = sample.gyro[axis] * scale }
    case .gravity:
      for axis in 0..<3 { observation[start + axis] = sample.gravity[axis] * scale }
    case .jointAngles:
      for joint in 0..<jointCount {
        observation[start + joint] =
          (sample.jointAngles[joint] - actionLayout.defaultPose[joint]) * scale
      }
    case .jointVelocities:
      for joint in 0..<jointCount {
        observation[start + joint] = sample.jointVelocities[joint] * scale
      }
    case .lastAction:
      for joint in 0..<jointCount {
        observation[start + joint] = actionLayout.actionInForce(action, joint: joint) * scale
      }
    case .command:
      observation[start] = command.forward * scale
      observation[start + 1] = command.left * scale
      observation[start + 2] = command.yawRate * scale
    case .gaitClock:
      let clock = GaitClock(tick: tick, periodTicks: gaitPeriodTicks)
      observation[start] = clock.sine * scale
      observation[start + 1] = clock.cosine * scale
    }
  }
}
