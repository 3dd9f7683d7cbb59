import PolicyNetwork
import Realtime
import RobotControl
import RobotDescription
import ServoDrivers
import Testing

/// The supervisor's table, row by row, at 50 Hz; what is silent or gone stands in
/// ``ControllerFaultTests``.
@Suite struct SupervisorTests {
  private static func running(
    _ policy: PolicyFile = Pair.still, _ change: (inout LoopConfiguration) -> Void = { _ in }
  ) throws -> Controller {
    var configuration = LoopConfiguration()
    change(&configuration)
    var robot = Pair.robot()
    robot.supplyWarningMillivolts = 4_200
    var controller = try Controller(
      robot: robot, policy: policy, configuration: configuration, clock: .machine)
    controller.arm(from: Pair.sample())
    controller.step(Pair.standUpTicks + Pair.settleTicks)
    return controller
  }

  private static func sample(_ change: (inout BusSample) -> Void) -> BusSample {
    var sample = Pair.sample()
    change(&sample)
    return sample
  }

  // MARK: The IMU

  @Test func imu_theSame25Times_isFrozenAndNot24Times() throws {
    var controller = try Self.running()
    let sample = Self.sample { $0.robot.gyro.x = 0.5 }
    func repeated(_ count: Int) {
      for _ in 0..<count {
        controller.follow(VelocityCommand())
        _ = controller.step(.fresh, controller.followed(sample))
      }
    }
    repeated(24)
    controller.step(1)
    repeated(24)
    #expect(controller.fault == nil)
    repeated(1)
    #expect(controller.fault == .imuFrozen)
  }

  @Test func imu_silentForFourTicks_isTheFault() throws {
    var controller = try Self.running()
    let silent = Self.sample { $0.imuAge = 1 }
    controller.step(3, .fresh, silent)
    #expect(controller.fault == nil)
    controller.step(1, .fresh, silent)
    #expect(controller.fault == .imuSilent)
  }

  // MARK: The policy

  @Test func targets_clippedFor26Ticks_isAFaultAndNotFor25() throws {
    var controller = try Self.running(Pair.eager)
    controller.follow(VelocityCommand(forward: -10))
    controller.step(25)
    #expect(controller.fault == nil)
    controller.step(1)
    #expect(controller.fault == .targetsClipped)
  }

  @Test func targets_clippedNowAndThen_isNone() throws {
    var controller = try Self.running(Pair.eager)
    for _ in 0..<10 {
      controller.follow(VelocityCommand(forward: -10))
      controller.step(6)
      controller.follow(VelocityCommand())
      controller.step(10)
    }
    #expect(controller.fault == nil)
    #expect(controller.clippedTargets > 100)
  }

  // MARK: Falling

  @Test func falling_40DegreesAndTurningOn_switchesTorqueOffBeforeTheLimit() throws {
    var controller = try Self.running()
    // 40 degrees nose down, pitching on at 3 rad/s: 60 degrees in 150 ms.
    let falling = Self.sample {
      $0.robot.gravity = SIMD3(0.6428, 0, -0.7660)
      $0.robot.gyro.y = 3
    }
    #expect(controller.step(.fresh, controller.followed(falling)) == .follow)
    #expect(controller.step(.fresh, controller.followed(falling)) == .torqueOff)
    #expect(controller.fault == .falling)
    #expect(controller.step(1) == .torqueOff)
    #expect(controller.state == .faulted)
  }

  /// A frame whose checksum of one byte fits all the same.
  @Test func falling_everyOtherReading_isNone() throws {
    var controller = try Self.running()
    let upsideDown = Self.sample { $0.robot.gravity = SIMD3(0, 0, 1) }
    for _ in 0..<10 {
      _ = controller.step(.fresh, controller.followed(upsideDown))
      _ = controller.step(.fresh, controller.followed(Pair.sample()))
    }
    #expect(controller.fault == nil)
  }

  // MARK: An IMU that is silent alone

  @Test func imu_silentWhileJointsAnswer_coastsThenSitsDown() throws {
    var controller = try Self.running()
    var silent = Pair.sample()
    for age in 1...3 {
      silent.imuAge = UInt8(age)
      #expect(controller.step(.fresh, controller.followed(silent)) == .follow)
    }
    #expect(controller.fault == nil)
    #expect(controller.statistics.coastedTicks == 3)
    silent.imuAge = 4
    #expect(controller.step(.fresh, controller.followed(silent)) == .follow)
    #expect(controller.fault == .imuSilent)
    for _ in 1..<Int(Pair.sitDownTicks) {
      #expect(controller.step(.fresh, controller.followed(silent)) == .follow)
    }
    #expect(controller.step(.fresh, controller.followed(silent)) == .torqueOff)
  }

  /// It tells how the body lay before, so that it is no news.
  @Test func imu_silentAfterATilt_doesNotConfirmIt() throws {
    var controller = try Self.running()
    var tilted = Self.sample { $0.robot.gravity = SIMD3(0, 0, 1) }
    _ = controller.step(.fresh, controller.followed(tilted))
    tilted.imuAge = 1
    _ = controller.step(.fresh, controller.followed(tilted))
    #expect(controller.fault == nil)
  }

  // MARK: Commands that stop before the walk

  @Test func command_lastHeardWhileStandingUp_startsNoWalk() throws {
    var controller = try Controller(
      robot: Pair.robot(), policy: Pair.eager, configuration: LoopConfiguration(), clock: .machine)
    controller.arm(from: Pair.sample())
    controller.follow(VelocityCommand(forward: 0.1))
    for tick in 0..<(Pair.standUpTicks + Pair.settleTicks + 5) {
      let sample = Self.sample { $0.robot.gyro.x = Float(tick % 7) * 0.001 }
      #expect(controller.step(.fresh, controller.followed(sample)) == .follow)
    }
    #expect(controller.state == .running)
    #expect(controller.askedCommand == VelocityCommand())
  }

  @Test(arguments: [SIMD3<Float>(0, -3, 0), SIMD3(0, 0, 9), SIMD3(9, 0, 0), SIMD3(0, 1, 0)])
  func falling_40DegreesButNotTurningOn_walksOn(gyro: SIMD3<Float>) throws {
    var controller = try Self.running()
    let leaning = Self.sample {
      $0.robot.gravity = SIMD3(0.6428, 0, -0.7660)
      $0.robot.gyro = gyro
    }
    for _ in 0..<3 {
      #expect(controller.step(.fresh, controller.followed(leaning)) == .follow)
    }
    #expect(controller.fault == nil)
  }

  @Test func falling_whileItSitsDownForAFault_switchesTorqueOffAndKeepsTheFault() throws {
    var controller = try Self.running()
    controller.stop(.refused)
    let tilted = Self.sample { $0.robot.gravity = SIMD3(1, 0, 0) }
    #expect(controller.step(.fresh, controller.followed(tilted)) == .follow)
    #expect(controller.step(.fresh, controller.followed(tilted)) == .torqueOff)
    #expect(controller.fault == .refused)
    #expect(controller.step(1) == .torqueOff)
  }

  // MARK: Near the limits of servos and supply

  @Test(arguments: [(UInt16(4_199), UInt8(0)), (5_000, 60)])
  func warning_supplyOrHeat_halfTheSpeedWhileItLasts(supply: UInt16, celsius: UInt8) throws {
    var controller = try Self.running(Pair.obedient)
    controller.follow(VelocityCommand(forward: 0.1))
    let near = Self.sample {
      $0.supplyMillivolts = supply
      $0.hottestServoCelsius = celsius
    }
    controller.step(20, .fresh, near)
    #expect(controller.askedCommand.forward == 0.05)
    #expect(controller.statistics.slowedTicks == 20)
    controller.step(20)
    #expect(controller.askedCommand.forward == 0.1)
    #expect(controller.fault == nil)
  }

  @Test func servo_tooHotFourTimes_sitsDown() throws {
    var controller = try Self.running()
    let hot = Self.sample { $0.hottestServoCelsius = 70 }
    controller.step(3, .fresh, hot)
    #expect(controller.fault == nil)
    controller.step(1, .fresh, hot)
    #expect(controller.fault == .servoHot)
    #expect(controller.step(Pair.sitDownTicks, .fresh, hot) == .torqueOff)
    #expect(controller.pair == [Pair.resting, Pair.resting])
  }

  // MARK: Commands

  @Test func command_silentForHalfASecond_standsAndWalksOnWhenItComesBack() throws {
    var controller = try Self.running(Pair.obedient)
    controller.follow(VelocityCommand(forward: 0.1))
    for _ in 0..<25 {
      _ = controller.step(.fresh, controller.followed(Self.living(controller)))
    }
    #expect(controller.askedCommand.forward == 0.1)
    // Ten ticks, at 0.5 m/s².
    for _ in 0..<10 {
      #expect(controller.askedCommand.forward > 0)
      _ = controller.step(.fresh, controller.followed(Self.living(controller)))
    }
    #expect(abs(controller.askedCommand.forward) < 1e-6)
    controller.step(9)
    #expect(controller.askedCommand.forward < 0.1)
    controller.step(1)
    #expect(controller.askedCommand.forward == 0.1)
  }

  @Test func command_silentForFiveSecondsMore_sitsDown() throws {
    var controller = try Self.running()
    controller.follow(VelocityCommand(forward: 0.1))
    for _ in 0..<275 { _ = controller.step(.fresh, controller.followed(Self.living(controller))) }
    #expect(controller.fault == nil)
    _ = controller.step(.fresh, controller.followed(Self.living(controller)))
    #expect(controller.fault == .commandSilent)
  }

  private static func living(_ controller: borrowing Controller) -> BusSample {
    let tick = controller.statistics.ticks
    return sample { $0.robot.gyro.x = Float(tick % 2) * 0.001 }
  }

  // MARK: Deadlines

  @Test func deadlines_threeInARow_isAFaultAndTwoAreNot() throws {
    var controller = try Self.running()
    controller.missDeadlines(2)
    #expect(controller.fault == nil)
    controller.missDeadlines(3)
    #expect(controller.fault == .deadlinesMissed)
  }

  @Test func deadlines_sixOfFifty_isAFaultAndFiveAreNot() throws {
    var controller = try Self.running()
    // Standing up took two whole windows of 50.
    for _ in 0..<5 { controller.missDeadlines(1) }
    controller.step(40)
    #expect(controller.fault == nil)
    for _ in 0..<6 { controller.missDeadlines(1) }
    controller.step(37)
    #expect(controller.fault == nil)
    controller.step(1)
    #expect(controller.fault == .deadlinesMissed)
  }

  // MARK: A robot that is not heard

  @Test func faulted_silent_isToldToHoldOnceAndTorqueOffAfterASecond() throws {
    var controller = try Self.running()
    controller.step(3, .missed(.robotSilent))
    let before = controller.pair
    // The fourth is the fault.
    #expect(controller.step(1, .missed(.robotSilent)) == .follow)
    #expect(controller.pair == before)
    for _ in 0..<49 { #expect(controller.step(1, .missed(.robotSilent)) == .wait) }
    #expect(controller.step(1, .missed(.robotSilent)) == .torqueOff)
  }

  @Test func faulted_lostJoint_staysAndIsBroughtAlongWhenItAnswers() throws {
    var controller = try Self.running()
    let silent = Self.sample { $0.jointAges[1] = 6 }
    controller.step(1, .fresh, silent)
    #expect(controller.fault == .jointSilent)
    controller.step(40, .fresh, silent)
    #expect(controller.pair[0] < Pair.standing - 0.3)
    #expect(controller.pair[1] == Pair.standing)
    let before = controller.pair
    // Its servo may have heard nothing and have sagged: the target does not jump after it.
    let found = Self.sample { $0.robot.jointAngles[1] = 0.9 }
    #expect(controller.step(1, .fresh, found) == .follow)
    #expect(zip(controller.pair, before).allSatisfy { abs($0 - $1) < 0.01 })
    #expect(controller.step(Pair.sitDownTicks, .fresh, found) == .torqueOff)
    #expect(controller.pair == [Pair.resting, Pair.resting])
  }

  @Test func faulted_jointThatComesAndGoes_stillEnds() throws {
    var controller = try Self.running()
    let silent = Self.sample { $0.jointAges[1] = 6 }
    var ticks = 0
    var before = controller.pair
    while ticks < 2 * Pair.sitDownTicks,
      controller.step(1, .fresh, ticks % 4 < 2 ? silent : Pair.sample()) == .follow
    {
      #expect(zip(controller.pair, before).allSatisfy { abs($0 - $1) < Pair.slewMaxRadians })
      before = controller.pair
      ticks += 1
    }
    #expect(controller.fault == .jointSilent)
    #expect(ticks < 2 * Pair.sitDownTicks)
  }

  @Test func faulted_heardNowAndThen_switchesTorqueOffInTheEnd() throws {
    var controller = try Self.running()
    controller.stop(.refused)
    var ticks = 0
    while true {
      let reading = ticks % 4 == 0 ? Controller.Reading.fresh : .missed(.robotSilent)
      if controller.step(1, reading) == .torqueOff { break }
      ticks += 1
    }
    // Twice the sitting down and a second.
    #expect(ticks == 2 * Pair.sitDownTicks + 50)
  }

  @Test func faulted_heardAgain_sitsDown() throws {
    var controller = try Self.running()
    controller.step(20, .missed(.robotSilent))
    #expect(controller.step(1) == .follow)
    #expect(controller.step(Pair.sitDownTicks) == .torqueOff)
    #expect(controller.pair == [Pair.resting, Pair.resting])
  }
}

extension Controller {
  /// One tick after so many missed deadlines.
  fileprivate mutating func missDeadlines(_ count: UInt64) {
    var sample = Pair.sample()
    sample.robot.gyro.x += Float(statistics.ticks % 7) * 0.001
    follow(command)
    _ = step(.fresh, sample, missedDeadlines: count)
  }
}
