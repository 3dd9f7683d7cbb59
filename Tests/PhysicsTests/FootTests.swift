import Foundation
import Physics
import Testing

@Suite struct FootTests {
  /// A weightless body, pitched nose down by `degrees`, with three feet beside each other.
  private static func model(degrees: Double, feet: String) -> String {
    let half = degrees * .pi / 360
    return """
      <mujoco>
        <option gravity="0 0 0"/>
        <worldbody>
          <body>
            <freejoint/><geom size="0.1"/>\(feet)
            <body><joint name="knee" axis="0 1 0"/><geom size="0.1"/></body>
          </body>
        </worldbody>
        <actuator><position joint="knee" kp="2" forcerange="-0.5 0.5"/></actuator>
        <keyframe>
          <key name="pitched" qpos="0.3 0.2 1 \(cos(half)) 0 \(sin(half)) 0 0"/>
        </keyframe>
      </mujoco>
      """
  }

  private static let threeFeet = """
    <geom name="a_foot" type="box" size="0.05 0.02 0.01"/>
    <geom name="footing" type="box" size="0.05 0.02 0.01"/>
    <geom name="b_foot" type="capsule" size="0.02 0.1" pos="0 0.5 0"/>
    <geom name="c_foot" type="sphere" size="0.03" pos="0 -0.5 0"/>
    """

  @Test func footOfJoint_spider_isTheOneOfItsLeg() throws {
    let model = try BodyModel(path: SpiderModel.path)
    let feet = (0..<model.jointCount).map { model.foot(ofJoint: $0) }
    #expect(feet == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3])
  }

  @Test func footOfJoint_thatMovesNone_isNil() throws {
    try SpiderModel.withFile(Self.model(degrees: 0, feet: Self.threeFeet)) { path in
      let foot = try BodyModel(path: path).foot(ofJoint: 0)
      #expect(foot == nil)
    }
  }

  @Test func foot_pitchedBody_lowestPointIsThisByHand() throws {
    try SpiderModel.withFile(Self.model(degrees: 30, feet: Self.threeFeet)) { path in
      let model = try BodyModel(path: path)
      let footCount = model.footCount
      #expect(footCount == 3)
      let batch = try SimulationBatch(of: model, count: 2, threadCount: 1)
      let pitched = model.keyframe("pitched")
      let key = try #require(pitched)
      try batch.resetAll(keyframe: key)
      try batch.step(count: 1)
      let (sine, cosine) = (0.5, 0.75.squareRoot())
      let expected = [
        (0.2, 1 - 0.05 * sine - 0.01 * cosine), (0.7, 1 - 0.1 * cosine - 0.02), (-0.3, 1 - 0.03),
      ]
      for (number, (y, clearance)) in expected.enumerated() {
        let foot = batch.foot(number, of: 1)
        #expect(abs(foot.position.x - 0.3) < 1e-9)
        #expect(abs(foot.position.y - y) < 1e-9)
        #expect(abs(foot.clearance - clearance) < 1e-9)
      }
    }
  }

  @Test(arguments: [
    "<geom name='a_foot' type='ellipsoid' size='0.1 0.1 0.1'/>",
    (0..<9).map { "<geom name='\($0)_foot' size='0.1'/>" }.joined(),
  ])
  func init_feetThatCannotBeMeasured_throwsModelUnsuitable(feet: String) throws {
    let refusal = try #require(try SpiderModel.refusal(of: Self.model(degrees: 0, feet: feet)))
    #expect(
      refusal.error
        == .modelUnsuitable(
          path: refusal.path,
          missing: "feet of which it has at most 8, each a sphere, a capsule or a box"))
  }

  @Test(arguments: [(0.1, 0.2), (-0.2, -0.4), (3, 0.5)])
  func servoTorque_targetOffTheAngle_isStiffnessTimesErrorWithinTheRange(
    target: Double, torque: Double
  ) throws {
    try SpiderModel.withFile(Self.model(degrees: 0, feet: "")) { path in
      let model = try BodyModel(path: path)
      let batch = try SimulationBatch(of: model, count: 2, threadCount: 1)
      batch.setTarget(target, joint: 0, of: 1)
      try batch.step(count: 1)
      #expect(abs(batch.servoTorque(0, of: 1) - torque) < 1e-12)
      #expect(batch.servoTorque(0, of: 0) == 0)
    }
  }
}
