import CMuJoCo
import Physics
import SeededRandomness
import Testing

/// The batch against MuJoCo's ordinary interface.
@Suite struct PlainSimulationTests {
  private static let jointCount = 12

  @Test func step_targetsThatChange_equalsAPlainLoopBitForBit() throws {
    let plain = try #require(PlainSimulation(path: SpiderModel.path))
    let model = try BodyModel(path: SpiderModel.path)
    let batch = try SimulationBatch(of: model, count: 3, threadCount: 2)
    let keyframe = model.keyframe("standing")
    let standing = try #require(keyframe)
    try batch.resetAll(keyframe: standing)
    unsafe mj_resetDataKeyframe(plain.model, plain.data, standing)
    var random = SeededRandom(seed: 4)
    for _ in 0..<25 {
      for joint in 0..<Self.jointCount {
        let target = Double.random(in: -0.6...0.6, using: &random)
        batch.setTarget(target, joint: joint, of: 1)
        unsafe plain.data.pointee.ctrl[joint] = target
      }
      try batch.step(count: 4)
      for _ in 0..<4 { unsafe mj_step(plain.model, plain.data) }
    }
    #expect(batch.state(of: 1).map(\.bitPattern) == plain.state.map(\.bitPattern))
  }

  /// A spider in the air, turned and moving at random, in both simulations.
  private static func flying(
    seed: UInt64, _ body: (borrowing SimulationBatch, PlainSimulation) -> Void
  ) throws {
    let plain = try #require(PlainSimulation(path: SpiderModel.path))
    var random = SeededRandom(seed: seed)
    var quaternion = SIMD4<Double>.zero
    for index in 0..<4 { quaternion[index] = Double.random(in: -1...1, using: &random) }
    quaternion /= (quaternion * quaternion).sum().squareRoot()
    unsafe plain.data.pointee.qpos[2] = 1
    for index in 0..<4 { unsafe plain.data.pointee.qpos[3 + index] = quaternion[index] }
    for index in 0..<(6 + jointCount) {
      unsafe plain.data.pointee.qvel[index] = Double.random(in: -3...3, using: &random)
    }
    unsafe mj_forward(plain.model, plain.data)
    let model = try BodyModel(path: SpiderModel.path)
    let batch = try SimulationBatch(of: model, count: 2, threadCount: 1)
    batch.setState(plain.state, of: 1)
    body(batch, plain)
  }

  private static func distance(_ left: SIMD3<Double>, _ right: SIMD3<Double>) -> Double {
    ((left - right) * (left - right)).sum().squareRoot()
  }

  @Test(arguments: 1...8) func gravity_anyAttitude_isOppositeToTheSensorOfUp(seed: UInt64) throws {
    try Self.flying(seed: seed) { batch, plain in
      #expect(Self.distance(batch.gravity(of: 1), -plain.sensor("up")) < 1e-12)
    }
  }

  @Test(arguments: 1...8) func angularRate_anyMotion_isWhatTheGyroReads(seed: UInt64) throws {
    try Self.flying(seed: seed) { batch, plain in
      #expect(Self.distance(batch.angularRate(of: 1), plain.sensor("gyro")) < 1e-12)
    }
  }

  @Test(arguments: 1...8) func axes_anyAttitude_areTheColumnsOfTheRotation(seed: UInt64) throws {
    try Self.flying(seed: seed) { batch, plain in
      let torso = unsafe Int(mj_name2id(plain.model, Int32(mjOBJ_BODY.rawValue), "torso"))
      let axes = batch.axes(of: 1)
      for (column, axis) in [axes.forward, axes.left, axes.up].enumerated() {
        let expected = unsafe SIMD3(
          plain.data.pointee.xmat[9 * torso + column],
          plain.data.pointee.xmat[9 * torso + 3 + column],
          plain.data.pointee.xmat[9 * torso + 6 + column])
        #expect(Self.distance(axis, expected) < 1e-12)
      }
    }
  }

  @Test(arguments: 1...8) func velocity_anyMotion_isThatOfTheTorsoInTheWorld(seed: UInt64) throws {
    try Self.flying(seed: seed) { batch, plain in
      let torso = unsafe mj_name2id(plain.model, Int32(mjOBJ_BODY.rawValue), "torso")
      var turningThenMoving = [Double](repeating: 0, count: 6)
      unsafe mj_objectVelocity(
        plain.model, plain.data, Int32(mjOBJ_XBODY.rawValue), torso, &turningThenMoving, 0)
      let expected = SIMD3(turningThenMoving[3], turningThenMoving[4], turningThenMoving[5])
      #expect(Self.distance(batch.velocity(of: 1), expected) < 1e-12)
    }
  }
}
