import PolicyNetwork
import Realtime
import RobotControl
import RobotDescription
import ServoDrivers
import Testing

/// Samples that stop a controller, and samples that do not.
@Suite struct ControllerFaultTests {
  private static func running(_ policy: PolicyFile = Pair.still) throws -> Controller {
    var controller = try Controller(
      robot: Pair.robot(), policy: policy, configuration: LoopConfiguration(),
      clock: .machine)
    controller.arm(from: Pair.sample())
    controller.step(Pair.standUpTicks + Pair.settleTicks)
    return controller
  }

  private static func sample(_ change: (inout BusSample) -> Void) -> BusSample {
    var sample = Pair.sample()
    change(&sample)
    return sample
  }

  /// Samples that stop a running robot, and the fault that each is.
  private static let faulty: [(BusSample, Fault)] = [
    (sample { $0.robot.gyro.y = .nan }, .notFinite),
    (sample { $0.robot.jointAngles[1] = .infinity }, .notFinite),
    (sample { $0.robot.jointVelocities[0] = -.infinity }, .notFinite),
    // 61 degrees; the limit is 60.
    (sample { $0.robot.gravity = SIMD3(0.8746, 0, -0.4848) }, .tilted),
    (sample { $0.robot.gravity = SIMD3(0, 0, 1) }, .tilted),
    (sample { $0.hasWatchdogTripped = true }, .watchdogTripped),
    (
      sample {
        $0.hasWatchdogTripped = true
        $0.isTorqueOn = false
      }, .watchdogTripped
    ),
    (sample { $0.isTorqueOn = false }, .torqueLost),
  ]

  @Test(arguments: faulty.indices)
  func running_faultySample_stopsWithoutAJump(_ index: Int) throws {
    let (sample, fault) = Self.faulty[index]
    var controller = try Self.running()
    let before = controller.pair
    if fault == .tilted {
      #expect(controller.step(.fresh, controller.followed(sample)) == .follow)
      #expect(controller.fault == nil, "a single reading may be damaged")
    }
    let intent = controller.step(.fresh, controller.followed(sample))
    let isHeld = sample.hasWatchdogTripped && sample.isTorqueOn
    #expect(intent == (fault == .tilted ? .torqueOff : isHeld ? .wait : .follow))
    #expect(controller.state == .faulted)
    #expect(controller.fault == fault)
    for joint in 0..<2 { #expect(abs(controller.pair[joint] - before[joint]) < 0.001) }
  }

  @Test func running_justWithinEveryLimit_goesOn() throws {
    var controller = try Self.running()
    // 59 degrees, and the smallest supply.
    controller.step(
      10, .fresh,
      Self.sample {
        $0.robot.gravity = SIMD3(0, 0.8572, -0.5150)
        $0.supplyMillivolts = 3_800
      })
    #expect(controller.state == .running)
  }

  @Test func running_policyOverflows_notFiniteAndTargetsUnchanged() throws {
    var controller = try Self.running(Pair.boundless)
    controller.follow(VelocityCommand(forward: 9))
    let before = controller.pair
    #expect(controller.step(1) == .follow)
    #expect(controller.fault == .notFinite)
    #expect(controller.pair == before)
  }

  @Test func missed_threeTicks_coastsAndRuns() throws {
    var controller = try Self.running()
    controller.step(3, .missed(.robotSilent))
    #expect(controller.state == .running)
    #expect(controller.statistics.coastedTicks == 3)
    #expect(controller.statistics.runningTicks == 3)
  }

  @Test func missed_aFourthTick_isRobotSilent() throws {
    var controller = try Self.running()
    controller.step(3, .missed(.robotSilent))
    controller.step(1, .missed(.robotSilent))
    #expect(controller.state == .faulted)
    #expect(controller.fault == .robotSilent)
  }

  @Test func missed_threeOfFour_neverFaults() throws {
    var controller = try Self.running()
    for _ in 0..<100 {
      controller.step(3, .missed(.robotSilent))
      controller.step(1, .fresh)
    }
    #expect(controller.state == .running)
    #expect(controller.statistics.coastedTicks == 300)
  }

  @Test func missed_theFirstTickOnASampleFromBeforeArming_torqueIsNotLost() throws {
    var controller = try Controller(
      robot: Pair.robot(), policy: Pair.still, configuration: LoopConfiguration(), clock: .machine)
    let found = Self.sample { $0.isTorqueOn = false }
    controller.arm(from: found)
    controller.step(1, .missed(.robotSilent), found)
    #expect(controller.state == .standingUp)
  }

  @Test func supplyLow_fourReadingsInARow_isAFault() throws {
    var controller = try Self.running()
    let low = Self.sample { $0.supplyMillivolts = 3_799 }
    for _ in 0..<5 {
      controller.step(3, .fresh, low)
      controller.step(1)
    }
    #expect(controller.fault == nil)
    controller.step(3, .fresh, low)
    #expect(controller.fault == nil)
    controller.step(1, .fresh, low)
    #expect(controller.fault == .supplyLow)
  }

  @Test func servoError_fourReadingsInARow_isAFault() throws {
    var controller = try Self.running()
    let hot = Self.sample { $0.hasServoError = true }
    for _ in 0..<5 {
      controller.step(3, .fresh, hot)
      controller.step(1)
    }
    #expect(controller.fault == nil)
    controller.step(4, .fresh, hot)
    #expect(controller.fault == .servoError)
  }

  @Test func servoError_withTheTorqueGone_isTheFaultAtOnce() throws {
    var controller = try Self.running()
    controller.step(
      1, .fresh,
      Self.sample {
        $0.hasServoError = true
        $0.isTorqueOn = false
      })
    #expect(controller.fault == .servoError)
  }

  @Test func gone_once_isLineGoneAtOnce() throws {
    var controller = try Self.running()
    controller.step(1, .gone)
    #expect(controller.fault == .lineGone)
  }

  @Test func stop_whileStandingUp_faults() throws {
    var controller = try Controller(
      robot: Pair.robot(), policy: Pair.still, configuration: LoopConfiguration(),
      clock: .machine)
    controller.arm(from: Pair.sample())
    controller.step(10)
    controller.step(4, .fresh, Self.sample { $0.supplyMillivolts = 0 })
    #expect(controller.fault == .supplyLow)
  }

  @Test func faulted_anotherFault_theFirstIsKept() throws {
    var controller = try Self.running()
    controller.step(4, .fresh, Self.sample { $0.supplyMillivolts = 0 })
    controller.step(1, .gone)
    controller.stop(.refused)
    #expect(controller.fault == .supplyLow)
  }

  @Test func faulted_goodSamples_sitsDownAndLetsGo() throws {
    var controller = try Self.running()
    controller.stop(.refused)
    #expect(controller.step(Pair.sitDownTicks) == .follow)
    #expect(controller.pair == [Pair.resting, Pair.resting])
    #expect(controller.step(1) == .torqueOff)
  }

  @Test func faulted_allButArming_staysFaulted() throws {
    var controller = try Self.running()
    controller.stop(.refused)
    controller.sitDown()
    controller.step(Pair.stopTicks + 2 * Pair.sitDownTicks)
    controller.disarm()
    controller.step(1)
    #expect(controller.state == .faulted)
    #expect(controller.fault == .refused)
  }

  @Test func arm_faulted_standsUpAgain() throws {
    var controller = try Self.running()
    controller.stop(.refused)
    controller.arm(from: Pair.sample())
    #expect(controller.state == .standingUp)
    #expect(controller.fault == nil)
    controller.step(Pair.standUpTicks + Pair.settleTicks)
    #expect(controller.state == .running)
  }

  @Test func arm_silentBefore_coastsThreeTicksAgain() throws {
    var controller = try Self.running()
    controller.step(4, .missed(.robotSilent))
    controller.arm(from: Pair.sample())
    controller.step(3, .missed(.robotSilent))
    #expect(controller.state == .standingUp)
  }

  @Test func arm_poseThatIsNotFinite_faultsAndNeverFollowsIt() throws {
    var controller = try Controller(
      robot: Pair.robot(), policy: Pair.still, configuration: LoopConfiguration(),
      clock: .machine)
    controller.arm(from: Pair.sample(.nan, 0))
    #expect(controller.fault == .notFinite)
    #expect(controller.step(1) == .torqueOff)
    #expect(controller.pair == [Pair.standing, Pair.standing])
  }
}
