import Realtime
import RobotControl
import RobotDescription
import ServoDrivers
import Testing
import WireProtocol

/// The reading with which torque comes on, after two that agreed.
@Suite struct ArmingReadingTests {
  /// A robot that is found at rest, and says something else when it is armed.
  private final class Found {
    var atArming = Pair.sample()
    var disarms = 0
  }

  private struct FoundBus: ServoBus, ~Copyable {
    let found: Found

    var statistics: BusStatistics { BusStatistics() }

    mutating func arm(
      at pose: JointValues, into sample: inout BusSample, deadlineNanoseconds: UInt64
    ) throws(BusError) { sample = found.atArming }

    mutating func clearWatchdog(deadlineNanoseconds: UInt64) throws(BusError) {}

    mutating func disarm(deadlineNanoseconds: UInt64) throws(BusError) { found.disarms += 1 }

    mutating func read(
      into sample: inout BusSample, deadlineNanoseconds: UInt64
    ) throws(BusError) { sample = Pair.sample() }

    mutating func write(
      _ targets: borrowing JointValues, deadlineNanoseconds: UInt64
    ) throws(BusError) {}
  }

  private func loop(_ found: Found) throws -> ControlLoop<FoundBus> {
    let configuration = LoopConfiguration()
    let controller = try Controller(
      robot: Pair.robot(), policy: Pair.still, configuration: configuration, clock: .machine)
    return ControlLoop(
      bus: FoundBus(found: found), controller: controller, robot: Pair.robot(),
      configuration: configuration)
  }

  @Test func arm_thirdReadingAgrees_standsUpFromWhereItIsHeld() throws {
    let found = Found()
    found.atArming = Pair.sample(-0.45, -0.5)
    var loop = try loop(found)
    try loop.arm(deadlineNanoseconds: 1)
    #expect(loop.controller.state == .standingUp)
    #expect(loop.controller.targets[0] == Pair.resting)
  }

  @Test(arguments: [47, 0.5, -0.7] as [Float])
  func arm_thirdReadingIsElsewhere_isRefusedAndTorqueIsOff(radians: Float) throws {
    let found = Found()
    found.atArming = Pair.sample(radians, Pair.resting)
    var loop = try loop(found)
    let error = ArmingError.poseUnsteady(
      joint: Label("left_knee" as StaticString), first: Pair.resting, second: radians)
    #expect(throws: error) { try loop.arm(deadlineNanoseconds: 1) }
    #expect(found.disarms == 1)
    #expect(loop.controller.state == .disarmed)
  }

  @Test func arm_thirdReadingIsNotFinite_isRefusedAndTorqueIsOff() throws {
    let found = Found()
    found.atArming.robot.gyro.x = .nan
    var loop = try loop(found)
    #expect(throws: ArmingError.notFinite) { try loop.arm(deadlineNanoseconds: 1) }
    #expect(found.disarms == 1)
  }
}
