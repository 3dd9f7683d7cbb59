import PolicyNetwork
import Realtime
import RobotControl
import RobotDescription
import ServoDrivers
import Telemetry
import Testing

/// The way from disarmed to disarmed without a fault.
@Suite struct ControllerTests {
  private static func controller(_ policy: PolicyFile = Pair.still) throws -> Controller {
    try Controller(
      robot: Pair.robot(), policy: policy, configuration: LoopConfiguration(), clock: .machine)
  }

  private static func running(_ policy: PolicyFile = Pair.still) throws -> Controller {
    var controller = try controller(policy)
    controller.arm(from: Pair.sample())
    controller.step(Pair.standUpTicks + Pair.settleTicks)
    return controller
  }

  /// The largest change of a target over `count` ticks.
  private static func largestChange(
    _ controller: inout Controller, ticks count: Int
  ) -> Float {
    var largest: Float = 0
    var before = controller.pair
    for _ in 0..<count {
      controller.step(1)
      let after = controller.pair
      for joint in 0..<2 { largest = max(largest, abs(after[joint] - before[joint])) }
      before = after
    }
    return largest
  }

  @Test func init_policyForAnotherBody_throwsContractError() {
    let robot = Pair.robot(body: Label("triple"))
    let error = #expect(throws: ContractError.self) {
      _ = try Controller(
        robot: robot, policy: Pair.still, configuration: LoopConfiguration(), clock: .machine)
    }
    #expect(error?.difference == .body(policy: Label("pair"), robot: Label("triple")))
  }

  @Test func init_policyForAnotherLimit_throwsContractError() {
    let robot = Pair.robot(upperLimit: 1)
    let error = #expect(throws: ContractError.self) {
      _ = try Controller(
        robot: robot, policy: Pair.still, configuration: LoopConfiguration(), clock: .machine)
    }
    #expect(
      error?.difference
        == .joint(Label("left_knee"), .upperLimit, policy: Pair.upperLimit, robot: 1))
  }

  @Test(arguments: [Controller.Reading.fresh, .missed(.robotSilent), .gone])
  func step_neverArmed_switchesTorqueOffAndStaysDisarmed(_ reading: Controller.Reading) throws {
    var controller = try Self.controller()
    let before = controller.pair
    // No supply, no torque: a fault, if there were anything to stop.
    for _ in 0..<200 { #expect(controller.step(reading, BusSample()) == .torqueOff) }
    #expect(controller.state == .disarmed)
    #expect(controller.fault == nil)
    #expect(controller.pair == before)
  }

  @Test func sitDown_neverArmed_staysDisarmed() throws {
    var controller = try Self.controller()
    controller.sitDown()
    #expect(controller.state == .disarmed)
  }

  @Test func arm_foundPose_firstTargetsAreNextToIt() throws {
    var controller = try Self.controller()
    controller.arm(from: Pair.sample(-0.9, 1.4))
    #expect(controller.pair == [-0.9, 1.4])
    controller.step(1)
    #expect(abs(controller.pair[0] - -0.9) < 0.001)
    #expect(abs(controller.pair[1] - 1.4) < 0.001)
  }

  @Test func standingUp_halfway_isHalfwayBetweenThePoses() throws {
    var controller = try Self.controller()
    controller.arm(from: Pair.sample(-0.75, 1.25))
    controller.step(37)
    let early = controller.pair
    controller.step(1)
    // The middle of 75 ticks lies between the 37th and the 38th.
    #expect(abs((early[0] + controller.pair[0]) / 2 - -0.25) < 1e-5)
    #expect(abs((early[1] + controller.pair[1]) / 2 - 0.75) < 1e-5)
  }

  @Test func standingUp_itsLastTick_isExactlyTheStandingPose() throws {
    var controller = try Self.controller()
    controller.arm(from: Pair.sample(-0.9, 1.4))
    controller.step(Pair.standUpTicks)
    #expect(controller.pair == [Pair.standing, Pair.standing])
  }

  @Test(arguments: [(Float(-1), Float(1.5)), (-1.3, 0), (0, 1.8)])
  func standingUp_fromAnywhere_noTargetOutrunsItsSlew(_ left: Float, _ right: Float) throws {
    var controller = try Self.controller()
    controller.arm(from: Pair.sample(left, right))
    #expect(
      Self.largestChange(&controller, ticks: Pair.standUpTicks) <= Pair.slewMaxRadians * 1.0001)
    #expect(controller.pair == [Pair.standing, Pair.standing])
  }

  @Test func standingUp_afterSettling_thePolicyTakesOver() throws {
    var controller = try Self.controller()
    controller.arm(from: Pair.sample())
    controller.step(Pair.standUpTicks + Pair.settleTicks - 1)
    #expect(controller.state == .standingUp)
    controller.step(1)
    #expect(controller.state == .running)
    #expect(controller.statistics.runningTicks == 0)
    controller.step(1)
    #expect(controller.statistics.runningTicks == 1)
  }

  @Test func running_command_targetsAreWhatThePolicySays() throws {
    var controller = try Self.running(Pair.obedient)
    controller.follow(VelocityCommand(forward: 0.1))
    controller.step(10)
    #expect(controller.pair == [Pair.standing + 0.1, Pair.standing + 0.1])
    #expect(controller.clippedTargets == 0)
  }

  @Test func running_commandThatJumps_isAskedForInSteps() throws {
    var controller = try Self.running(Pair.obedient)
    // 0.5 m/s² at 50 Hz; there and back, lost, and back again.
    var before: Float = 0
    for (wish, ticks): (Float, Int) in [(1, 20), (-1, 60), (0.3, 30), (-0.2, 5)] {
      controller.follow(VelocityCommand(forward: wish))
      for _ in 0..<ticks {
        controller.step(1)
        let asked = controller.askedCommand.forward
        #expect(abs(asked - before) <= 0.0101)
        before = asked
      }
    }
    controller.sitDown()
    for _ in 0..<60 {
      controller.step(1)
      #expect(abs(controller.askedCommand.forward - before) <= 0.0101)
      before = controller.askedCommand.forward
    }
    #expect(before == 0)
  }

  @Test func running_commandGivenWhileItStoodUp_beginsAtNoSpeed() throws {
    var controller = try Self.controller(Pair.obedient)
    controller.arm(from: Pair.sample())
    controller.follow(VelocityCommand(forward: 1))
    controller.step(Pair.standUpTicks + Pair.settleTicks + 1)
    #expect(controller.statistics.runningTicks == 1)
    #expect(abs(controller.askedCommand.forward - 0.01) < 1e-6)
  }

  @Test func running_policyWithAClock_followsItFromItsStart() throws {
    var controller = try Self.running(Pair.clockwork)
    for swing: Float in [0, 0.1, 0, -0.1, 0, 0.1] {
      controller.step(1)
      #expect(abs(controller.pair[0] - (Pair.standing + swing)) < 1e-6)
    }
    // Armed again after two ticks of the second round, it begins the first again.
    controller.sitDown()
    controller.step(Pair.stopTicks + Pair.sitDownTicks + 1)
    controller.disarm()
    controller.arm(from: Pair.sample())
    controller.step(Pair.standUpTicks + Pair.settleTicks)
    for swing: Float in [0, 0.1, 0, -0.1] {
      controller.step(1)
      #expect(abs(controller.pair[0] - (Pair.standing + swing)) < 1e-6)
    }
  }

  @Test func running_policyAsksForAJump_slewHoldsIt() throws {
    var controller = try Self.running(Pair.eager)
    controller.follow(VelocityCommand(forward: -10))
    #expect(Self.largestChange(&controller, ticks: 20) <= Pair.slewMaxRadians * 1.0001)
    #expect(controller.pair == [Pair.lowerLimit, Pair.lowerLimit])
    #expect(controller.clippedTargets == 40)
  }

  @Test func sitDown_running_endsInTheRestingPoseAndLetsGo() throws {
    var controller = try Self.running()
    controller.sitDown()
    controller.step(Pair.stopTicks)
    #expect(controller.state == .running)
    #expect(controller.step(Pair.sitDownTicks) == .follow)
    #expect(controller.state == .sittingDown)
    #expect(controller.pair == [Pair.resting, Pair.resting])
    #expect(controller.step(1) == .torqueOff)
    controller.disarm()
    #expect(controller.state == .disarmed)
  }

  @Test func sitDown_walking_firstStandsStill() throws {
    var controller = try Self.running(Pair.obedient)
    controller.follow(VelocityCommand(forward: 0.1))
    controller.step(20)
    let walking = controller.pair
    let ticks = controller.statistics.runningTicks
    controller.sitDown()
    // Ten ticks until it is asked for no speed, and a second of standing still.
    controller.step(10 + Pair.stopTicks)
    #expect(controller.state == .running)
    #expect(controller.pair == [Pair.standing, Pair.standing])
    #expect(walking != controller.pair)
    #expect(controller.statistics.runningTicks == ticks)
    #expect(controller.command.forward == 0.1)
  }

  @Test func describe_walkingAndStopping_isWhatThePolicyWasAskedFor() throws {
    var controller = try Self.running(Pair.obedient)
    var record = TickRecord()
    controller.follow(VelocityCommand(forward: 0.1))
    controller.step(20)
    controller.describe(into: &record)
    #expect(record.hasDecision)
    #expect(record.command.forward == 0.1)
    controller.sitDown()
    controller.step(20)
    controller.describe(into: &record)
    #expect(record.hasDecision)
    #expect(record.command.forward == 0)
  }

  @Test func sitDown_whileStandingUp_turnsRoundWithoutAJump() throws {
    var controller = try Self.controller()
    controller.arm(from: Pair.sample())
    controller.step(Pair.standUpTicks / 2)
    let before = controller.pair
    controller.sitDown()
    controller.step(1)
    #expect(controller.state == .sittingDown)
    for joint in 0..<2 { #expect(abs(controller.pair[joint] - before[joint]) < 0.001) }
  }

  @Test func sitDown_askedEveryTick_stillEnds() throws {
    var controller = try Self.running()
    for _ in 0..<(Pair.stopTicks + Pair.sitDownTicks) {
      controller.sitDown()
      controller.step(1)
    }
    #expect(controller.step(1) == .torqueOff)
  }
}
