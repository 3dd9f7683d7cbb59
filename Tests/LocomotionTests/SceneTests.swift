import Foundation
import ParallelArrays
import Physics
import Testing

@testable import Locomotion

/// Scene of a task's body, and its frames as it moves.
@Suite struct SceneTests {
  /// The place of a part in a frame.
  private static func place(_ part: Int, _ frame: SceneFrame) -> SIMD3<Float> {
    SIMD3((0..<3).map { frame.partPoses[7 * part + $0] })
  }

  /// Displacement of each part from the first frame to the second.
  private static func moves(_ before: SceneFrame, _ after: SceneFrame) -> [SIMD3<Float>] {
    (0..<(before.partPoses.count / 7)).map { place($0, after) - place($0, before) }
  }

  private static func isNear(_ left: SIMD3<Float>, _ right: SIMD3<Float>) -> Bool {
    (left - right).max() < 1e-6 && (right - left).max() < 1e-6
  }

  @Test func scene_spider_hasTheShapesAndNamesOfItsModel() throws {
    let scene = try TrainingTask.legged(try Spider.task()).scene()
    // The floor, the torso, and of each leg three links, a knee and a foot.
    #expect(scene.shapes.count == 2 + 4 * 5)
    #expect(scene.shapes.map(\.part).max() == 13)
    #expect(
      scene.shapes[1]
        == SceneShape(
          kind: .box, size: [0.05, 0.05, 0.02], colour: [0.92, 0.45, 0.16, 1], part: 1,
          position: [0, 0, 0], attitude: [1, 0, 0, 0]))
    let legs = ["front_left", "rear_left", "rear_right", "front_right"]
    #expect(
      scene.jointNames == legs.flatMap { leg in ["coxa", "femur", "tibia"].map { "\(leg)_\($0)" } })
    #expect(scene.footNames == legs.map { "\($0)_foot" })
    #expect(abs(scene.tickSeconds - 0.02) < 1e-6)
  }

  @Test func frame_spiderMoved_hasAllItsPartsMoved() throws {
    let environments = try Spider.environments(try Spider.task())
    let before = environments.frame(of: 0)
    environments.setPosition(0, to: 0.3, of: 0)
    environments.setPosition(1, to: -0.2, of: 0)
    let moves = Self.moves(before, environments.frame(of: 0))
    #expect(moves.count == 14)
    #expect(moves[0] == .zero)
    #expect(moves.dropFirst().allSatisfy { Self.isNear($0, SIMD3(0.3, -0.2, 0)) })
  }

  @Test func frame_spiderWithAJointTurned_movesOnlyWhatItCarries() throws {
    let environments = try Spider.environments(try Spider.task())
    let before = environments.frame(of: 0)
    #expect(before.jointAngles == (0..<12).map { Spider.standingLeg[$0 % 3] })
    // The femur of the second leg: it turns where it is, and the tibia on it moves.
    environments.setPosition(7 + 4, to: 0.25, of: 0)
    let after = environments.frame(of: 0)
    #expect(after.jointAngles[4] == 0.25)
    let moved = Self.moves(before, after).indices.filter {
      !Self.isNear(Self.place($0, before), Self.place($0, after))
    }
    #expect(moved == [7])
  }

  @Test(arguments: [
    (
      GymnasiumTask.Kind.walker2d, 8,
      ["thigh", "leg", "foot", "thigh_left", "leg_left", "foot_left"].map { "\($0)_joint" }, 0.008
    ),
    (.ant, 14, (1...4).flatMap { ["hip_\($0)", "ankle_\($0)"] }, 0.05),
  ])
  func scene_publishedTask_hasTheShapesAndNamesOfItsModel(
    kind: GymnasiumTask.Kind, shapeCount: Int, jointNames: [String], tickSeconds: Double
  ) throws {
    let task = GymnasiumTask(kind: kind, modelPath: Published.modelPath(kind))
    let scene = try TrainingTask.gymnasium(task).scene()
    #expect(scene.shapes.count == shapeCount)
    #expect(scene.shapes.filter { $0.kind == .plane }.map(\.part) == [0])
    #expect(scene.jointNames == jointNames)
    #expect(abs(scene.tickSeconds - tickSeconds) < 1e-12)
  }

  @Test(arguments: GymnasiumTask.Kind.allCases)
  func frame_publishedBodyMoved_hasAllItsPartsMoved(kind: GymnasiumTask.Kind) throws {
    let environments = try Published.environments(kind)
    environments.stand(0)
    let before = environments.frame(of: 0)
    environments.batch.setGeneralizedPosition(2, 0, of: 0)
    environments.batch.setGeneralizedVelocity(0.5, 0, of: 0)
    let angle = kind.sizes.positions - 1
    environments.batch.setGeneralizedPosition(0.75, angle, of: 0)
    let after = environments.frame(of: 0)
    let moves = Self.moves(before, after)
    #expect(moves.count == kind.sizes.parts)
    #expect(moves[0] == .zero)
    #expect(Self.isNear(moves[1], SIMD3(2, 0, 0)))
    #expect(moves.dropFirst().allSatisfy { $0.x > 1.5 })
    #expect(after.velocity == [0.5])
    #expect(after.jointAngles == [Float](repeating: 0, count: kind.sizes.motors - 1) + [0.75])
  }

  @Test func scene_cartPole_isATrackACartAndAPole() throws {
    let scene = try TrainingTask.cartPole.scene()
    #expect(scene.shapes.map(\.kind) == [.plane, .box, .box, .capsule])
    #expect(scene.shapes.map(\.part) == [0, 0, 1, 2])
    #expect(scene.jointNames == ["pole"])
    #expect(scene.footNames.isEmpty)
    #expect(scene.tickSeconds == 0.02)
  }

  @Test func frame_cartPoleMoved_hasItsCartMovedAndItsPoleTurned() {
    let environments = CartPoleEnvironments(count: 2, seed: 1, isTraining: false)
    environments.bodies.carts[1] = CartPole(place: 1.5, speed: -0.5, angle: 0.2, rate: 3)
    let frame = environments.frame(of: 1)
    #expect(frame.partPoses.prefix(14) == [0, 0, 0, 1, 0, 0, 0, 1.5, 0, 1, 1, 0, 0, 0])
    // The pole stands on the cart; its top leans to the side that the angle says.
    #expect(Self.place(2, frame) == Self.place(1, frame))
    let (w, y) = (frame.partPoses[17], frame.partPoses[19])
    #expect(abs(2 * w * y - sin(0.2)) < 1e-6)
    #expect(abs(w * w - y * y - cos(0.2)) < 1e-6)
    #expect(frame.jointAngles == [0.2])
    #expect(frame.velocity == [-0.5])
  }
}
