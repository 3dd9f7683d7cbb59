import Physics
import Testing

@Suite struct ForceTests {
  /// A block of 2 kg that lies on the floor and turns at no joint, with a pendulum without contact.
  private static let model = """
    <mujoco>
      <worldbody>
        <geom type="plane" size="1 1 1"/>
        <body pos="0.3 0 0.1">
          <joint type="slide" axis="0 0 1"/>
          <geom type="box" size="0.1 0.1 0.1" mass="2"/>
        </body>
        <body pos="0 0 2">
          <joint name="swing" type="hinge" axis="0 1 0"/>
          <geom size="0.1" pos="0 0 -0.5" mass="1"/>
        </body>
      </worldbody>
      <actuator><motor joint="swing"/></actuator>
    </mujoco>
    """

  private static func batch(
    count: Int = 1, threadCount: Int = 1, isMeasuringForces: Bool = true
  ) throws -> SimulationBatch {
    try SpiderModel.withFile(model) { path in
      try SimulationBatch(
        of: try BodyModel(path: path, layout: .any), count: count, threadCount: threadCount,
        isMeasuringForces: isMeasuringForces)
    }
  }

  @Test func init_anyLayout_takesWhatIsNotLegged() throws {
    try SpiderModel.withFile(Self.model) { path in
      let model = try BodyModel(path: path, layout: .any)
      #expect(model.positionCount == 2)
      #expect(model.velocityCount == 2)
      #expect(model.partCount == 3)
      #expect(model.jointCount == 1)
    }
  }

  @Test func force_blockAtRest_isItsWeightAndNoneOnTheOthers() throws {
    let batch = try Self.batch(count: 2)
    try batch.step(count: 2000)
    for simulation in 0..<2 {
      #expect(abs(batch.force(5, part: 1, of: simulation) - 2 * 9.81) < 1e-3)
      for component in 0..<6 {
        #expect(batch.force(component, part: 0, of: simulation) == 0)
        #expect(batch.force(component, part: 2, of: simulation) == 0)
      }
    }
  }

  @Test func force_blockInTheAir_isNone() throws {
    let batch = try Self.batch(count: 2)
    batch.setGeneralizedPosition(1, 0, of: 1)
    try batch.step(count: 10)
    #expect(batch.force(5, part: 1, of: 0) > 1)
    #expect(batch.force(5, part: 1, of: 1) == 0)
  }

  @Test func steppedPosition_blockInTheAir_isWhereTheLastStepBegan() throws {
    let batch = try Self.batch()
    batch.setGeneralizedPosition(1, 0, of: 0)
    batch.setGeneralizedVelocity(-0.5, 0, of: 0)
    try batch.step(count: 5)
    let before = batch.generalizedPosition(0, of: 0)
    try batch.step(count: 1)
    #expect(abs(batch.steppedPosition(axis: 0, part: 1, of: 0) - 0.3) < 1e-15)
    #expect(abs(batch.steppedPosition(axis: 2, part: 1, of: 0) - (0.1 + before)) < 1e-12)
  }

  @Test(arguments: [1, 2])
  func step_measuringForces_movesBodiesTheSameBitForBit(threadCount: Int) throws {
    let plain = try Self.batch(count: 4, isMeasuringForces: false)
    let measuring = try Self.batch(count: 4, threadCount: threadCount)
    for index in 0..<4 {
      let control = 0.3 * Double(index) - 0.4
      plain.setControl(control, 0, of: index)
      measuring.setControl(control, 0, of: index)
    }
    try plain.step(count: 60)
    for _ in 0..<12 { try measuring.step(count: 5) }
    for index in 0..<4 {
      #expect(plain.state(of: index) == measuring.state(of: index))
      #expect(plain.generalizedPosition(1, of: index) != 0)
    }
  }

  @Test func step_unstableSimulationMeasuringForces_isNamed() throws {
    let batch = try Self.batch(count: 3)
    try batch.step(count: 1)
    batch.setGeneralizedPosition(.nan, 1, of: 2)
    #expect(
      throws: PhysicsError.simulationFailed(
        index: 2, reason: "it became unstable; its model needs a shorter timestep")
    ) { try batch.step(count: 1) }
  }
}
