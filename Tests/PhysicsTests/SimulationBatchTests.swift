import Physics
import Testing

@Suite struct SimulationBatchTests {
  /// Standing spiders, each with targets of its own.
  private static func spiders(_ count: Int, threadCount: Int) throws -> SimulationBatch {
    let model = try BodyModel(path: SpiderModel.path)
    let batch = try SimulationBatch(of: model, count: count, threadCount: threadCount)
    let standing = model.keyframe("standing")
    try batch.resetAll(keyframe: #require(standing))
    for index in 0..<count {
      for joint in 0..<batch.jointCount {
        batch.setTarget(0.1 * Double((index + 3 * joint) % 7) - 0.3, joint: joint, of: index)
      }
    }
    return batch
  }

  private static func states(_ batch: borrowing SimulationBatch) -> [[UInt64]] {
    var states: [[UInt64]] = []
    for index in 0..<batch.count { states.append(batch.state(of: index).map(\.bitPattern)) }
    return states
  }

  @Test func step_oneAndTwoThreads_isBitIdentical() throws {
    let one = try Self.spiders(6, threadCount: 1)
    let two = try Self.spiders(6, threadCount: 2)
    try one.step(count: 100)
    try two.step(count: 100)
    #expect(two.threadCount == 2)
    #expect(Self.states(one) == Self.states(two))
  }

  @Test func step_otherTargets_endElsewhere() throws {
    let batch = try Self.spiders(2, threadCount: 1)
    try batch.step(count: 20)
    #expect(batch.state(of: 0) != batch.state(of: 1))
  }

  @Test func setState_anotherSimulation_continuesBitForBit() throws {
    let batch = try Self.spiders(2, threadCount: 1)
    try batch.step(count: 40)
    let middle = batch.state(of: 0)
    try batch.step(count: 30)
    let end = batch.state(of: 0)
    batch.setState(middle, of: 1)
    try batch.step(count: 30)
    #expect(batch.state(of: 1).map(\.bitPattern) == end.map(\.bitPattern))
  }

  @Test func setState_freshBatch_continuesBitForBit() throws {
    let batch = try Self.spiders(1, threadCount: 1)
    try batch.step(count: 40)
    let fresh = try Self.spiders(1, threadCount: 1)
    fresh.setState(batch.state(of: 0), of: 0)
    try batch.step(count: 30)
    try fresh.step(count: 30)
    #expect(Self.states(fresh) == Self.states(batch))
  }

  @Test func setJointAngle_oneJoint_isReadBackAndMovesNoOther() throws {
    let batch = try Self.spiders(2, threadCount: 1)
    batch.setJointAngle(0.25, joint: 4, of: 1)
    #expect(batch.jointAngle(4, of: 1) == 0.25)
    #expect(batch.jointAngle(5, of: 1) == 0.5)
    #expect(batch.jointAngle(4, of: 0) == -0.5)
  }

  @Test func step_unstableSimulation_isNamed() throws {
    let model = try BodyModel(path: SpiderModel.path)
    let batch = try SimulationBatch(of: model, count: 3, threadCount: 1)
    try batch.step(count: 1)
    batch.setJointAngle(.nan, joint: 4, of: 2)
    #expect(
      throws: PhysicsError.simulationFailed(
        index: 2, reason: "it became unstable; its model needs a shorter timestep")
    ) { try batch.step(count: 1) }
  }
}
