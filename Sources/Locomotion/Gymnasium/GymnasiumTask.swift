internal import Physics

/// A task of Gymnasium, version 5, on a MuJoCo body, on which published learners are compared.
///
/// Its figures are those of `gymnasium` 1.4.0, `envs/mujoco`; `Tests/gymnasium` steps both.
public struct GymnasiumTask: Sendable {
  /// Name of the task.
  public let kind: Kind
  /// Path of the body's model.
  public let modelPath: String

  /// Makes the task on the model at `modelPath`.
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

  /// The tasks, by the names under which they are published.
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

  /// Ticks after which an episode is truncated.
  static let episodeTicksMax = 1000
  /// Size to which forces on a part are clipped, in newtons and newton metres.
  static let forceMax: Double = 1
  /// Cost per squared force on the parts.
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

  /// Number of first positions that are not observed: the place of the body must not matter.
  var hiddenPositionCount: Int {
    switch self {
    case .walker2d: 1
    case .ant: 2
    }
  }

  /// True when the forces on the parts are observed and have a cost.
  var hasForces: Bool { self == .ant }

  /// Numbers in an observation.
  var observationWidth: Int {
    let state = sizes.positions - hiddenPositionCount + sizes.velocities
    return hasForces ? state + 6 * (sizes.parts - 1) : state
  }

  /// Size to which observed velocities are clipped.
  var velocityMax: Double {
    switch self {
    case .walker2d: 10
    case .ant: .infinity
    }
  }

  /// Cost per squared action.
  var controlCost: Double {
    switch self {
    case .walker2d: 1e-3
    case .ant: 0.5
    }
  }

  /// Bound of the uniform noise on each position at the start.
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
