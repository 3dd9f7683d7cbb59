import Foundation
import Loopback
import Realtime
import RobotControl
import RobotDescription
import RobotFiles
import ServoDrivers
import Testing
import WireProtocol

/// The walker comes out of its resting squat and back into it by the controller's slow moves.
@Suite struct WalkerTests {
  private static let folder = URL(fileURLWithPath: Spider.bodyPath)
    .deletingLastPathComponent().deletingLastPathComponent()
  private static let stepsPerSecond = 200

  private static func robot() throws -> Robot {
    try RobotFile.load(path: folder.appending(path: "robots/walker.yaml").path)
  }

  private static func simulatedRobot(seed: UInt64) throws -> SimulatedRobot {
    try SimulatedRobot(
      robot: try robot(), bodyPath: folder.appending(path: "bodies/walker.xml").path, seed: seed)
  }

  /// The report of the robot's board, in the units of the controller.
  private static func busSample(_ virtual: borrowing SimulatedRobot) -> BusSample {
    let sensed = virtual.sense()
    var sample = BusSample()
    sample.supplyMillivolts = sensed.supplyMillivolts
    sample.isTorqueOn = virtual.isTorqueOn
    sample.robot.gravity =
      SIMD3(
        Float(sensed.gravity.x), Float(sensed.gravity.y), Float(sensed.gravity.z)
      ) / BoardProtocol.gravityCountsPerUnit
    for joint in 0..<virtual.robot.jointCount {
      sample.robot.jointAngles[joint] =
        virtual.robot[joint: joint].servo.radians(ticks: sensed.positionTicks[joint])
    }
    return sample
  }

  @Test func sense_walker_supplyIsThatOfItsServos() throws {
    #expect(try Self.simulatedRobot(seed: 1).sense().supplyMillivolts == 7_400)
  }

  @Test(arguments: 1...3) func step_limpInTheSquat_staysUpright(seed: UInt64) throws {
    var virtual = try Self.simulatedRobot(seed: seed)
    let height = virtual.torsoHeightMetres
    try virtual.step(count: 10 * Self.stepsPerSecond)
    #expect(abs(virtual.torsoHeightMetres - height) < 0.01)
    // The torso leans forward by 0.4 rad.
    #expect(Self.busSample(virtual).robot.gravity.z < -0.9)
  }

  @Test(arguments: 1...3) func controller_stillPolicy_standsUpAndSitsDown(seed: UInt64) throws {
    var virtual = try Self.simulatedRobot(seed: seed)
    let robot = virtual.robot
    try virtual.step(count: Self.stepsPerSecond)
    var controller = try Controller(
      robot: robot, policy: SpiderPolicy.still(robot), configuration: LoopConfiguration(),
      clock: .machine)
    controller.arm(from: Self.busSample(virtual))
    virtual.setTorque(true)
    var uprightMin: Float = 1
    var heightMax = 0.0
    // Two seconds until the policy takes over, one of the policy, then down until torque is off.
    for tick in 0..<300 {
      if tick == 150 {
        #expect(controller.state == .running)
        heightMax = virtual.torsoHeightMetres
        controller.sitDown()
      }
      let sample = Self.busSample(virtual)
      uprightMin = min(uprightMin, -sample.robot.gravity.z)
      guard case .follow = controller.step(.fresh, sample) else { break }
      var ticks = BoardProtocol.JointValues(repeating: 0)
      for joint in 0..<robot.jointCount {
        ticks[joint] = robot[joint: joint].servo.ticks(radians: controller.targets[joint])
      }
      virtual.setGoals(ticks)
      try virtual.step(count: virtual.stepsPerPeriod)
    }
    virtual.setTorque(false)
    controller.disarm()
    #expect(controller.state == .disarmed)
    #expect(controller.fault == nil)
    try virtual.step(count: 2 * Self.stepsPerSecond)
    #expect(uprightMin > 0.9)
    #expect(abs(heightMax - 0.308) < 0.003)
    #expect(abs(virtual.torsoHeightMetres - 0.21) < 0.01)
    #expect(-Self.busSample(virtual).robot.gravity.z > 0.9)
  }
}
