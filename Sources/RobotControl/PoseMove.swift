internal import RobotDescription

/// A slow move of all joints from one pose to another, gentle at both ends.
struct PoseMove: Sendable {
  /// Speed in the middle of a move, as a multiple of its mean speed.
  static var speedMaxShare: Float { @_noAllocation get { 1.5 } }

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

  /// A move that is over and stays where it is.
  @_noAllocation
  init(at pose: JointValues) {
    self.init(from: pose, to: pose, tickCount: 1)
    tick = tickCount
  }

  /// Whether the last tick of the move is over.
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
