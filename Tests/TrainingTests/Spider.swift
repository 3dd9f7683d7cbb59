import Foundation
import Locomotion
import ParallelArrays
import PolicyNetwork
import RobotDescription
import RobotFiles
import Testing

@testable import Training

/// The spider of `sim`, and small trainings of it.
enum Spider {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static func robot() throws -> Robot {
    try RobotFile.load(path: root.appending(path: "sim/robots/spider.yaml").path)
  }

  static func task(
    robot: Robot? = nil, _ change: (inout TaskConfiguration) -> Void = { _ in }
  ) throws -> LocomotionTask {
    var configuration = TaskConfiguration()
    change(&configuration)
    return LocomotionTask(
      robot: try robot ?? Self.robot(),
      modelPath: root.appending(path: "sim/bodies/spider.xml").path,
      configuration: configuration)
  }

  /// The robot with one joint changed.
  static func robot(
    changing index: Int, _ change: (inout Joint) -> Void
  ) throws -> Robot {
    let robot = try Self.robot()
    var changed = Robot(
      body: robot.body, controlPeriodMicroseconds: robot.controlPeriodMicroseconds,
      supplyMinMillivolts: robot.supplyMinMillivolts)
    for number in 0..<robot.jointCount {
      var joint = robot[joint: number]
      if number == index { change(&joint) }
      _ = changed.append(joint)
    }
    return changed
  }

  /// Eight simulations, four ticks per update, one small layer, episodes that end while one looks.
  static func trainer(
    task: LocomotionTask? = nil, seed: UInt64 = 1, threadCount: Int = 1, stepsMax: Int = 1_000,
    _ change: (inout LearnerConfiguration) -> Void = { _ in }
  ) throws -> Trainer {
    var configuration = LearnerConfiguration()
    configuration.environmentCount = 8
    configuration.ticksPerUpdate = 4
    configuration.hiddenWidths = [6]
    change(&configuration)
    return try Trainer(
      task: .legged(try task ?? Self.task { $0.episodeTicksMax = 10 }),
      configuration: configuration, seed: seed, stepsMax: stepsMax, threadCount: threadCount)
  }

  /// Runs `body` with the path of a file that does not exist yet and is gone after the call.
  static func withTemporaryFile<Result>(_ body: (_ path: String) throws -> Result) throws -> Result
  {
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try body(path)
  }
}

extension Trainer {
  func update(times: Int) throws {
    for _ in 0..<times { _ = try update() }
  }

  /// Bits of everything that is learned.
  var parameterBits: [UInt32] { model.parameters.elements.map(\.bitPattern) }
}

/// Settings of a whole trainer, under which everything that holds for one is to hold.
struct TrainerSetting: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let change: @Sendable (inout LearnerConfiguration) -> Void

  static let all = [
    TrainerSetting(testDescription: "A2C") { _ in },
    TrainerSetting(testDescription: "RMSprop, linear, shared trunk, scaled rewards") {
      $0.optimiser = .rmsprop
      $0.learningRateSchedule = .linear
      $0.trunk = .shared
      $0.returnNormalisation = true
    },
    TrainerSetting(testDescription: "state-dependent, elu") {
      $0.exploration = .stateDependent
      $0.activation = .elu
    },
    TrainerSetting(testDescription: "PPO, state-dependent, shared trunk") {
      $0.epochs = 2
      $0.minibatches = 4
      $0.clip = 0.2
      $0.exploration = .stateDependent
      $0.trunk = .shared
    },
    kfac, averaged,
    TrainerSetting(testDescription: "REINFORCE, observations as they are") {
      $0.estimator = .montecarlo
      $0.baseline = false
      $0.observationNormalisation = false
      $0.learningRateSchedule = .constant
    },
  ]

  static let averaged = TrainerSetting(testDescription: "averaged weights") {
    $0.averageShare = 0.5
  }

  static let kfac = TrainerSetting(testDescription: "K-FAC, passes of the critic") {
    $0.optimiser = .kfac
    $0.learningRate = 0.5
    $0.learningRateMax = 1
    $0.criticLearningRate = 1e-3
    $0.criticPasses = 3
  }
}

/// Runs `body` with the policy that `bytes` hold.
func withPolicy<Result>(
  _ bytes: [UInt8], _ body: (PolicyFile) throws -> Result
) throws -> Result {
  try unsafe bytes.withUnsafeBytes { try unsafe body(PolicyFile(validating: $0)) }
}
