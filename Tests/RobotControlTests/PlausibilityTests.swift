import Realtime
import RobotDescription
import ServoDrivers
import Testing

@testable import RobotControl

/// Implausible readings are dropped; too many of them are a fault.
@Suite struct PlausibilityTests {
  private static func running() throws -> Controller {
    var controller = try Controller(
      robot: Pair.robot(), policy: Pair.still, configuration: LoopConfiguration(), clock: .machine)
    controller.arm(from: Pair.sample())
    controller.step(Pair.standUpTicks + Pair.settleTicks)
    return controller
  }

  private static func step(
    _ controller: inout Controller, _ change: (inout BusSample) -> Void
  ) -> Controller.Intent {
    var sample = controller.followed(Pair.sample())
    sample.robot.gyro.x = Float(controller.statistics.ticks % 7) * 0.001
    change(&sample)
    controller.follow(VelocityCommand())
    return controller.step(.fresh, sample)
  }

  /// Implausible readings.
  private static let implausible: [(Fault, @Sendable (inout BusSample) -> Void)] = [
    (.imuImplausible, { $0.robot.gravity = SIMD3(0, 0, -2) }),
    (.imuImplausible, { $0.robot.gravity = .zero }),
    (.imuImplausible, { $0.robot.gyro.y = -32.7 }),
    (.jointImplausible, { $0.robot.jointAngles[1] += 3 }),
    (.jointImplausible, { $0.robot.jointAngles[0] = 47 }),
    (.jointImplausible, { $0.robot.jointVelocities[0] = 80 }),
  ]

  @Test(arguments: implausible.indices)
  func sample_thatCannotBeTrue_isCoastedThreeTicksAndThenAFault(_ index: Int) throws {
    let (fault, change) = Self.implausible[index]
    var controller = try Self.running()
    let before = controller.pair
    for _ in 0..<3 {
      #expect(Self.step(&controller, change) == .follow)
      #expect(controller.state == .running)
    }
    #expect(controller.statistics.coastedTicks == 3)
    #expect(controller.pair == before)
    // It is heard, so that it sits down.
    #expect(Self.step(&controller, change) == .follow)
    #expect(controller.fault == fault)
  }

  @Test(arguments: implausible.indices)
  func sample_thatCannotBeTrueOnce_costsOneTick(_ index: Int) throws {
    var controller = try Self.running()
    for _ in 0..<20 {
      _ = Self.step(&controller, Self.implausible[index].1)
      _ = Self.step(&controller) { _ in }
      _ = Self.step(&controller) { _ in }
    }
    #expect(controller.fault == nil)
    #expect(controller.statistics.coastedTicks == 20)
  }

  @Test func sample_thatCannotBeTrueEverySecondTime_isAFaultInTheEnd() throws {
    var controller = try Self.running()
    var ticks = 0
    while controller.fault == nil, ticks < 40 {
      _ = Self.step(&controller) { $0.robot.jointAngles[1] += ticks % 2 == 0 ? 3 : 0 }
      ticks += 1
    }
    #expect(controller.fault == .jointImplausible)
    #expect(ticks > 10)
  }

  @Test func joint_farBeyondItsLimits_isNotBelievedHoweverItGotThere() throws {
    var controller = try Self.running()
    // 0.525 rad beyond the upper limit is the most; it goes there no faster than a joint can.
    for angle: Float in [0.7, 1.1, 1.5, 1.9] {
      _ = Self.step(&controller) { $0.robot.jointAngles[1] = angle }
    }
    #expect(controller.statistics.coastedTicks == 0)
    _ = Self.step(&controller) { $0.robot.jointAngles[1] = 2.1 }
    #expect(controller.statistics.coastedTicks == 1)
  }

  @Test func joint_thatMovedWhileItWasSilent_isPlausible() throws {
    var controller = try Self.running()
    controller.step(3, .missed(.robotSilent))
    // 26 rad/s for four ticks.
    _ = Self.step(&controller) { $0.robot.jointAngles[1] += 1.7 }
    #expect(controller.statistics.coastedTicks == 3)
  }

  @Test func joint_silentForATime_isNotJudgedByWhatItSaidBefore() throws {
    var controller = try Self.running()
    for age in 1...4 {
      _ = Self.step(&controller) {
        $0.jointAges[1] = UInt8(age)
        $0.robot.jointAngles[1] = -3
      }
    }
    _ = Self.step(&controller) { $0.robot.jointAngles[1] += 1.5 }
    #expect(controller.fault == nil && controller.statistics.coastedTicks == 0)
  }

  @Test func joints_stillWhileTheyAreSentElsewhere_areFrozen() throws {
    var controller = try Self.running()
    controller.sitDown()
    controller.step(Pair.stopTicks + 1)
    let frozen = controller.followed(Pair.sample()).robot.jointAngles
    var ticks = 0
    while controller.fault == nil, ticks < 70 {
      _ = Self.step(&controller) { $0.robot.jointAngles = frozen }
      ticks += 1
    }
    #expect(controller.fault == .jointsFrozen)
    // 24 repetitions, once a target has moved by 0.03 rad.
    #expect((25...45).contains(ticks))
  }

  @Test func joints_stillWhereTheyAreHeld_areAllRight() throws {
    var controller = try Self.running()
    let still = controller.followed(Pair.sample()).robot.jointAngles
    for _ in 0..<500 { _ = Self.step(&controller) { $0.robot.jointAngles = still } }
    #expect(controller.fault == nil)
  }

  @Test func joint_awayFromItsTargetForASecond_isBlocked() throws {
    var controller = try Self.running()
    // 0.81 rad away, moving there no faster than a joint can.
    for _ in 0..<2 { _ = Self.step(&controller) { $0.robot.jointAngles[1] += 0.4 } }
    for _ in 0..<50 { _ = Self.step(&controller) { $0.robot.jointAngles[1] += 0.81 } }
    #expect(controller.fault == nil)
    _ = Self.step(&controller) { $0.robot.jointAngles[1] += 0.81 }
    #expect(controller.fault == .jointBlocked)
  }

  @Test func joint_awayFromItsTargetForLess_isAllRight() throws {
    var controller = try Self.running()
    for _ in 0..<5 {
      for _ in 0..<2 { _ = Self.step(&controller) { $0.robot.jointAngles[1] += 0.4 } }
      for _ in 0..<50 { _ = Self.step(&controller) { $0.robot.jointAngles[1] += 0.81 } }
      for _ in 0..<2 { _ = Self.step(&controller) { $0.robot.jointAngles[1] += 0.4 } }
    }
    #expect(controller.fault == nil)
  }
}
