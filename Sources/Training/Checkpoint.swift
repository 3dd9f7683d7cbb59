internal import Foundation
public import Locomotion
internal import PolicyNetwork
internal import RobotDescription

/// A training at rest: everything from which it goes on bit for bit.
///
/// On disk it is eight bytes of magic, a CRC-32 of the rest, and a binary property list.
public struct Checkpoint: Codable, Equatable, Sendable {
  private static let magic = Data("TSCHECK1".utf8)

  /// Name of the body, equal to that of its robot.
  public var body: String
  /// Commands, episodes and reward.
  public var taskConfiguration: TaskConfiguration
  /// Settings of the learner.
  public var learnerConfiguration: LearnerConfiguration
  /// Decides everything random.
  public var seed: UInt64
  /// Environment steps of the whole training.
  public var stepsMax: Int
  /// Environment steps so far.
  public var steps: Int

  var parameters: [Float]
  var optimiserMeans: [Float]
  var optimiserSquares: [Float]
  var optimiserBiases: [Float]
  var learningRate: Float
  var normaliserCount: Double
  var normaliserMeans: [Double]
  var normaliserSquares: [Double]
  var noise: [RandomSource]
  var environments: EnvironmentsSnapshot

  /// Reads a checkpoint.
  ///
  /// - Throws: ``TrainingError`` when there is none or it is damaged.
  public init(path: String) throws(TrainingError) {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .file(path: path, reason: "no such checkpoint; 'tarsus-lab train' makes one")
    }
    guard data.count > 12, data.prefix(8) == Self.magic else {
      throw .checkpointUnusable(path: path, reason: "it does not begin with TSCHECK1")
    }
    let stored = data[8..<12].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    let body = data.dropFirst(12)
    guard Self.checksum(body) == stored else {
      throw .checkpointUnusable(path: path, reason: "its checksum does not fit; it is damaged")
    }
    do {
      self = try PropertyListDecoder().decode(Checkpoint.self, from: Data(body))
    } catch {
      throw .checkpointUnusable(path: path, reason: "it was written by another version")
    }
  }

  /// Writes the checkpoint; the file before it stays whole until the new one is.
  public func write(path: String) throws(TrainingError) {
    do {
      let encoder = PropertyListEncoder()
      encoder.outputFormat = .binary
      let body = try encoder.encode(self)
      let checksum = Self.checksum(body)
      var data = Self.magic
      for shift in [24, 16, 8, 0] { data.append(UInt8(truncatingIfNeeded: checksum >> shift)) }
      data.append(body)
      try data.write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw .file(path: path, reason: "cannot be written: \(error.localizedDescription)")
    }
  }

  private static func checksum(_ data: Data) -> UInt32 {
    var checksum = CRC32()
    unsafe data.withUnsafeBytes { unsafe checksum.add($0) }
    return checksum.value
  }
}

extension Trainer {
  /// The training as it stands between two updates.
  public func checkpoint() -> Checkpoint {
    Checkpoint(trainer: self)
  }

  /// Goes on from a checkpoint.
  ///
  /// - Parameters:
  ///   - path: Where it was read, for messages.
  ///   - task: Made with the checkpoint's task configuration.
  /// - Throws: ``TrainingError/checkpointUnusable(path:reason:)`` when its body or sizes are others.
  public convenience init(
    resuming checkpoint: Checkpoint, path: String, task: LocomotionTask, threadCount: Int
  ) throws {
    try self.init(
      task: task, configuration: checkpoint.learnerConfiguration, seed: checkpoint.seed,
      stepsMax: checkpoint.stepsMax, threadCount: threadCount)
    try restore(checkpoint, path: path)
  }

  private func restore(_ checkpoint: Checkpoint, path: String) throws(TrainingError) {
    guard checkpoint.body == task.robot.body.description,
      checkpoint.parameters.count == model.parameters.count,
      checkpoint.optimiserMeans.count == model.parameters.count,
      checkpoint.optimiserSquares.count == model.parameters.count,
      checkpoint.optimiserBiases.count == 2, checkpoint.noise.count == noise.count,
      checkpoint.normaliserMeans.count == normaliser.means.count,
      checkpoint.normaliserSquares.count == normaliser.means.count,
      environments.restore(checkpoint.environments)
    else {
      throw .checkpointUnusable(path: path, reason: "it belongs to another body or network")
    }
    steps = checkpoint.steps
    for index in 0..<model.parameters.count {
      model.parameters[index] = checkpoint.parameters[index]
    }
    learner.optimiser.means = checkpoint.optimiserMeans
    learner.optimiser.squares = checkpoint.optimiserSquares
    learner.optimiser.meanBias = checkpoint.optimiserBiases[0]
    learner.optimiser.squareBias = checkpoint.optimiserBiases[1]
    learner.learningRate = checkpoint.learningRate
    normaliser = ObservationNormaliser(
      count: checkpoint.normaliserCount, means: checkpoint.normaliserMeans,
      squares: checkpoint.normaliserSquares)
    for index in 0..<noise.count { noise[index] = checkpoint.noise[index] }
  }
}

extension Checkpoint {
  fileprivate init(trainer: Trainer) {
    body = trainer.task.robot.body.description
    taskConfiguration = trainer.task.configuration
    learnerConfiguration = trainer.configuration
    seed = trainer.seed
    stepsMax = trainer.stepsMax
    steps = trainer.steps
    parameters = trainer.model.parameters.elements
    optimiserMeans = trainer.learner.optimiser.means
    optimiserSquares = trainer.learner.optimiser.squares
    optimiserBiases = [trainer.learner.optimiser.meanBias, trainer.learner.optimiser.squareBias]
    learningRate = trainer.learner.learningRate
    normaliserCount = trainer.normaliser.count
    normaliserMeans = trainer.normaliser.means
    normaliserSquares = trainer.normaliser.squares
    noise = trainer.noise.elements
    environments = trainer.environments.snapshot()
  }
}
