import Locomotion
import Loopback
import PolicyNetwork
import Realtime
import RobotControl
import RobotDescription
import ServoDrivers
import Testing
import Training

/// The whole robot side over a pseudo terminal to the whole loopback, in lockstep.
@Suite struct EndToEndTests {
  private static let walkedSeconds = 15
  private static let forward = VelocityCommand(forward: 0.15)

  @Test func stillPolicy_hundredTicks_standsSitsAndLetsGo() throws {
    let peer = try LoopbackThread(seed: 3)
    var spider = try SpiderLoop(path: peer.path, policy: SpiderPolicy.still)
    spider.walk(ticks: 100)
    #expect(spider.loop.controller.state == .disarmed)
    #expect(spider.loop.controller.fault == nil)
    #expect(spider.loop.controller.statistics.runningTicks == 100)
    #expect(spider.loop.controller.statistics.coastedTicks == 0)
    #expect(spider.loop.isTorqueOff == true)
    let report = try peer.stop()
    #expect(report.falls == 0)
    #expect(report.badFrames == 0)
    #expect(report.refusedRequests == 0)
    // Every tick but the last, which switches torque off.
    #expect(report.commands == 325)
    #expect(report.torqueOnSeconds == report.simulatedSeconds)
    #expect(abs(report.distanceMetres) < 0.02)
  }

  @Test func stillPolicy_twice_isTheSameBitForBit() throws {
    func run() throws -> (LoopbackReport, [UInt32]) {
      let peer = try LoopbackThread(seed: 3)
      var spider = try SpiderLoop(path: peer.path, policy: SpiderPolicy.still)
      spider.walk(ticks: 100)
      let sample = spider.loop.sample.robot
      var report = try peer.stop()
      // No two runs take the same time.
      report.replyDelayMaxMicroseconds = 0
      return (report, (0..<12).map { sample.jointAngles[$0].bitPattern })
    }
    let first = try run()
    let second = try run()
    #expect(first.0 == second.0)
    #expect(first.1 == second.1)
  }

  @Test func trainedPolicy_walking_comesAsFarAsInPlainSimulation() throws {
    let policy = try SpiderPolicy.trained()
    let ticks = Self.walkedSeconds * 50
    let peer = try LoopbackThread(seed: 0)
    var spider = try SpiderLoop(path: peer.path, policy: policy)
    spider.command = Self.forward
    spider.walk(ticks: ticks)
    let report = try peer.stop()
    let plain = try Self.evaluation(of: policy, ticks: ticks)
    #expect(report.falls == 0)
    #expect(plain.falls == 0)
    #expect(plain.distanceMean > 1)
    #expect(abs(report.distanceMetres / plain.distanceMean - 1) < 0.1)
  }

  /// One episode from exactly the standing pose.
  private static func evaluation(of policy: PolicyFile, ticks: Int) throws -> Evaluation {
    var configuration = TaskConfiguration()
    configuration.episodeTicksMax = ticks
    configuration.startAngleNoiseRadians = 0
    configuration.actionScale = policy.contract.actions.scale[0]
    let task = LocomotionTask(
      robot: Spider.robot, modelPath: Spider.bodyPath, configuration: configuration)
    return try Evaluation.run(
      policy, task: task, command: forward, episodes: 1, seed: 0, threadCount: 1)
  }
}

extension LoopbackThread where Device == SimulatedBoard {
  /// Serves the board of a spider.
  convenience init(seed: UInt64) throws {
    let robot = try SimulatedRobot(robot: Spider.robot, bodyPath: Spider.bodyPath, seed: seed)
    try self.init(SimulatedBoard(robot: robot, clock: .lockstep), clock: .machine)
  }
}
