import PolicyNetwork
import RobotDescription
import Testing

struct PolicyContractTests {
  static let contract: PolicyContract = {
    let robot = RobotSamples.robot(jointCount: 2)
    return PolicyContract(
      robot: robot, actions: ActionLayout(robot: robot, scale: 0.5),
      observation: .standard(jointCount: 2),
      commands: CommandRange(lower: VelocityCommand(), upper: VelocityCommand()))
  }()

  private func check(
    _ robot: Robot, _ difference: ContractDifference, _ sentence: String
  ) {
    let found = Self.contract.firstDifference(from: robot)
    #expect(found == difference)
    #expect(found?.description == sentence)
  }

  /// A robot whose second joint is changed.
  private func robot(_ change: (inout Joint) -> Void) -> Robot {
    RobotSamples.robot(jointCount: 2) { if $0 == 1 { change(&$1) } }
  }

  @Test func firstDifference_sameRobot_isNil() {
    #expect(Self.contract.firstDifference(from: RobotSamples.robot(jointCount: 2)) == nil)
  }

  @Test func firstDifference_whatThePolicyDoesNotDependOn_isNil() {
    let other = robot {
      $0.servo = ServoCalibration(id: 9, isReversed: true, zeroTicks: 1, positionGain: 800)
      $0.restingRadians = 1
    }
    #expect(Self.contract.firstDifference(from: other) == nil)
  }

  @Test func differences_several_areAllToldInOrder() {
    let other = RobotSamples.robot(
      body: Label("spider"), jointCount: 2, periodMicroseconds: 20_000
    ) { if $0 == 1 { $1.standingRadians = 0.5 } }
    let items = Self.contract.differences(from: other).map(\.sides.item)
    #expect(
      items == [
        "body", "control period", "joint 'joint_0', slew", "joint 'joint_1', standing pose",
        "joint 'joint_1', slew",
      ])
    #expect(Self.contract.differences(from: RobotSamples.robot(jointCount: 2)).isEmpty)
  }

  @Test func firstDifference_otherBody_saysBoth() {
    check(
      RobotSamples.robot(body: Label("spider"), jointCount: 3),
      .body(policy: Label("pair"), robot: Label("spider")),
      "body: the policy has 'pair', the robot 'spider'")
  }

  @Test func firstDifference_otherJointCount_saysBoth() {
    check(
      RobotSamples.robot(jointCount: 3, periodMicroseconds: 20_000),
      .jointCount(policy: 2, robot: 3), "joints: the policy has 2, the robot 3")
  }

  @Test func firstDifference_otherPeriod_saysBoth() {
    check(
      RobotSamples.robot(jointCount: 2, periodMicroseconds: 20_000),
      .controlPeriodMicroseconds(policy: 15_625, robot: 20_000),
      "control period: the policy has 15625 µs, the robot 20000 µs")
  }

  @Test func firstDifference_otherJointName_saysBoth() {
    check(
      robot { $0.name = Label("ankle") },
      .jointName(index: 1, policy: Label("joint_1"), robot: Label("ankle")),
      "joint 1: the policy has 'joint_1', the robot 'ankle'")
  }

  @Test func firstDifference_otherStandingPose_saysBoth() {
    check(
      robot { $0.standingRadians = 0.5 },
      .joint(Label("joint_1"), .standingPose, policy: 0.25, robot: 0.5),
      "joint 'joint_1', standing pose: the policy has 0.25 rad, the robot 0.5 rad")
  }

  @Test func firstDifference_otherLowerLimit_saysBoth() {
    check(
      robot { $0.lowerLimitRadians = -0.5 },
      .joint(Label("joint_1"), .lowerLimit, policy: -1, robot: -0.5),
      "joint 'joint_1', lower limit: the policy has -1.0 rad, the robot -0.5 rad")
  }

  @Test func firstDifference_otherUpperLimit_saysBoth() {
    check(
      robot { $0.upperLimitRadians = 2 },
      .joint(Label("joint_1"), .upperLimit, policy: 1.5, robot: 2),
      "joint 'joint_1', upper limit: the policy has 1.5 rad, the robot 2.0 rad")
  }

  @Test func firstDifference_otherSlew_saysBoth() {
    check(
      robot { $0.slewMaxRadiansPerSecond = 4 },
      .joint(Label("joint_1"), .slew, policy: 0.125, robot: 0.0625),
      "joint 'joint_1', slew: the policy has 0.125 rad per tick, the robot 0.0625 rad per tick")
  }

  @Test func firstDifference_otherGain_saysBoth() {
    check(
      robot { $0.servo.positionGain = 900 },
      .joint(Label("joint_1"), .positionGain, policy: 800, robot: 900),
      "joint 'joint_1', position gain: the policy has 800.0, the robot 900.0")
  }

  @Test func firstDifference_limitThatIsNotANumber_isADifference() {
    #expect(Self.contract.firstDifference(from: robot { $0.lowerLimitRadians = .nan }) != nil)
  }

  @Test func error_anyDifference_saysTheCure() {
    let error = ContractError(
      difference: .body(policy: Label("pair"), robot: Label("spider")))
    #expect(
      error.description
        == "policy and robot differ: body: the policy has 'pair', the robot "
        + "'spider'; use the robot file that the policy was trained with, or train again")
  }
}
