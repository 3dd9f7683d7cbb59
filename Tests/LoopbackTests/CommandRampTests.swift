import Foundation
import Loopback
import PolicyNetwork
import Realtime
import RobotControl
import RobotDescription
import Telemetry
import Testing

/// The velocity that a policy is asked for, tick by tick, from the log of a walk.
@Suite struct CommandRampTests {
  /// A message of the log's channel of commands.
  private struct Asked: Decodable {
    let tick: UInt64
    let forward: Float
    let left: Float
    let yawRate: Float

    private enum CodingKeys: String, CodingKey {
      case tick
      case forward
      case left
      case yawRate = "yaw_rate"
    }

    /// The largest change since another, in steps that a tick may make: 0.5 m/s² and 2 rad/s².
    func steps(since other: Asked) -> Float {
      max(
        abs(forward - other.forward) / 0.01, abs(left - other.left) / 0.01,
        abs(yawRate - other.yawRate) / 0.04)
    }
  }

  private static let fast = VelocityCommand(forward: 1, left: 0.5, yawRate: 2)
  private static let back = VelocityCommand(forward: -1, left: -0.5, yawRate: -2)

  /// The commands in the log of a walk.
  private static func log(_ walk: (inout SpiderLoop) -> Void) throws -> [Asked] {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(
      "ramp-\(UUID().uuidString).mcap")
    defer { try? FileManager.default.removeItem(at: file) }
    let robot = Spider.robot
    let policy = SpiderPolicy.still(robot, commands: CommandRange(lower: back, upper: fast))
    let recorder = try FlightRecorder(
      path: file.path,
      description: FlightDescription(
        body: "spider",
        jointNames: (0..<robot.jointCount).map { robot[joint: $0].name.description },
        controlPeriodMicroseconds: robot.controlPeriodMicroseconds, policyChecksum: 0,
        stateNames: ControlState.allCases.map { "\($0)" }, faults: [:]),
      clock: .machine, wallNanoseconds: 0)
    let peer = try LoopbackThread(seed: 3)
    var spider = try SpiderLoop(path: peer.path, policy: policy, recorder: recorder.tap)
    walk(&spider)
    try peer.stop()
    #expect(recorder.end().dropped == 0)
    var asked: [Asked] = []
    _ = try FlightFile(path: file.path) { message in
      guard message.topic == "/command" else { return }
      asked.append(try JSONDecoder().decode(Asked.self, from: Data(message.json)))
    }
    return asked
  }

  /// Checks that no tick asked for more than a step beyond the one before, the first beyond none.
  private static func expectRamp(_ asked: [Asked]) {
    var before = Asked(tick: 0, forward: 0, left: 0, yawRate: 0)
    for next in asked {
      #expect(next.steps(since: before) < 1.001, "tick \(next.tick)")
      #expect(before.tick == 0 || next.tick == before.tick + 1)
      before = next
    }
  }

  @Test func log_commandThatJumps_isFollowedInSteps() throws {
    let asked = try Self.log { spider in
      spider.tick(LoopOrders(command: Self.fast), count: SpiderLoop.standUpTicks + 120)
      spider.tick(LoopOrders(command: Self.back), count: 240)
      spider.tick(LoopOrders(command: Self.fast), count: 60)
    }
    Self.expectRamp(asked)
    #expect(asked.count == 420)
    // It was said all the time while the robot stood up; the policy begins at a stand.
    #expect(asked.first?.forward == 0.01)
    #expect(asked.map(\.forward).max() == 1 && asked.map(\.forward).min() == -1)
    #expect(asked.map(\.yawRate).max() == 2 && asked.map(\.yawRate).min() == -2)
  }

  @Test func log_sittingDownAtSpeed_comesToAStandInSteps() throws {
    let asked = try Self.log { spider in
      spider.tick(LoopOrders(command: Self.fast), count: SpiderLoop.standUpTicks + 120)
      spider.tick(LoopOrders(command: Self.fast, mustSit: true), count: 1_000)
      #expect(spider.loop.controller.state == .disarmed)
    }
    Self.expectRamp(asked)
    #expect(asked.map(\.forward).max() == 1)
    // For a second it was asked to stand.
    #expect(asked.suffix(50).allSatisfy { $0.forward == 0 && $0.left == 0 && $0.yawRate == 0 })
  }

  @Test func log_commandLostAndBack_isFollowedInSteps() throws {
    let asked = try Self.log { spider in
      spider.tick(LoopOrders(command: Self.fast), count: SpiderLoop.standUpTicks + 120)
      spider.tick(LoopOrders(command: Self.fast, isNew: false), count: 200)
      spider.tick(LoopOrders(command: Self.fast), count: 120)
    }
    Self.expectRamp(asked)
    let lowest = asked.dropFirst(120).map(\.forward).min()
    #expect(lowest == 0)
    #expect(asked.last?.forward == 1)
  }

  @Test func log_commandOfNoNumber_isAskedToStand() throws {
    let asked = try Self.log { spider in
      spider.tick(LoopOrders(command: Self.fast), count: SpiderLoop.standUpTicks + 50)
      spider.tick(LoopOrders(command: VelocityCommand(forward: .nan)), count: 100)
    }
    Self.expectRamp(asked)
    #expect(asked.last?.forward == 0)
  }
}
