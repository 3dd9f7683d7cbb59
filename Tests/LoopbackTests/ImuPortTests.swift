import Loopback
import Realtime
import RobotDescription
import SerialLink
import ServoDrivers
import Testing

/// A line of servos that is sound while the port of its IMU is not.
@Suite struct ImuPortTests {
  /// An angular rate of zero, and the quaternion (1, 0, 0, 0): a level body at rest.
  private static let frames: [UInt8] = [
    0x55, 0x52, 0, 0, 0, 0, 0, 0, 0, 0, 0xA7,
    0x55, 0x59, 0xFF, 0x7F, 0, 0, 0, 0, 0, 0, 0x2C,
  ]

  @Test func read_imuUnplugged_readsTheJointsAndCountsTheAge() throws {
    let peer = try ThreeLines.feetech()
    let terminal = try PseudoTerminal(link: nil)
    let imu = ImuStream(port: try ThreeLines.port(terminal.path, baud: 115_200))
    var bus = FeetechBus(
      port: try ThreeLines.port(peer.path), imu: imu, robot: Spider.feetechRobot)
    _ = try bus.connect(setsUp: true)
    var sample = BusSample()
    #expect(try terminal.write(Self.frames.span, deadlineNanoseconds: farDeadline()) == 22)
    try bus.read(into: &sample, deadlineNanoseconds: farDeadline())
    #expect(sample.imuAge == 0)
    #expect(sample.robot.gravity.z < -0.99)
    _ = consume terminal
    for age in 1...2 {
      try bus.read(into: &sample, deadlineNanoseconds: farDeadline())
      #expect(sample.imuAge == UInt8(age))
      #expect(sample.jointAges[0] == 0)
      #expect(sample.robot.gravity.z < -0.99)
    }
    try peer.stop()
  }

  @Test func arm_imuUnplugged_isRefusedAndNothingMoves() throws {
    let peer = try ThreeLines.feetech()
    let terminal = try PseudoTerminal(link: nil)
    let imu = ImuStream(port: try ThreeLines.port(terminal.path, baud: 115_200))
    var bus = FeetechBus(
      port: try ThreeLines.port(peer.path), imu: imu, robot: Spider.feetechRobot)
    _ = try bus.connect(setsUp: true)
    _ = consume terminal
    do {
      _ = try ThreeLines.walking(bus, ticks: 0)
      Issue.record("it was armed without its IMU")
    } catch {
      #expect("\(error)".hasPrefix("not armed, nothing has moved: "))
    }
    try peer.stop()
  }
}
