import Foundation
import ParallelArrays
import Physics
import RobotDescription
import RobotFiles
import Testing

@testable import Locomotion

/// The walker of `sim`: body and robot file fit each other, and it stands.
@Suite struct WalkerTests {
  private static let folder = URL(fileURLWithPath: Spider.bodyPath)
    .deletingLastPathComponent().deletingLastPathComponent()

  private static func task(_ body: String = "walker") throws -> LocomotionTask {
    var configuration = TaskConfiguration()
    configuration.startAngleNoiseRadians = 0
    configuration.heightMinMetres = 0.2
    return LocomotionTask(
      robot: try RobotFile.load(path: folder.appending(path: "robots/\(body).yaml").path),
      modelPath: folder.appending(path: "bodies/\(body).xml").path,
      configuration: configuration)
  }

  @Test func loadModel_walker_isABipedOfItsWeight() throws {
    let model = try Self.task().loadModel()
    let (mass, footCount, jointCount) = (model.massKilograms, model.footCount, model.jointCount)
    #expect(abs(mass - 1.8) < 0.01)
    #expect(footCount == 2)
    #expect(jointCount == 10)
  }

  @Test(arguments: ["walker", "spider"])
  func keyframes_ofABody_areThePosesOfItsRobot(body: String) throws {
    let task = try Self.task(body)
    let model = try task.loadModel()
    for (name, pose) in [("standing", \Joint.standingRadians), ("resting", \Joint.restingRadians)] {
      let keyframe = model.keyframe(name)
      let key = try #require(keyframe)
      let angles = model.jointAngles(keyframe: key).map { Float($0) }
      #expect(angles == (0..<task.robot.jointCount).map { task.robot[joint: $0][keyPath: pose] })
    }
  }

  @Test func tick_constantTargets_standsForTenSeconds() throws {
    let environments = try Spider.environments(try Self.task())
    environments.command(VelocityCommand())
    try environments.stand(ticks: 499)
    #expect(environments.outcomes[0] == .running)
    let height = environments.batch.position(of: 0).z
    #expect(abs(height - 0.3085) < 0.003)
    #expect(environments.batch.axes(of: 0).up.z > 0.999)
    for foot in 0..<2 {
      #expect(environments.episodes[0].motion.feet[foot].isInContact)
      #expect(environments.episodes[0].motion.feet[foot].speed < 1e-3)
      #expect(abs(environments.episodes[0].motion.feet[foot].clearance) < 1e-3)
    }
  }

  @Test(arguments: 0..<5) func angles_sameOnBothSides_areMirrorImages(joint: Int) throws {
    let environments = try Spider.environments(try Self.task())
    // In the air, so that the joint alone decides the place of the feet.
    environments.setPosition(2, to: 1, of: 0)
    try environments.advance()
    let before = environments.batch.foot(0, of: 0).position
    for side in [0, 5] {
      environments.setPosition(7 + side + joint, to: 0.25, of: 0)
    }
    try environments.advance()
    let left = environments.batch.foot(0, of: 0).position
    let right = environments.batch.foot(1, of: 0).position
    #expect(abs(left.x - right.x) < 1e-6)
    #expect(abs(left.y + right.y) < 1e-6)
    #expect(abs(left.z - right.z) < 1e-6)
    let moved = left - before
    #expect((moved * moved).sum().squareRoot() > 0.001)
    // A positive roll moves the leg out.
    if joint == 1 { #expect(left.y > before.y + 0.02) }
  }
}
