internal import RobotDescription
internal import ServoDrivers

/// Tells readings that can be true from those that cannot.
///
/// An answer whose checksum fits all the same, a servo that has lost its zero, an IMU with a broken
/// wire: they are caught by what no robot can do. Everything here is real-time safe.
struct Plausibility: Sendable {
  private let robot: Robot
  /// The joint that was not believed last.
  private(set) var doubtfulJoint = 0
  private var angles = JointValues(repeating: 0)
  /// For each joint, ticks since it was believed last; the most when it never was.
  private var ticks = InlineArray<32, UInt8>(repeating: .max)

  /// How much of what was said lately was not believed: two for each reading that was not, less one for
  /// each that was.
  private var doubt = 0

  /// Four readings in a row that are not believed are too many, and so is one of two for a while.
  private static var doubtMax: Int { @_noAllocation get { 7 } }
  /// Noise of an encoder and of the moment of reading, in radians.
  private static var angleNoise: Float { @_noAllocation get { 0.05 } }
  /// A servo tells its speed from few counts of its encoder, so that it may be told twice too high.
  private static var toldSpeedShare: Float { @_noAllocation get { 2 } }
  /// A joint in motion may be farther beyond its limits than it may be found when the robot is armed.
  private static var overshootShare: Float { @_noAllocation get { 1.5 } }
  /// By how much the length of gravity may differ from 1.
  static var gravityTolerance: Float { @_noAllocation get { 0.15 } }

  @_noAllocation
  init(robot: Robot) { self.robot = robot }

  /// Lets a tick pass without a reading.
  @_noAllocation
  mutating func pass() {
    for joint in 0..<robot.jointCount where ticks[joint] < .max - 1 { ticks[joint] += 1 }
  }

  /// Whether the robot goes on saying what cannot be true.
  var isFaulty: Bool {
    @_noAllocation get { doubt > Self.doubtMax }
  }

  /// Judges a reading, and remembers it when it can be true.
  ///
  /// Numbers that are not finite are another's business.
  @_noAllocation
  mutating func judge(_ sample: borrowing BusSample) -> Fault? {
    pass()
    guard sample.robot.isFinite(jointCount: robot.jointCount) else { return nil }
    if let fault = fault(of: sample) {
      doubt = min(doubt + 2, 2 * Self.doubtMax)
      return fault
    }
    doubt = max(0, doubt - 1)
    for joint in 0..<robot.jointCount where sample.jointAges[joint] == 0 {
      angles[joint] = sample.robot.jointAngles[joint]
      ticks[joint] = 0
    }
    return nil
  }

  @_noAllocation
  private mutating func fault(of sample: borrowing BusSample) -> Fault? {
    if !Self.isPlausible(sample.robot, of: robot) { return .imuImplausible }
    for joint in 0..<robot.jointCount where sample.jointAges[joint] == 0 {
      guard !isPlausible(joint, sample.robot) else { continue }
      doubtfulJoint = joint
      return .jointImplausible
    }
    return nil
  }

  /// Whether an IMU can say so.
  @_noAllocation
  static func isPlausible(_ sample: borrowing RobotSample, of robot: borrowing Robot) -> Bool {
    let gyro = sample.gyro
    let rateMax = robot.plausible.gyroMaxRadiansPerSecond
    guard abs(gyro.x) < rateMax, abs(gyro.y) < rateMax, abs(gyro.z) < rateMax else { return false }
    let square = (sample.gravity * sample.gravity).sum()
    let (least, most) = (1 - gravityTolerance, 1 + gravityTolerance)
    return square > least * least && square < most * most
  }

  @_noAllocation
  private func isPlausible(_ joint: Int, _ sample: borrowing RobotSample) -> Bool {
    let speedMax = robot.plausible.jointSpeedMaxRadiansPerSecond
    guard abs(sample.jointVelocities[joint]) < Self.toldSpeedShare * speedMax else { return false }
    let settings = robot[joint: joint]
    let beyond = max(
      settings.lowerLimitRadians - sample.jointAngles[joint],
      sample.jointAngles[joint] - settings.upperLimitRadians)
    guard beyond < Self.overshootShare * robot.plausible.armingMarginRadians else { return false }
    guard ticks[joint] < .max - 1 else { return true }
    let way = abs(sample.jointAngles[joint] - angles[joint])
    let seconds = Float(Int(ticks[joint])) * robot.controlPeriodSeconds
    return way < speedMax * seconds + Self.angleNoise
  }
}
