import Foundation
import ParallelArrays
import RobotDescription
import Settings
import Testing

@testable import Locomotion

/// Each term alone: growth of the reward per second when its weight grows by one.
@Suite struct RewardTests {
  private static let periodSeconds: Float = 0.02

  private static func term(
    _ weight: WritableKeyPath<RewardWeights, Float>,
    command: VelocityCommand = VelocityCommand(forward: 0.2),
    task change: (inout TaskConfiguration) -> Void = { _ in },
    _ arrange: (LeggedEnvironments) -> Void
  ) throws -> Float {
    var rewards: [Float] = []
    for more: Float in [0, 1] {
      let task = try Spider.task {
        $0.velocitySmoothing = 0.25
        change(&$0)
        $0.reward[keyPath: weight] += more
      }
      let environments = try Spider.environments(task)
      environments.command(command)
      arrange(environments)
      environments.look()
      rewards.append(environments.reward(0))
    }
    return (rewards[1] - rewards[0]) / periodSeconds
  }

  private static func expect(
    _ term: Float, _ expected: Float, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(
      abs(term - expected) < 4e-4 * max(1, abs(expected)), "\(term) against \(expected)",
      sourceLocation: sourceLocation)
  }

  @Test func alive_standing_isOne() throws {
    Self.expect(try Self.term(\.alive) { _ in }, 1)
  }

  @Test func everyOtherTerm_standingStill_isZero() throws {
    let weights: [WritableKeyPath<RewardWeights, Float>] = [
      \.velocity, \.tilt, \.bounce, \.targetChange, \.targetAcceleration, \.jointRate, \.power,
      \.stillPose,
      \.footSlip, \.clearance, \.airTime,
    ]
    for weight in weights { Self.expect(try Self.term(weight) { _ in }, 0) }
  }

  @Test(arguments: [(0.2, 0.25), (0.4, 0.5), (0.8, 1), (1.2, 0.5), (1.6, 0), (-0.8, -1), (-4, -1)])
  func velocity_forwardSpeed_isATentOverTheCommand(speed: Double, expected: Float) throws {
    // A quarter of the speed enters the smoothed velocity; the command is 0.2 m/s.
    Self.expect(
      try Self.term(\.velocity) { $0.setVelocity(0, to: speed, of: 0) }, expected)
  }

  @Test(arguments: [0.4, -0.4]) func velocity_speedAcross_countsLikeSpeedAlong(
    speed: Double
  ) throws {
    let term = try Self.term(\.velocity) {
      $0.setVelocity(0, to: 0.8, of: 0)
      $0.setVelocity(1, to: speed, of: 0)
    }
    Self.expect(term, 0.5)
  }

  @Test func velocity_turnedBody_countsAlongItsOwnHeading() throws {
    let term = try Self.term(\.velocity) {
      $0.setPosition(3, to: cos(0.4), of: 0)
      $0.setPosition(6, to: sin(0.4), of: 0)
      $0.setVelocity(0, to: 0.8 * cos(0.8), of: 0)
      $0.setVelocity(1, to: 0.8 * sin(0.8), of: 0)
    }
    Self.expect(term, 1)
  }

  @Test func velocity_commandAside_errorIsAVector() throws {
    // 3-4-5: the command is 0.25 m/s long, and the sideways part of 0.2 m/s is missing.
    let command = VelocityCommand(forward: 0.15, left: -0.2)
    let term = try Self.term(\.velocity, command: command) { $0.setVelocity(0, to: 0.6, of: 0) }
    Self.expect(term, 1 - 0.2 / 0.25)
  }

  @Test(arguments: [(0, 1), (0.2, 0.5), (0.4, 0), (-0.8, -1)])
  func velocity_commandToStand_isATentOverTheLeastSpeed(speed: Double, expected: Float) throws {
    let term = try Self.term(
      \.velocity, command: VelocityCommand(), task: { $0.trackedSpeedMin = 0.1 }
    ) { $0.setVelocity(1, to: speed, of: 0) }
    Self.expect(term, expected)
  }

  @Test func velocity_secondTick_smoothsTheVelocity() throws {
    let term = try Self.term(\.velocity) {
      $0.setVelocity(0, to: 0.4, of: 0)
      $0.look()
    }
    // 0.1 after one tick, 0.1 + (0.4 − 0.1)/4 after two, of 0.2 m/s.
    Self.expect(term, 0.875)
  }

  @Test(arguments: [(0.5, -0.2, -0.1), (0, 0.8, 0.5), (0, 0, 1), (-0.8, -3.2, 1)])
  func turning_rate_isATentOverTheCommand(
    asked: Float, rate: Double, expected: Float
  ) throws {
    // A quarter of the rate after one tick; below 0.4 rad/s all commands count alike.
    let term = try Self.term(
      \.turning, command: VelocityCommand(forward: 0.2, yawRate: asked),
      task: { $0.trackedYawRateMin = 0.4 }
    ) { $0.setVelocity(5, to: rate, of: 0) }
    Self.expect(term, expected)
  }

  @Test func tilt_rolledBody_isTheSquareOfTheSine() throws {
    let sine = Float(sin(0.3))
    Self.expect(try Self.term(\.tilt) { $0.roll(0.3, of: 0) }, sine * sine)
  }

  @Test func bounce_verticalSpeed_isItsSquare() throws {
    Self.expect(try Self.term(\.bounce) { $0.setVelocity(2, to: -0.5, of: 0) }, 0.25)
  }

  @Test func targetChange_oneTargetMoves_isTheMeanSquare() throws {
    let task = try Spider.task()
    let term = try Self.term(\.targetChange) {
      let actions = SliceBuffer<Float>(repeating: 0, count: Spider.jointCount)
      actions[3] = 0.1 / task.actions.scale[3]
      $0.act(actions, in: 0..<1)
    }
    Self.expect(term, 0.1 * 0.1 / 12)
  }

  @Test(
    arguments: [([0.1, 0.2, 0.3], 0), ([0.1, 0, 0.1], 0.2), ([0, 0, 0.1], 0.1)]
      as [([Float], Float)])
  func targetAcceleration_threeTargets_isTheSquareOfTheSecondDifference(
    targets: [Float], expected: Float
  ) throws {
    let task = try Spider.task()
    let term = try Self.term(\.targetAcceleration) {
      let actions = SliceBuffer<Float>(repeating: 0, count: Spider.jointCount)
      for target in targets {
        actions[3] = target / task.actions.scale[3]
        $0.act(actions, in: 0..<1)
      }
    }
    Self.expect(term, expected * expected / 12)
  }

  @Test func jointRate_twoJointsMove_isTheMeanSquare() throws {
    let term = try Self.term(\.jointRate) {
      $0.setVelocity(6, to: 3, of: 0)
      $0.setVelocity(17, to: -1, of: 0)
    }
    Self.expect(term, 10 / 12)
  }

  @Test func power_turningServos_isTorqueTimesRateWithoutSign() throws {
    let term = try Self.term(\.power) {
      $0.setServoTorque(2, to: 0.5, of: 0)
      $0.setVelocity(6 + 2, to: -3, of: 0)
      $0.setServoTorque(7, to: -0.25, of: 0)
      $0.setVelocity(6 + 7, to: -2, of: 0)
    }
    Self.expect(term, 1.5 + 0.5)
  }

  @Test func stillPose_commandToStand_isTheMeanDistanceFromStanding() throws {
    func term(_ command: VelocityCommand) throws -> Float {
      try Self.term(\.stillPose, command: command) {
        $0.setPosition(7 + 4, to: -0.5 + 0.24, of: 0)
        $0.setPosition(7 + 6, to: -0.12, of: 0)
      }
    }
    Self.expect(try term(VelocityCommand()), 0.36 / 12)
    Self.expect(try term(VelocityCommand(yawRate: 0.1)), 0)
  }

  @Test func reward_standingStill_isThatOfBeingUpAndNotTurning() throws {
    let environments = try Spider.environments(try Spider.task())
    environments.command(VelocityCommand(forward: 0.2))
    let weights = environments.task.configuration.reward
    environments.look()
    Self.expect(environments.reward(0) / Self.periodSeconds, weights.alive + weights.turning)
  }

  // MARK: Feet

  @Test func footSlip_touchingFootMoves_isItsSpeedOverGround() throws {
    let term = try Self.term(\.footSlip) {
      $0.look()
      $0.setFoot(1, to: SIMD3(0.003, -0.004, 0.001), of: 0)
      $0.setFoot(2, to: SIMD3(0, 0.002, 0), of: 0)
      $0.setFoot(3, to: SIMD3(0.1, 0.1, 0.003), of: 0)
    }
    Self.expect(term, 0.25 + 0.1)
  }

  @Test func footSlip_firstTickOfAnEpisode_isNone() throws {
    let term = try Self.term(\.footSlip) { $0.setFoot(1, to: SIMD3(0.003, -0.004, 0), of: 0) }
    Self.expect(term, 0)
  }

  @Test func clearance_lowSwing_isTheSpeedTimesTheMissingShare() throws {
    let term = try Self.term(\.clearance, task: { $0.clearanceMetres = 0.02 }) {
      $0.look()
      $0.setFoot(0, to: SIMD3(0.004, 0, 0.005), of: 0)
      $0.setFoot(1, to: SIMD3(0.004, 0, 0.021), of: 0)
      $0.setFoot(2, to: SIMD3(0.004, 0, 0.001), of: 0)
    }
    Self.expect(term, 0.2 * 0.75)
  }

  @Test(arguments: [(2, -0.06), (8, 0.06), (30, 0.2)])
  func airTime_touchdown_isTheTimeInTheAirBeyondTheLeast(ticks: Int, expected: Float) throws {
    func term(_ command: VelocityCommand) throws -> Float {
      try Self.term(
        \.airTime, command: command,
        task: {
          $0.airTimeMinSeconds = 0.1
          $0.airTimeMaxSeconds = 0.3
        }
      ) {
        $0.look()
        $0.setFoot(2, to: SIMD3(0, 0, 0.01), of: 0)
        for _ in 0..<ticks { $0.look() }
        $0.setFoot(2, to: .zero, of: 0)
      }
    }
    // An event, not a rate.
    Self.expect(try term(VelocityCommand(left: 0.1)) * Self.periodSeconds, expected)
    Self.expect(try term(VelocityCommand()), 0)
  }

  @Test func airTime_tickAfterTheTouchdown_isNone() throws {
    let term = try Self.term(\.airTime) {
      $0.setFoot(2, to: SIMD3(0, 0, 0.01), of: 0)
      $0.look()
      $0.setFoot(2, to: .zero, of: 0)
      $0.look()
    }
    Self.expect(term, 0)
  }

  /// The term when the tick is the given one of a clock of 40 and the given feet are in the air.
  private static func gaitContact(
    tick: Int, inAir: [Int], command: VelocityCommand = VelocityCommand(forward: 0.2)
  ) throws -> Float {
    try term(\.gaitContact, command: command, task: { $0.gaitPeriodTicks = 40 }) {
      for foot in inAir { $0.setFoot(foot, to: SIMD3(0, 0, 0.01), of: 0) }
      for _ in 1..<tick { $0.look() }
    }
  }

  @Test func gaitContact_halvesOfTheClock_evenFeetStandThenOddOnes() throws {
    Self.expect(try Self.gaitContact(tick: 10, inAir: [1, 3]), 1)
    Self.expect(try Self.gaitContact(tick: 10, inAir: [0, 2]), -1)
    Self.expect(try Self.gaitContact(tick: 30, inAir: [0, 2]), 1)
    Self.expect(try Self.gaitContact(tick: 30, inAir: [1, 3]), -1)
    Self.expect(try Self.gaitContact(tick: 30, inAir: [0, 1]), 0)
    Self.expect(try Self.gaitContact(tick: 30, inAir: [2]), 0.5)
  }

  @Test func gaitContact_turnOfTheClock_allStand() throws {
    Self.expect(try Self.gaitContact(tick: 20, inAir: []), 1)
    Self.expect(try Self.gaitContact(tick: 40, inAir: [0, 1, 2, 3]), -1)
  }

  @Test func gaitContact_commandToStand_allStandAllTheTime() throws {
    Self.expect(try Self.gaitContact(tick: 10, inAir: [], command: VelocityCommand()), 1)
    Self.expect(try Self.gaitContact(tick: 10, inAir: [1], command: VelocityCommand()), 0.5)
  }

  /// The term at a tick of a clock of 40, with femurs of some legs off the standing pose.
  private static func gaitPose(
    tick: Int, _ offsets: [Int: Double], command: VelocityCommand = VelocityCommand(forward: 0.5)
  ) throws -> Float {
    try term(
      \.gaitPose, command: command,
      task: {
        $0.gaitPeriodTicks = 40
        $0.gaitJoints = [
          GaitJoint(name: "femur", liftRadians: 0.2, strideRadians: 0.4, turnRadians: 0.1)
        ]
      }
    ) {
      for (leg, offset) in offsets {
        let joint = 3 * leg + 1
        $0.setPosition(7 + joint, to: Double($0.task.actions.defaultPose[joint]) + offset, of: 0)
      }
      for _ in 1..<tick { $0.look() }
    }
  }

  @Test func gaitPose_middleOfASwing_asksForTheLift() throws {
    Self.expect(try Self.gaitPose(tick: 10, [1: 0.2, 3: 0.2]), 1)
    Self.expect(try Self.gaitPose(tick: 10, [:]), 0)
    Self.expect(try Self.gaitPose(tick: 10, [1: 0.2]), 0.5)
    Self.expect(try Self.gaitPose(tick: 30, [0: 0.2, 2: 0.2]), 1)
    Self.expect(try Self.gaitPose(tick: 10, [0: 0.2, 2: 0.2]), -1)
  }

  @Test func gaitPose_quarterOfASwing_asksForLessOfTheLift() throws {
    // Sine and cosine are 1/√2 there, and a tenth of the sine's size is for both to stand.
    let part = Float(0.5).squareRoot()
    let (lift, stride) = (0.2 * (part - 0.1) / 0.9, 0.2 * part)
    Self.expect(
      try Self.gaitPose(
        tick: 5,
        [
          0: Double(stride), 1: Double(lift - stride), 2: Double(stride), 3: Double(lift - stride),
        ]), 1)
  }

  @Test func gaitPose_endOfASwing_asksForTheStride() throws {
    let stride = [0: -0.2, 1: 0.2, 2: -0.2, 3: 0.2]
    Self.expect(try Self.gaitPose(tick: 20, stride), 1)
    Self.expect(try Self.gaitPose(tick: 40, stride.mapValues { -$0 }), 1)
    Self.expect(
      try Self.gaitPose(
        tick: 20, stride.mapValues { -$0 }, command: VelocityCommand(forward: -0.5)), 1)
  }

  @Test func gaitPose_commandToTurn_asksForTheTurn() throws {
    let turn = [0: -0.2, 1: 0.2, 2: -0.2, 3: 0.2]
    Self.expect(try Self.gaitPose(tick: 20, turn, command: VelocityCommand(yawRate: 2)), 1)
    Self.expect(
      try Self.gaitPose(
        tick: 20, turn.mapValues { -$0 }, command: VelocityCommand(yawRate: -2)), 1)
  }

  @Test func gaitPose_commandToStand_asksForTheStandingPose() throws {
    Self.expect(try Self.gaitPose(tick: 10, [:], command: VelocityCommand()), 1)
    Self.expect(try Self.gaitPose(tick: 10, [1: 0.2], command: VelocityCommand()), 0.5)
  }

  @Test(arguments: [
    (["knuckle"], "knuckle"), (["femur", "rear_left_femur"], "rear_left_femur, which"),
  ])
  func gaitJoints_ofNoJointOrTwice_areRefused(names: [String], found: String) throws {
    let task = try Spider.task {
      $0.gaitJoints = names.map { GaitJoint(name: $0) }
    }
    #expect {
      try Spider.environments(task)
    } throws: { error in
      guard case TaskError.setting(let error) = error else { return false }
      return error.subject == "task.gait_joints" && error.found.hasPrefix(found)
    }
  }

  @Test func posture_jointsNamed_areSquaredAndAveraged() throws {
    let joint = try Spider.task().robot.jointCount - 1
    let name = try Spider.task().robot[joint: joint].name.description
    let other = try Spider.task().robot[joint: 0].name.description
    let term = try Self.term(\.posture, task: { $0.postureJoints = [name, other] }) {
      $0.setPosition(7 + joint, to: Double($0.task.actions.defaultPose[joint]) + 0.2, of: 0)
    }
    Self.expect(term, 0.04 / 2)
  }

  @Test func posture_nameOfNoJoint_isRefusedWithTheNames() throws {
    let task = try Spider.task { $0.postureJoints = ["knuckle"] }
    #expect {
      try Spider.environments(task)
    } throws: { error in
      guard case TaskError.setting(let error) = error else { return false }
      return error.subject == "task.posture_joints" && error.found == "knuckle"
        && error.expected.contains(task.robot[joint: 0].name.description)
    }
  }
}
