import Foundation
import ParallelArrays
@testable import Physics
import RobotDescription
import RobotFiles
import Testing

@testable import Locomotion

/// The spider of `sim`, and tasks for it.
enum Spider {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static let bodyPath = root.appending(path: "sim/bodies/spider.xml").path
  static let jointCount = 12
  /// Standing angles of one leg, as `sim/robots/spider.yaml` has them.
  static let standingLeg: [Float] = [0, -0.5, 0.5]

  static func robot() throws -> Robot {
    try RobotFile.load(path: root.appending(path: "sim/robots/spider.yaml").path)
  }

  /// A task on the spider; it starts in exactly the standing pose unless `change` says otherwise.
  static func task(
    robot: Robot? = nil, modelPath: String = bodyPath,
    _ change: (inout TaskConfiguration) -> Void = { _ in }
  ) throws -> LocomotionTask {
    var configuration = TaskConfiguration()
    configuration.startAngleNoiseRadians = 0
    configuration.standingShare = 0
    change(&configuration)
    return LocomotionTask(
      robot: try robot ?? Self.robot(), modelPath: modelPath, configuration: configuration)
  }

  static func environments(
    _ task: LocomotionTask, count: Int = 1, seed: UInt64 = 1, threadCount: Int = 1,
    isTraining: Bool = false
  ) throws -> LeggedEnvironments {
    try LeggedEnvironments(
      task: task, count: count, seed: seed, threadCount: threadCount, isTraining: isTraining)
  }

  /// Runs `body` with the path of a file that holds `text` and exists as long as the call.
  static func withModel<Result>(
    _ text: String, _ body: (_ path: String) throws -> Result
  ) throws -> Result {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).xml")
    try Data(text.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    return try body(file.path)
  }
}

extension Environments {
  /// One tick of all simulations, their work spread over as many slices as there are simulations.
  func tick(_ actions: SliceBuffer<Float>) throws {
    concurrently(count) { act(actions, in: $0..<($0 + 1)) }
    try advance()
    concurrently(count) { observe(in: $0..<($0 + 1)) }
  }

  /// Observation of one simulation, as the policy sees it.
  func observation(of index: Int) -> [Float] {
    Array(row(observations, index).prefix(policyObservationWidth))
  }

  /// Final observation of the episode that the last tick ended.
  func finalObservation(of index: Int) -> [Float] {
    Array(row(finalObservations, index).prefix(policyObservationWidth))
  }

  /// Privileged observation of one simulation.
  func privileged(of index: Int) -> [Float] {
    Array(row(observations, index).dropFirst(policyObservationWidth))
  }

  private func row(_ buffer: SliceBuffer<Float>, _ index: Int) -> ArraySlice<Float> {
    buffer.elements[(index * observationWidth)..<((index + 1) * observationWidth)]
  }
}

extension VectorEnvironment where E == LeggedEpisode {
  var batch: SimulationBatch { _read { yield bodies.batch } }
  var task: LocomotionTask { bodies.task }
  var standing: [Double] { bodies.standing }

  /// Variation of an episode; an issue is recorded when randomisation is off.
  func variation(of index: Int) throws -> EpisodeVariation {
    try #require(episodes[index].variation)
  }

  /// True when the episode of a simulation is randomised.
  func isVaried(_ index: Int) -> Bool { episodes[index].variation?.isVaried == true }

  /// Some ticks in which the targets stay those of the standing pose.
  func stand(ticks: Int) throws {
    let actions = SliceBuffer<Float>(repeating: 0, count: count * task.robot.jointCount)
    for _ in 0..<ticks { try tick(actions) }
  }

  /// Sets a number of a simulation's positions: three of place, four of attitude, then joints.
  func setPosition(_ number: Int, to value: Double, of index: Int) {
    let start = index * batch.rowStride
    unsafe batch.positions[start + number] = value
  }

  /// Sets a number of a simulation's velocities: three of place, three of attitude, then joints.
  func setVelocity(_ number: Int, to value: Double, of index: Int) {
    let start = index * batch.rowStride
    unsafe batch.velocities[start + number] = value
  }

  /// Turns the torso about its forward axis.
  func roll(_ radians: Double, of index: Int) {
    setPosition(3, to: cos(radians / 2), of: index)
    setPosition(4, to: sin(radians / 2), of: index)
  }

  /// Sets the measured torque of a servo.
  func setServoTorque(_ joint: Int, to value: Double, of index: Int) {
    let start = index * batch.jointCount
    unsafe batch.servoForces[start + joint] = value
  }

  /// Sets the measured place of a foot: over ground, and its lowest point over the floor.
  func setFoot(_ foot: Int, to place: SIMD3<Double>, of index: Int) {
    let shape = batch.feet[foot]
    let start = 3 * (index * batch.geometryCount + shape.geometry)
    unsafe batch.geometryPositions[start] = place.x
    unsafe batch.geometryPositions[start + 1] = place.y
    unsafe batch.geometryPositions[start + 2] = place.z + shape.radius
  }

  /// Measures the first simulation, as if a tick had passed.
  func look() { episodes[0].measure(bodies, at: 0) }

  /// The reward of what was measured.
  func reward(_ index: Int) -> Float { episodes[index].reward(on: bodies, at: index) }

  /// The target of a servo.
  func target(_ joint: Int, of index: Int) -> Double {
    let start = index * batch.rowStride
    return unsafe batch.controls[start + joint]
  }
}

/// Observations, rewards and outcomes of some ticks under random actions.
struct Trace: Equatable {
  var observations: [[UInt32]] = []
  var rewards: [[UInt32]] = []
  var outcomes: [[EpisodeOutcome]] = []

  init(_ environments: some Environments, ticks: Int, actionSeed: UInt64 = 9) throws {
    var random = RandomSource(seed: actionSeed, stream: 0)
    let actions = SliceBuffer<Float>(
      repeating: 0, count: environments.count * environments.actionSpace.width)
    for _ in 0..<ticks {
      for index in 0..<actions.count { actions[index] = random.uniform(in: -2...2) }
      try environments.tick(actions)
      observations.append(environments.observations.elements.map(\.bitPattern))
      rewards.append(environments.rewards.elements.map(\.bitPattern))
      outcomes.append(environments.outcomes.elements)
    }
  }
}
