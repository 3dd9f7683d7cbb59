import Physics
import RobotDescription
import Testing
import WireProtocol

@testable import Loopback

@Suite struct SimulatedRobotTests {
  private static func robot(
    keyframe: String = "resting", seed: UInt64 = 1, jointSpreadRadians: Double = 0
  ) throws -> SimulatedRobot {
    try SimulatedRobot(
      robot: Spider.robot, bodyPath: Spider.bodyPath, keyframe: keyframe, seed: seed,
      jointSpreadRadians: jointSpreadRadians, imuNoise: .none)
  }

  /// Steps of the spider's physics in one second.
  private static let stepsPerSecond = 200

  @Test func sense_restingKeyframe_ticksAreThoseOfThePose() throws {
    let robot = try Self.robot()
    #expect(robot.sense().ticks == Spider.ticks(leg: Spider.restingLegTicks))
  }

  @Test func sense_level_gravityPointsDownAndSupplyIsFiveVolts() throws {
    let sample = try Self.robot().sense()
    #expect(sample.gravity == BoardVector(x: 0, y: 0, z: -16384))
    #expect(sample.gyro == BoardVector(x: 0, y: 0, z: 0))
    #expect(sample.supplyMillivolts == 5_000)
  }

  @Test func sense_turningInTheAir_gyroReadsTheRateInCounts() throws {
    try Spider.withFlyingBody(named: "gyro", quaternion: "1 0 0 0", velocity: "0 0 0 1 2 3") {
      let robot = try SimulatedRobot(
        robot: Spider.robot, bodyPath: $0, keyframe: "flying", seed: 1, imuNoise: .none)
      #expect(robot.sense().gyro == BoardVector(x: 1_000, y: 2_000, z: 3_000))
    }
  }

  @Test func init_anotherSeed_startsWithinTheSpreadAndElsewhere() throws {
    let first = try Self.robot(seed: 1, jointSpreadRadians: 0.05).sense().ticks
    let again = try Self.robot(seed: 1, jointSpreadRadians: 0.05).sense().ticks
    let other = try Self.robot(seed: 2, jointSpreadRadians: 0.05).sense().ticks
    #expect(first == again)
    #expect(first != other)
    // 0.05 radians are 32.6 ticks.
    for (joint, exact) in Spider.ticks(leg: Spider.restingLegTicks).enumerated() {
      #expect(abs(first[joint] - exact) <= 33)
    }
  }

  @Test func setGoals_withoutTorque_theBodyStaysOnItsBelly() throws {
    var robot = try Self.robot()
    robot.setGoals(Self.values(Spider.ticks(leg: Spider.standingLegTicks)))
    try robot.step(count: Self.stepsPerSecond)
    #expect(robot.torsoHeightMetres < 0.03)
  }

  @Test func setGoals_standingPose_reachesItsTicks() throws {
    var robot = try Self.robot()
    let goals = Spider.ticks(leg: Spider.standingLegTicks)
    robot.setGoals(Self.values(goals))
    robot.setTorque(true)
    try robot.step(count: Self.stepsPerSecond)
    // The servos give way under the weight: at most 0.1 radians.
    for (ticks, goal) in zip(robot.sense().ticks, goals) { #expect(abs(ticks - goal) < 65) }
  }

  @Test func setGoals_reversedFemur_ticksMoveTheOtherWay() throws {
    var robot = try Self.robot()
    let before = robot.sense().ticks
    robot.setGoals(Self.values(Spider.ticks(leg: Spider.standingLegTicks)))
    robot.setTorque(true)
    try robot.step(count: Self.stepsPerSecond)
    let after = robot.sense().ticks
    let frontLeftFemur = 1
    let rearLeftFemur = 4
    #expect(after[frontLeftFemur] - before[frontLeftFemur] > 200)
    #expect(after[rearLeftFemur] - before[rearLeftFemur] < -200)
  }

  @Test func setTorque_offWhileStanding_theBodySinks() throws {
    var robot = try Self.robot(keyframe: "standing")
    robot.setGoals(Self.values(Spider.ticks(leg: Spider.standingLegTicks)))
    robot.setTorque(true)
    try robot.step(count: Self.stepsPerSecond)
    #expect(robot.torsoHeightMetres > 0.045)
    robot.setTorque(false)
    try robot.step(count: Self.stepsPerSecond)
    #expect(robot.torsoHeightMetres < 0.03)
  }

  /// A femur at -1.15 rad, with a lower limit of -0.9 rad: from where, to where, and what counts.
  @Test(arguments: [
    (nil, -1.25, 1, 0), (nil, -1.14, 0, 0), (nil, -0.9, 0, 1), (-1, -1.05, 1, 0),
    (-1, -0.95, 0, 0), (-0.85, -0.95, 1, 0), (-0.85, -0.65, 0, 1), (-0.85, -0.7, 0, 0),
  ])
  func judge_aGoal_countsOutsideLimitsAndSlew(
    from: Float?, to: Float, limits: Int, slew: Int
  ) throws {
    let femur = 1
    let servo = Spider.robot[joint: femur].servo
    var narrow = Robot(
      body: Label("spider"), controlPeriodMicroseconds: 20_000, supplyMinMillivolts: 3_800)
    for index in 0..<12 {
      var joint = Spider.robot[joint: index]
      if index == femur { joint.lowerLimitRadians = -0.9 }
      _ = narrow.append(joint)
    }
    var robot = try SimulatedRobot(
      robot: narrow, bodyPath: Spider.bodyPath, seed: 1, jointSpreadRadians: 0)
    var drive = robot.drives[femur]
    drive.isOn = true
    drive.goalTicks = servo.ticks(radians: -1.15)
    robot.drive(femur, drive)
    try robot.step(count: Self.stepsPerSecond)
    robot.judge(
      femur,
      from: ServoGoal(isOn: from != nil, ticks: servo.ticks(radians: from ?? 1)),
      to: ServoGoal(isOn: true, ticks: servo.ticks(radians: to)))
    var report = LoopbackReport()
    robot.addTravel(to: &report)
    #expect(report.goalsOutsideLimits == limits)
    #expect(report.goalsOutsideSlew == slew)
  }

  @Test func init_jointsInAnotherOrder_throwsJointsDiffer() throws {
    var robot = Robot(
      body: Label("spider"), controlPeriodMicroseconds: 20_000, supplyMinMillivolts: 3_800)
    for joint in (0..<12).reversed() { _ = robot.append(Spider.robot[joint: joint]) }
    let names = (0..<12).map { Spider.robot[joint: $0].name.description }
    #expect(
      throws: LoopbackError.jointsDiffer(
        path: Spider.bodyPath, model: names, robot: names.reversed())
    ) {
      _ = try SimulatedRobot(robot: robot, bodyPath: Spider.bodyPath, seed: 1)
    }
  }

  @Test func init_periodOfHalfAStep_throwsPeriodNotWhole() {
    var robot = Spider.robot
    robot.controlPeriodMicroseconds = 2_500
    #expect(
      throws: LoopbackError.periodNotWhole(
        path: Spider.bodyPath, timestepSeconds: 0.005, periodMicroseconds: 2_500)
    ) {
      _ = try SimulatedRobot(robot: robot, bodyPath: Spider.bodyPath, seed: 1)
    }
  }

  @Test func init_unknownKeyframe_throwsModelUnsuitable() {
    #expect(
      throws: LoopbackError.physics(
        .modelUnsuitable(path: Spider.bodyPath, missing: "a keyframe named 'dancing'"))
    ) {
      _ = try Self.robot(keyframe: "dancing")
    }
  }

  private static func values(_ ticks: [Int16]) -> BoardProtocol.JointValues {
    var values = BoardProtocol.JointValues(repeating: 0)
    for (joint, value) in ticks.enumerated() { values[joint] = value }
    return values
  }
}
