import Foundation
@testable import Physics

@testable import Locomotion

/// The published tasks on the bodies of `sim`.
enum Published {
  static func modelPath(_ kind: GymnasiumTask.Kind) -> String {
    URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "sim/bodies/\(kind.bodyName).xml").path
  }

  static func environments(
    _ kind: GymnasiumTask.Kind, count: Int = 1, seed: UInt64 = 1, threadCount: Int = 1,
    isTraining: Bool = false
  ) throws -> GymnasiumEnvironments {
    try GymnasiumEnvironments(
      task: GymnasiumTask(kind: kind, modelPath: modelPath(kind)), count: count, seed: seed,
      threadCount: threadCount, isTraining: isTraining)
  }

  /// Positions of the standing bodies in the models.
  static func standing(_ kind: GymnasiumTask.Kind) -> [Double] {
    switch kind {
    case .walker2d: [0, 1.25] + zeros(7)
    case .ant: [0, 0, 0.75, 1] + zeros(11)
    }
  }

  static func zeros(_ count: Int) -> [Double] { [Double](repeating: 0, count: count) }
}

extension VectorEnvironment where E == GymnasiumEpisode {
  var batch: SimulationBatch { _read { yield bodies.batch } }
  var initial: [Double] { bodies.initial }

  func positions(of index: Int) -> [Double] {
    (0..<positionCount).map { batch.generalizedPosition($0, of: index) }
  }

  func velocities(of index: Int) -> [Double] {
    (0..<velocityCount).map { batch.generalizedVelocity($0, of: index) }
  }

  /// Puts a body where the model stands, at rest.
  func stand(_ index: Int) {
    for (position, value) in Published.standing(bodies.kind).enumerated() {
      batch.setGeneralizedPosition(value, position, of: index)
    }
    for velocity in 0..<velocityCount { batch.setGeneralizedVelocity(0, velocity, of: index) }
  }
}

extension SimulationBatch {
  func control(_ actuator: Int, of simulation: Int) -> Double {
    let start = simulation * rowStride
    return unsafe controls[start + actuator]
  }
}
