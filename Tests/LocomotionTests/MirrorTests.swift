import Foundation
import Physics
import RobotDescription
import RobotFiles
import Testing

@testable import Locomotion

/// What a body sees and does, left for right.
@Suite struct MirrorTests {
  private static func walker(
    _ change: (inout TaskConfiguration) -> Void = { _ in }
  ) throws -> LocomotionTask {
    let folder = URL(fileURLWithPath: Spider.bodyPath)
      .deletingLastPathComponent().deletingLastPathComponent()
    let robot = try RobotFile.load(path: folder.appending(path: "robots/walker.yaml").path)
    return try Spider.task(
      robot: robot, modelPath: folder.appending(path: "bodies/walker.xml").path
    ) {
      $0.heightMinMetres = 0.2
      change(&$0)
    }
  }

  private static func reflect(_ row: [Float], _ images: [Mirror.Image]) -> [Float] {
    images.map { $0.sign * row[$0.source] }
  }

  /// One body moves at random and another does the same in the mirror.
  private static func difference(_ task: LocomotionTask, ticks: Int) throws -> Float {
    let body = try Spider.environments(task)
    let image = try Spider.environments(task)
    let mirror = try #require(body.mirror)
    #expect(mirror.observation.count == body.observationWidth)
    body.command(VelocityCommand(forward: 0.1, left: 0.07, yawRate: 0.3))
    image.command(VelocityCommand(forward: 0.1, left: -0.07, yawRate: -0.3))
    var random = RandomSource(seed: 3, stream: 0)
    let actions = SliceBuffer<Float>(repeating: 0, count: task.robot.jointCount)
    let images = SliceBuffer<Float>(repeating: 0, count: task.robot.jointCount)
    var largest: Float = 0
    for _ in 0..<ticks {
      for joint in 0..<actions.count { actions[joint] = random.uniform(in: -1...1) }
      for (joint, value) in reflect(actions.elements, mirror.action).enumerated() {
        images[joint] = value
      }
      try body.tick(actions)
      try image.tick(images)
      let expected = reflect(body.observations.elements, mirror.observation)
      let differences = zip(expected, image.observations.elements).map { abs($0 - $1) }
      largest = max(largest, differences.max() ?? 0, abs(body.rewards[0] - image.rewards[0]))
    }
    return largest
  }

  @Test(arguments: [1, 3]) func mirror_bodyThatMoves_isSeenAsItsImageMoves(history: Int) throws {
    for task in [
      try Spider.task { $0.historyCount = history }, try Self.walker { $0.historyCount = history },
    ] {
      let difference = try Self.difference(task, ticks: 10)
      #expect(difference < 1e-3)
    }
  }

  @Test func mirror_gaitClock_isHalfAPeriodOn() throws {
    let task = try Self.walker { $0.gaitPeriodTicks = 20 }
    let mirror = try #require(try Spider.environments(task).mirror)
    let clock = (task.observation.width - 2)..<task.observation.width
    for column in clock {
      #expect(mirror.observation[column] == Mirror.Image(source: column, sign: -1))
    }
    let now = GaitClock(tick: 3, periodTicks: 20)
    let later = GaitClock(tick: 13, periodTicks: 20)
    #expect(abs(later.sine + now.sine) < 1e-6 && abs(later.cosine + now.cosine) < 1e-6)
  }

  @Test func mirror_oneLegOfTheModelMoved_isNone() throws {
    let text = try String(contentsOfFile: Spider.bodyPath, encoding: .utf8)
    let leg = #"<body name="rear_right_femur" pos="0.03 0 0">"#
    #expect(text.contains(leg))
    let moved = text.replacing(leg, with: #"<body name="rear_right_femur" pos="0.031 0 0">"#)
    let whole = try Spider.environments(Spider.task()).mirror
    #expect(whole != nil)
    let mirror = try Spider.withModel(moved) { path in
      try Spider.environments(Spider.task(modelPath: path)).mirror
    }
    #expect(mirror == nil)
  }

  @Test func mirror_oneJointStandsOtherwise_isNone() throws {
    let robot = try Spider.robot()
    var changed = Robot(
      body: robot.body, controlPeriodMicroseconds: robot.controlPeriodMicroseconds,
      supplyMinMillivolts: robot.supplyMinMillivolts)
    for index in 0..<robot.jointCount {
      var joint = robot[joint: index]
      if index == 4 { joint.standingRadians += 0.05 }
      _ = changed.append(joint)
    }
    let mirror = try Spider.environments(Spider.task(robot: changed)).mirror
    #expect(mirror == nil)
  }
}
