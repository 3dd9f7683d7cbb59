internal import Physics

/// A task of Gymnasium, version 5, on a MuJoCo body: what published learners are compared on.
///
/// Its figures are those of `gymnasium` 1.4.0, `envs/mujoco`; `Tests/gymnasium` steps both.
public struct GymnasiumTask: Sendable {
  /// Which of the tasks.
  public let kind: Kind
  /// Path of the body's model.
  public let modelPath: String

  /// The task on the model at `modelPath`.
  public init(kind: Kind, modelPath: String) {
    self.kind = kind
    self.modelPath = modelPath
  }

  /// Reads the model and checks its sizes.
  ///
  /// - Throws: ``TaskError`` when the model is not the task's body.
  func loadModel() throws(TaskError) -> BodyModel {
    let model: BodyModel
    do {
      model = try BodyModel(path: modelPath, layout: .any)
    } catch {
      throw .physics(error)
    }
    let found = Kind.Sizes(
      positions: model.positionCount, velocities: model.velocityCount, motors: model.jointCount,
      parts: model.partCount)
    guard found == kind.sizes else {
      throw .physics(
        .modelUnsuitable(path: modelPath, missing: "the joints and motors of \(kind.rawValue)"))
    }
    return model
  }

  /// The tasks, under the names they are published by.
  public enum Kind: String, CaseIterable, Sendable {
    /// A planar walker with six motors.
    case walker2d = "Walker2d-v5"
    /// A four-legged ant with eight motors.
    case ant = "Ant-v5"
  }
}

extension GymnasiumTask.Kind {
  /// Name of the body's model, without `.xml`.
  public var bodyName: String {
    switch self {
    case .walker2d: "walker2d"
    case .ant: "ant"
    }
  }

  /// Ticks after which an episode is cut off.
  static let episodeTicksMax = 1000
  /// Forces on a part count up to this size, in newtons and newton metres.
  static let forceMax: Double = 1
  /// Cost of squared forces on the parts.
  static let forceCost = 5e-4

  /// Sizes of the model: positions, velocities, motors, and parts with the world.
  var sizes: Sizes {
    switch self {
    case .walker2d: Sizes(positions: 9, velocities: 9, motors: 6, parts: 8)
    case .ant: Sizes(positions: 15, velocities: 14, motors: 8, parts: 14)
    }
  }

  /// Physics steps in one tick.
  var stepsPerTick: Int {
    switch self {
    case .walker2d: 4
    case .ant: 5
    }
  }

  /// Positions that are not observed, the first ones: where the body is must not matter.
  var hiddenPositionCount: Int {
    switch self {
    case .walker2d: 1
    case .ant: 2
    }
  }

  /// Whether the forces on the parts are observed, and cost.
  var hasForces: Bool { self == .ant }

  /// Numbers in an observation.
  var observationWidth: Int {
    let state = sizes.positions - hiddenPositionCount + sizes.velocities
    return hasForces ? state + 6 * (sizes.parts - 1) : state
  }

  /// Observed velocities lie within this size.
  var velocityMax: Double {
    switch self {
    case .walker2d: 10
    case .ant: .infinity
    }
  }

  /// Cost of squared actions.
  var controlCost: Double {
    switch self {
    case .walker2d: 1e-3
    case .ant: 0.5
    }
  }

  /// Largest distance of each position from the model's at the start, drawn uniformly.
  var positionNoise: Double {
    switch self {
    case .walker2d: 5e-3
    case .ant: 0.1
    }
  }

  struct Sizes: Equatable {
    let positions: Int
    let velocities: Int
    let motors: Int
    let parts: Int
  }
}
