import Physics
import Testing

@Suite struct TorqueTests {
  private static let spiderPath =
    #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
    + "/sim/bodies/spider.xml"

  /// Spiders that stand; after one second of physics a limp one lies on its belly.
  private static func standingSpiders(_ count: Int) throws -> SimulationBatch {
    let model = try BodyModel(path: spiderPath)
    let batch = try SimulationBatch(
      of: model, count: count, threadCount: 1, individual: [.servoGain])
    let standing = model.keyframe("standing")
    try batch.resetAll(keyframe: #require(standing))
    return batch
  }

  private static let stepsPerSecond = 200

  @Test func setTorque_offForOneOfTwo_onlyThatOneSinks() throws {
    let batch = try Self.standingSpiders(2)
    batch.setTorque(false, of: 1)
    try batch.step(count: Self.stepsPerSecond)
    #expect(batch.position(of: 0).z > 0.045)
    #expect(batch.position(of: 1).z < 0.03)
  }

  @Test func setTorque_off_targetsMoveNothing() throws {
    let batch = try Self.standingSpiders(2)
    for simulation in 0..<2 { batch.setTorque(false, of: simulation) }
    for joint in 0..<batch.jointCount { batch.setTarget(0.7, joint: joint, of: 1) }
    try batch.step(count: Self.stepsPerSecond)
    #expect(batch.position(of: 0) == batch.position(of: 1))
    #expect(batch.jointAngle(1, of: 0) == batch.jointAngle(1, of: 1))
  }

  @Test func setTorque_offAndOnAgain_isAsIfNeverSwitched() throws {
    let batch = try Self.standingSpiders(2)
    batch.setTorque(false, of: 1)
    batch.setTorque(true, of: 1)
    try batch.step(count: Self.stepsPerSecond)
    #expect(batch.state(of: 0) == batch.state(of: 1))
  }
}
