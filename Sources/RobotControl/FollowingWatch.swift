internal import RobotDescription
internal import ServoDrivers

/// Detects joints that do not follow their targets: blocked joints and frozen readings.
///
/// Everything here is real-time safe.
struct FollowingWatch: Sendable {
  /// The joint that stayed away from its target.
  private(set) var blockedJoint = 0
  private let robot: Robot
  private let errorTicksMax: Int
  private let repeatsMax: Int
  /// For each joint, consecutive ticks away from its target.
  private var away = InlineArray<32, UInt16>(repeating: 0)
  private var angles = JointValues(repeating: 0)
  private var repeats = Streak()
  /// The targets when the readings began to repeat, and whether a target has moved since.
  private var targetsBefore = JointValues(repeating: 0)
  private var isSentElsewhere = false

  /// Change of a target, in radians, after which a working joint reports another angle: 20 counts
  /// of its encoder.
  private static var targetChangeMin: Float { @_noAllocation get { 0.03 } }

  @_noAllocation
  init(robot: Robot, configuration: LoopConfiguration) {
    self.robot = robot
    errorTicksMax = Int(robot.ticks(configuration.followingMicroseconds))
    repeatsMax = configuration.jointRepeatsMax
  }

  /// Checks a reading.
  ///
  /// - Parameter targets: The last targets of the joints.
  @_noAllocation
  mutating func check(
    _ sample: borrowing BusSample, targets: borrowing JointValues
  ) -> Fault? {
    var isTheSame = true
    for joint in 0..<robot.jointCount {
      let angle = sample.robot.jointAngles[joint]
      if angle != angles[joint] { isTheSame = false }
      angles[joint] = angle
      let error = abs(angle - targets[joint])
      let hasAnswered = sample.jointAges[joint] == 0
      let isAway = hasAnswered && error > robot.plausible.followingErrorMaxRadians
      away[joint] = isAway ? away[joint] &+ 1 : 0
      if Int(away[joint]) > errorTicksMax {
        blockedJoint = joint
        return .jointBlocked
      }
    }
    return checkRepeats(isTheSame, targets)
  }

  @_noAllocation
  private mutating func checkRepeats(
    _ isTheSame: Bool, _ targets: borrowing JointValues
  ) -> Fault? {
    if !isTheSame {
      targetsBefore = copy targets
      isSentElsewhere = false
    }
    for joint in 0..<robot.jointCount {
      if abs(targets[joint] - targetsBefore[joint]) > Self.targetChangeMin {
        isSentElsewhere = true
      }
    }
    return repeats.goesOn(if: isTheSame && isSentElsewhere, longerThan: repeatsMax - 2)
      ? .jointsFrozen : nil
  }
}
