import Physics
import Testing

/// A box with one driven link, in numbers that a test can change.
private struct Scene {
  var friction = 0.9
  var torsoMass = 0.5
  var torsoCentre = SIMD3(0.0, 0, 0)
  var linkMass = 0.2
  var damping = 0.02
  var armature = 0.002
  var frictionLoss = 0.05
  var gain = 3.0
  var torqueMax = 1.5

  var text: String {
    """
    <mujoco>
      <compiler angle="radian"/>
      <option timestep="0.005" integrator="implicitfast" cone="elliptic"/>
      <worldbody>
        <geom type="plane" size="0 0 1" friction="\(friction)"/>
        <body pos="0 0 0.06">
          <freejoint/>
          <inertial pos="\(torsoCentre.x) \(torsoCentre.y) \(torsoCentre.z)" mass="\(torsoMass)"
            diaginertia="\(0.004 * torsoMass) \(0.005 * torsoMass) \(0.008 * torsoMass)"/>
          <geom type="box" size="0.1 0.08 0.05" friction="\(friction)"/>
          <body pos="0.1 0 0">
            <joint name="a" axis="0 1 0" damping="\(damping)" armature="\(armature)"
              frictionloss="\(frictionLoss)"/>
            <inertial pos="0.08 0 0" mass="\(linkMass)"
              diaginertia="\(0.0001 * linkMass) \(0.002 * linkMass) \(0.002 * linkMass)"/>
            <geom type="capsule" size="0.01" fromto="0.02 0 0 0.16 0 0" contype="0"
              conaffinity="0"/>
          </body>
        </body>
      </worldbody>
      <actuator>
        <position joint="a" kp="\(gain)" forcerange="\(-torqueMax) \(torqueMax)"/>
      </actuator>
    </mujoco>
    """
  }

  /// Simulations of the scene.
  func batch(
    _ count: Int, individual: Set<BodyProperty> = [], threadCount: Int = 1
  ) throws -> SimulationBatch {
    try SpiderModel.withFile(text) {
      try SimulationBatch(
        of: BodyModel(path: $0), count: count, threadCount: threadCount, individual: individual)
    }
  }
}

@Suite struct PropertyTests {
  private static let torso = 1
  private static let link = 2

  /// Throws every box and swings its link to and fro, so that every property shows.
  private static func run(_ batch: borrowing SimulationBatch) throws -> [[Double]] {
    for simulation in 0..<batch.count {
      batch.push(by: SIMD3(0.6, 0.3, 0.4), of: simulation)
    }
    for tick in 0..<60 {
      for simulation in 0..<batch.count {
        batch.setTarget(tick / 10 % 2 == 0 ? 1 : -0.7, joint: 0, of: simulation)
      }
      try batch.step(count: 1)
    }
    var states: [[Double]] = []
    for simulation in 0..<batch.count { states.append(batch.state(of: simulation)) }
    return states
  }

  private static func distance(_ left: [Double], _ right: [Double]) -> Double {
    zip(left, right).map { abs($0 - $1) }.max() ?? .infinity
  }

  /// Sets a property of the first simulation to the model's value.
  private static func giveBack(_ property: BodyProperty, in batch: borrowing SimulationBatch) {
    switch property {
    case .friction: batch.setFriction(nil, of: 0)
    case .centreOfMass: batch.moveCentreOfMass(by: .zero, of: 0)
    case .mass: for part in 0..<3 { batch.scale(property, at: part, of: 0, by: 1) }
    case .jointDamping, .jointArmature, .jointFrictionLoss, .servoGain, .servoTorqueLimit:
      batch.scale(property, at: 0, of: 0, by: 1)
    }
  }

  /// A change through the batch, and the same change in the model's text.
  struct Change: Sendable, CustomTestStringConvertible {
    let property: BodyProperty
    let make: @Sendable (borrowing SimulationBatch, Int) -> Void
    fileprivate let write: @Sendable (inout Scene) -> Void
    var testDescription: String { "\(property)" }
  }

  static let changes: [Change] = [
    Change(
      property: .friction, make: { $0.setFriction(0.2, of: $1) }, write: { $0.friction = 0.2 }),
    Change(
      property: .mass, make: { $0.scale(.mass, at: torso, of: $1, by: 1.5) },
      write: { $0.torsoMass *= 1.5 }),
    Change(
      property: .mass, make: { $0.scale(.mass, at: link, of: $1, by: 0.5) },
      write: { $0.linkMass *= 0.5 }),
    Change(
      property: .centreOfMass,
      make: { $0.moveCentreOfMass(by: SIMD3(0.03, -0.02, 0.01), of: $1) },
      write: { $0.torsoCentre = SIMD3(0.03, -0.02, 0.01) }),
    Change(
      property: .jointDamping, make: { $0.scale(.jointDamping, at: 0, of: $1, by: 3) },
      write: { $0.damping *= 3 }),
    Change(
      property: .jointArmature, make: { $0.scale(.jointArmature, at: 0, of: $1, by: 3) },
      write: { $0.armature *= 3 }),
    Change(
      property: .jointFrictionLoss, make: { $0.scale(.jointFrictionLoss, at: 0, of: $1, by: 3) },
      write: { $0.frictionLoss *= 3 }),
    Change(
      property: .servoGain, make: { $0.scale(.servoGain, at: 0, of: $1, by: 0.5) },
      write: { $0.gain *= 0.5 }),
    Change(
      property: .servoTorqueLimit, make: { $0.scale(.servoTorqueLimit, at: 0, of: $1, by: 0.5) },
      write: { $0.torqueMax *= 0.5 }),
  ]

  @Test(arguments: changes) func change_oneSimulation_isAsIfTheModelWereWrittenSo(
    change: Change
  ) throws {
    let batch = try Scene().batch(2, individual: [change.property])
    change.make(batch, 1)
    var written = Scene()
    change.write(&written)
    let nominal = try Self.run(try Scene().batch(1))[0]
    let expected = try Self.run(try written.batch(1))[0]
    let found = try Self.run(batch)
    #expect(found[0].map(\.bitPattern) == nominal.map(\.bitPattern))
    #expect(Self.distance(found[1], expected) < 1e-6)
    #expect(Self.distance(expected, nominal) > 1e-3)
  }

  @Test(arguments: changes) func change_backToTheModel_isAsIfNeverChanged(change: Change) throws {
    let batch = try Scene().batch(1, individual: [change.property])
    change.make(batch, 0)
    let start = batch.state(of: 0)
    try batch.step(count: 1)
    batch.setState(start, of: 0)
    Self.giveBack(change.property, in: batch)
    let found = try Self.run(batch)
    #expect(found == (try Self.run(try Scene().batch(1))))
  }

  @Test func step_everyPropertyOfItsOwn_isBitIdenticalAtAnyNumberOfThreads() throws {
    var runs: [[[Double]]] = []
    for threadCount in [1, 2, 4] {
      let batch = try Scene().batch(
        6, individual: Set(BodyProperty.allCases), threadCount: threadCount)
      for (simulation, change) in Self.changes.prefix(6).enumerated() {
        change.make(batch, simulation)
      }
      runs.append(try Self.run(batch))
    }
    #expect(runs[1] == runs[0])
    #expect(runs[2] == runs[0])
    #expect(Set(runs[0]).count == 6)
  }

  @Test func setFriction_slidingBox_goesAsFarAsCoulombSays() throws {
    let batch = try Scene().batch(2, individual: [.friction])
    let frictions = [0.25, 0.5]
    for simulation in 0..<2 {
      batch.setFriction(frictions[simulation], of: simulation)
      batch.setTarget(0, joint: 0, of: simulation)
    }
    try batch.step(count: 200)
    let starts = (0..<2).map { batch.position(of: $0).x }
    for simulation in 0..<2 { batch.push(by: SIMD3(-1, 0, 0), of: simulation) }
    try batch.step(count: 200)
    for simulation in 0..<2 {
      // v²/(2 μ g), for a box that is pushed once at 1 m/s.
      let expected = 1 / (2 * frictions[simulation] * 9.81)
      let distance = starts[simulation] - batch.position(of: simulation).x
      #expect(abs(distance / expected - 1) < 0.1, "\(distance) against \(expected)")
    }
  }

  @Test func moveCentreOfMass_torsoOfOneShapeOffItsOrigin_leavesTheShapeWhereItIs() throws {
    func text(inertial: String) -> String {
      """
      <mujoco>
        <option timestep="0.005" integrator="implicitfast"/>
        <worldbody>
          <geom type="plane" size="0 0 1"/>
          <body pos="0 0 0.06">
            <freejoint/>
            \(inertial)
            <geom type="box" size="0.03 0.03 0.03" pos="0.05 0 0" mass="0.6"/>
            <body pos="0 0 0.2">
              <joint name="a" armature="0.01" damping="0.1"/>
              <geom type="sphere" size="0.01" mass="0.1" contype="0"/>
            </body>
          </body>
        </worldbody>
        <actuator><position joint="a" kp="1"/></actuator>
      </mujoco>
      """
    }
    func run(_ text: String, offset: SIMD3<Double>?) throws -> [Double] {
      try SpiderModel.withFile(text) { path in
        let batch = try SimulationBatch(
          of: BodyModel(path: path), count: 1, threadCount: 1, individual: [.centreOfMass])
        if let offset { batch.moveCentreOfMass(by: offset, of: 0) }
        try batch.step(count: 60)
        return batch.state(of: 0)
      }
    }
    // A cube of edge a: m a²/6 about each axis.
    let written = text(
      inertial: #"<inertial pos="0.05 0.02 0" mass="0.6" diaginertia="0.00036 0.00036 0.00036"/>"#)
    let expected = try run(written, offset: nil)
    let found = try run(text(inertial: ""), offset: SIMD3(0, 0.02, 0))
    #expect(Self.distance(found, expected) < 1e-6)
  }

  @Test func push_restingBox_changesItsVelocityAtOnce() throws {
    let batch = try Scene().batch(2)
    batch.push(by: SIMD3(0.1, -0.2, 0.3), of: 1)
    batch.push(by: SIMD3(0.1, 0, 0), of: 1)
    #expect(batch.velocity(of: 1) == SIMD3(0.2, -0.2, 0.3))
    #expect(batch.velocity(of: 0) == .zero)
  }

  @Test func torsoAndParts_scene_areThoseOfTheModel() throws {
    let batch = try Scene().batch(1)
    let torso = batch.torso
    let partCount = batch.partCount
    #expect(torso == Self.torso)
    #expect(partCount == 3)
  }
}
