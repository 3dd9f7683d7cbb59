internal import RobotDescription
internal import ServoDrivers

/// Detects readings that are physically impossible.
///
/// It catches damaged answers with a right checksum, a servo that has lost its zero, and an IMU
/// with a broken wire. Everything here is real-time safe.
struct Plausibility: Sendable {
  private let robot: Robot
  /// The joint of the last implausible reading.
  private(set) var doubtfulJoint = 0
  private var angles = JointValues(repeating: 0)
  /// For each joint, ticks since its last plausible reading; the maximum when there was none.
  private var ticks = InlineArray<32, UInt8>(repeating: .max)

  /// A score of recent implausible readings: plus two for each, minus one for each plausible
  /// reading.
  private var doubt = 0

  /// Exceeded by four consecutive implausible readings, or by every second reading for a while.
  private static var doubtMax: Int { @_noAllocation get { 7 } }
  /// Noise of an encoder and of the moment of reading, in radians.
  private static var angleNoise: Float { @_noAllocation get { 0.05 } }
  /// A servo computes its velocity from few counts of its encoder, so that it may be twice too
  /// high.
  private static var toldSpeedShare: Float { @_noAllocation get { 2 } }
  /// A joint in motion may be farther beyond its limits than at arming, by this factor.
  private static var overshootShare: Float { @_noAllocation get { 1.5 } }
  /// The largest difference of the length of gravity from 1.
  static var gravityTolerance: Float { @_noAllocation get { 0.15 } }

  @_noAllocation
  init(robot: Robot) { self.robot = robot }

  /// Lets a tick pass without a reading.
  @_noAllocation
  mutating func pass() {
    for joint in 0..<robot.jointCount where ticks[joint] < .max - 1 { ticks[joint] += 1 }
  }

  /// True after too many implausible readings.
  var isFaulty: Bool {
    @_noAllocation get { doubt > Self.doubtMax }
  }

  /// Checks a reading, and records it when it is plausible.
  ///
  /// A reading that is not finite passes: the supervisor detects it.
  @_noAllocation
  mutating func check(_ sample: borrowing BusSample) -> Fault? {
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

  /// True for a plausible reading of the IMU.
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
