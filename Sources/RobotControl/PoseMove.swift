internal import RobotDescription

/// A slow move of all joints from one pose to another, with smooth ends.
struct PoseMove: Sendable {
  /// Speed in the middle of a move, as a multiple of the mean speed.
  private static var speedMaxShare: Float { @_noAllocation get { 1.5 } }

  /// The longest move, in ticks.
  private static var tickCountMax: Float { @_noAllocation get { 100_000 } }

  private let start: JointValues
  private let end: JointValues
  let tickCount: UInt32
  private var tick: UInt32 = 0

  /// A move that takes `tickCount` ticks.
  @_noAllocation
  init(from start: JointValues, to end: JointValues, tickCount: UInt32) {
    self.start = start
    self.end = end
    self.tickCount = tickCount > 0 ? tickCount : 1
  }

  /// A move in which no joint is faster than its slew, since a joint may start far beyond its
  /// limits.
  @_noAllocation
  init(from start: JointValues, to end: JointValues, of robot: Robot, tickCountMin: UInt32) {
    var ticksNeeded: Float = 0
    for joint in 0..<robot.jointCount {
      let slewMaxRadians =
        robot[joint: joint].slewMaxRadiansPerSecond * robot.controlPeriodSeconds
      let radians = Self.speedMaxShare * abs(end[joint] - start[joint])
      if slewMaxRadians > 0 { ticksNeeded = max(ticksNeeded, radians / slewMaxRadians) }
    }
    let slewTicks = UInt32(min(ticksNeeded, Self.tickCountMax)) + 1
    self.init(from: start, to: end, tickCount: max(tickCountMin, slewTicks))
  }

  /// A move that is over and keeps its pose.
  @_noAllocation
  init(at pose: JointValues) {
    self.init(from: pose, to: pose, tickCount: 1)
    tick = tickCount
  }

  /// True after the last tick of the move.
  var isOver: Bool {
    @_noAllocation
    get { tick >= tickCount }
  }

  /// The targets of the next tick.
  @_noAllocation
  mutating func next() -> JointValues {
    tick += tick < tickCount ? 1 : 0
    let share = Float(tick) / Float(tickCount)
    let eased = share * share * (3 - 2 * share)
    var targets = start
    for joint in targets.indices {
      targets[joint] = start[joint] + (end[joint] - start[joint]) * eased
    }
    return targets
  }
}
