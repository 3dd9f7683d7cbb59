public import Physics
public import RobotDescription
public import Settings

/// A legged robot, its simulated body, and the settings of what it learns.
public struct LocomotionTask: Sendable {
  /// The robot: its joints, their limits, its rate.
  public let robot: Robot
  /// Path of the body's model.
  public let modelPath: String
  /// Path of the robot file; `nil` when `robot` was made in code.
  public let robotPath: String?
  /// Settings of commands, episodes and reward.
  public let configuration: TaskConfiguration
  /// Layout of the observations; a policy that runs on the task brings its own.
  public var observation: ObservationLayout
  /// Layout that turns actions into targets; a policy that runs on the task brings its own.
  public var actions: ActionLayout

  /// Makes a task for `robot` on the model at `modelPath`.
  public init(
    robot: Robot, modelPath: String, robotPath: String? = nil, configuration: TaskConfiguration
  ) {
    self.robot = robot
    self.modelPath = modelPath
    self.robotPath = robotPath
    self.configuration = configuration
    observation = .standard(
      jointCount: robot.jointCount,
      // A count out of range is refused when the simulations are made.
      historyCount: min(max(1, configuration.historyCount), ObservationLayout.historyMax),
      gaitPeriodTicks: configuration.gaitPeriodTicks)
    actions = ActionLayout(robot: robot, scale: configuration.actionScale)
  }

  /// Indexes of the joints whose names have some endings.
  ///
  /// - Throws: ``TaskError/setting(_:)`` when an ending is of no joint.
  func joints(endingIn ends: [String], setting: String) throws(TaskError) -> [Int] {
    let names = (0..<robot.jointCount).map { robot[joint: $0].name.description }
    var joints: [Int] = []
    for end in ends {
      let found = names.indices.filter { names[$0].hasSuffix(end) }
      guard !found.isEmpty, !end.isEmpty else {
        throw .setting(
          SettingsError(
            setting: setting, found: end,
            expected: "ends of joints' names: \(names.joined(separator: ", "))"))
      }
      joints += found.filter { !joints.contains($0) }
    }
    return joints
  }

  /// The joints of the reference gait, each with its foot.
  ///
  /// - Throws: ``TaskError/setting(_:)`` when an ending is of no joint, or of one that moves no
  ///   foot or several, or when a joint is named twice.
  func steppingJoints(of model: borrowing BodyModel) throws(TaskError) -> [SteppingJoint] {
    var stepping: [SteppingJoint] = []
    for named in configuration.gaitJoints {
      for joint in try joints(endingIn: [named.name], setting: "task.gait_joints") {
        let name = robot[joint: joint].name.description
        guard let foot = model.foot(ofJoint: joint) else {
          throw .setting(
            SettingsError(
              setting: "task.gait_joints", found: "\(named.name), which \(name) is",
              expected: "joints that move one foot, and no more"))
        }
        guard !stepping.contains(where: { $0.joint == joint }) else {
          throw .setting(
            SettingsError(
              setting: "task.gait_joints", found: "\(named.name), which \(name) is",
              expected: "each joint once"))
        }
        stepping.append(SteppingJoint(joint: joint, foot: foot, step: named))
      }
    }
    return stepping
  }

  /// Reads the model and checks it against the robot.
  ///
  /// - Throws: ``TaskError`` when the model is not the robot's body.
  public func loadModel() throws(TaskError) -> BodyModel {
    let model: BodyModel
    do {
      model = try BodyModel(path: modelPath)
    } catch {
      throw .physics(error)
    }
    let names = (0..<robot.jointCount).map { robot[joint: $0].name.description }
    guard model.jointNames == names else {
      throw .jointsDiffer(path: modelPath, model: model.jointNames, robot: names)
    }
    let period = Double(robot.controlPeriodMicroseconds) * 1e-6
    let steps = (period / model.timestepSeconds).rounded()
    guard steps >= 1, abs(steps * model.timestepSeconds - period) < 1e-9 else {
      throw .periodNotWhole(
        path: modelPath, timestepSeconds: model.timestepSeconds, periodSeconds: period)
    }
    guard model.keyframe("standing") != nil else {
      throw .physics(.modelUnsuitable(path: modelPath, missing: "a keyframe named 'standing'"))
    }
    return model
  }

  /// Physics steps in one tick of a model that ``loadModel()`` has accepted.
  public func stepsPerTick(of model: borrowing BodyModel) -> Int {
    Int((Double(robot.controlPeriodMicroseconds) * 1e-6 / model.timestepSeconds).rounded())
  }
}

/// An error of a task that cannot be run.
public enum TaskError: Error, Equatable, Sendable {
  /// The physics refused the body.
  case physics(PhysicsError)
  /// Model and robot have different joints.
  case jointsDiffer(path: String, model: [String], robot: [String])
  /// The control period is not a whole number of physics steps.
  case periodNotWhole(path: String, timestepSeconds: Double, periodSeconds: Double)
  /// A setting is out of range.
  case setting(SettingsError)
}

extension TaskError: CustomStringConvertible {
  /// One sentence: what was found, what was expected, the cure.
  public var description: String {
    switch self {
    case .physics(let error): error.description
    case .jointsDiffer(let path, let model, let robot):
      "body \(path): its servos move \(model), the robot file names \(robot); make them equal"
    case .periodNotWhole(let path, let timestep, let period):
      "body \(path): a control period of \(period) s is not a whole number of its physics steps "
        + "of \(timestep) s; change control_rate_hz or the model's timestep"
    case .setting(let error): error.description
    }
  }
}
