import RobotDescription

/// Looks at every goal and every torque that goes out, and at whether it was asked for.
enum Watch {
  /// Goals that may be sent now.
  enum Allowed {
    /// Neither goals nor torque.
    case nothing
    /// Torque, and goals at the pose that joints were found in.
    case arming(JointValues)
    /// These goals.
    case goals(JointValues)
    /// Goals within limits and slew.
    case following
  }

  nonisolated(unsafe) static var allowed = Allowed.nothing
  /// True while settings of the servos may be changed.
  nonisolated(unsafe) static var mayWrite = true
  /// True when the pose of arming is known here, and not only to the loop.
  nonisolated(unsafe) static var mustBeAtPose = true
  nonisolated(unsafe) static var isTorqueOn: [Bool] = []
  /// The last target of each joint, in radians.
  nonisolated(unsafe) static var goals: [Float?] = []
  /// For each joint, goals since then that the line lost: a controller cannot know.
  nonisolated(unsafe) private static var lostGoals: [Int] = []

  private static let armingMargin = FuzzRobot.robot.plausible.armingMarginRadians
  private static let periodSeconds = FuzzRobot.robot.controlPeriodSeconds
  /// By how much a servo may be found beside the pose when torque comes on, in radians.
  private static let steadyRadians: Float = 0.101
  /// A count of the encoder and what rounding takes.
  private static let tick = 1.5 * 2 * Float.pi / ServoCalibration.ticksPerTurn

  static func reset() {
    allowed = .nothing
    mayWrite = true
    mustBeAtPose = true
    isTorqueOn = Array(repeating: false, count: FuzzRobot.jointCount)
    goals = Array(repeating: nil, count: FuzzRobot.jointCount)
    lostGoals = Array(repeating: 0, count: FuzzRobot.jointCount)
  }

  /// Counts a write that did not arrive.
  static func lose() { for joint in lostGoals.indices { lostGoals[joint] += 1 } }

  /// From now on the robot is moved; it was found here.
  static func follow(from targets: JointValues) {
    let margin = armingMargin + tick
    for joint in 0..<FuzzRobot.jointCount {
      let settings = FuzzRobot.joints[joint]
      let range = (settings.lowerLimitRadians - margin)...(settings.upperLimitRadians + margin)
      if !range.contains(targets[joint]) {
        fatalError("armed with joint \(joint) at \(targets[joint]) rad")
      }
      if let held = goals[joint], !(abs(held - targets[joint]) <= steadyRadians) {
        fatalError("held at \(held) rad, stands up from \(targets[joint])")
      }
      goals[joint] = targets[joint]
    }
    allowed = .following
  }

  static func torque(_ joint: Int, isOn: Bool) {
    isTorqueOn[joint] = isOn
    guard isOn else { return }
    switch allowed {
    case .arming: break
    case .nothing, .goals, .following: fatalError("torque came on unasked: joint \(joint)")
    }
  }

  static func goal(_ joint: Int, ticks: Int) {
    guard let ticks16 = Int16(exactly: ticks) else { fatalError("a goal of \(ticks) counts") }
    goal(joint, radians: FuzzRobot.joints[joint].servo.radians(ticks: ticks16))
  }

  static func goal(_ joint: Int, radians: Float) {
    switch allowed {
    case .nothing: fatalError("joint \(joint) was sent to \(radians) rad unasked")
    case .arming(let pose):
      if mustBeAtPose && !(abs(radians - pose[joint]) <= steadyRadians) {
        fatalError("found at \(pose[joint]) rad, armed at \(radians)")
      }
    case .goals(let targets):
      let servo = FuzzRobot.joints[joint].servo
      let asked = servo.radians(ticks: servo.ticks(radians: targets[joint]))
      // A magnitude and its sign have no -32 768.
      if abs(radians - asked) > tick { fatalError("asked for \(asked) rad, sent \(radians)") }
    case .following: judge(joint, radians)
    }
    goals[joint] = radians
    lostGoals[joint] = 0
  }

  /// A joint found beyond its limits may be held there and brought back, but never sent farther
  /// out.
  private static func judge(_ joint: Int, _ radians: Float) {
    guard let before = goals[joint] else { fatalError("a goal before arming") }
    let settings = FuzzRobot.joints[joint]
    let lower = min(settings.lowerLimitRadians, before) - tick
    let upper = max(settings.upperLimitRadians, before) + tick
    if !(lower...upper).contains(radians) {
      fatalError("joint \(joint) was sent to \(radians) rad, outside its limits")
    }
    let slewMax =
      settings.slewMaxRadiansPerSecond * periodSeconds * Float(1 + lostGoals[joint])
    if !(abs(radians - before) <= slewMax + tick) {
      fatalError("joint \(joint) was sent from \(before) to \(radians) rad in a tick")
    }
  }
}
