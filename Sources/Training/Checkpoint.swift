internal import Foundation
public import Locomotion
internal import ParallelArrays
internal import Realtime
internal import WireProtocol

/// The whole state of a training between two updates, from which it continues bit for bit.
///
/// The file holds eight bytes of magic, a CRC-32 of the rest, and a binary property list.
public struct Checkpoint: Codable, Equatable, Sendable {
  private static let name = Data("TSCHECK".utf8)
  /// Version of the format, one digit.
  private static let version = 6
  private static let magic = name + Data("\(version)".utf8)

  /// Name of the task.
  public var task: String
  /// Commands, episodes and reward of a legged body; `nil` for other tasks.
  public var taskConfiguration: TaskConfiguration?
  /// Checksum of the body's files.
  public var bodyChecksum: UInt32
  /// Mean return of its evaluation when it is the best of its run; otherwise `nil`.
  public var bestReturn: Double?
  /// Settings of the learner.
  public var learnerConfiguration: LearnerConfiguration
  /// Seed of everything random.
  public var seed: UInt64
  /// Environment steps of the whole training.
  public var stepsMax: Int
  /// Environment steps so far.
  public var steps: Int

  var parameters: [Float]
  /// Running mean of ``parameters``; `nil` when the settings ask for none.
  var averages: [Float]?
  var optimiserMemories: [[[Float]]]
  var learningRate: Float
  var returnNormaliser: ReturnNormaliser
  var shuffle: RandomSource
  var normaliserCount: Double
  var normaliserMeans: [Double]
  var normaliserSquares: [Double]
  var noise: [RandomSource]
  var environments: EnvironmentsSnapshot

  /// Reads a checkpoint.
  ///
  /// - Throws: ``TrainingError`` when the file is missing or damaged.
  public init(path: String) throws(TrainingError) {
    let data = try Self.contents(path)
    guard data.count > 12, data.prefix(7) == Self.name, let version = Self.digit(data[7]) else {
      throw .checkpointUnusable(path: path, reason: "it does not begin with TSCHECK and a digit")
    }
    guard version == Self.version else {
      throw .checkpointVersion(path: path, found: version, expected: Self.version)
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

  /// Writes the checkpoint; the file before it stays until the new one is whole on the disk.
  public func write(path: String) throws(TrainingError) {
    do {
      let encoder = PropertyListEncoder()
      encoder.outputFormat = .binary
      let body = try encoder.encode(self)
      let checksum = Self.checksum(body)
      var data = Self.magic
      for shift in [24, 16, 8, 0] { data.append(UInt8(truncatingIfNeeded: checksum >> shift)) }
      data.append(body)
      try OutputFile.replace(path, with: [UInt8](data))
    } catch let error as FileError {
      throw .file(path: path, reason: "cannot be written: \(error.problem)")
    } catch {
      throw .file(path: path, reason: "cannot be written: \(error)")
    }
  }

  private static func digit(_ byte: UInt8) -> Int? {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? Int(byte - UInt8(ascii: "0")) : nil
  }

  private static func contents(_ path: String) throws(TrainingError) -> Data {
    do throws(FileError) {
      return Data(try InputFile.bytes(path: path, byteCountMax: byteCountMax))
    } catch {
      let reason =
        error.reason == .system(ENOENT)
        ? "no such checkpoint; 'tarsus-lab train' makes one" : error.problem
      throw .file(path: path, reason: reason)
    }
  }

  /// Size of a checkpoint of the largest network with the most environments.
  private static let byteCountMax = 4 << 30

  private static func checksum(_ data: Data) -> UInt32 {
    unsafe data.withUnsafeBytes { unsafe CRC32.checksum($0) }
  }
}

extension TrainingTask {
  /// Checksum of the body's files.
  func bodyChecksum() throws(TrainingError) -> UInt32 {
    var checksum = CRC32()
    for path in bodyPaths {
      guard let data = FileManager.default.contents(atPath: path) else {
        throw .file(path: path, reason: "no such file")
      }
      unsafe data.withUnsafeBytes { unsafe checksum.update($0) }
    }
    return checksum.value
  }
}

extension Trainer {
  /// Takes a checkpoint between two updates.
  public func checkpoint() -> Checkpoint {
    Checkpoint(trainer: self)
  }

  /// Continues from a checkpoint.
  ///
  /// - Parameters:
  ///   - path: The checkpoint's file, for messages.
  ///   - task: Made with the checkpoint's task configuration.
  /// - Throws: ``TrainingError/checkpointUnusable(path:reason:)`` when its task or sizes differ,
  ///   ``TrainingError/bodyChanged(path:files:)`` when the body's files do.
  public convenience init(
    resuming checkpoint: Checkpoint, path: String, task: TrainingTask, threadCount: Int
  ) throws {
    // Counts first: a training cannot be made from senseless ones.
    guard (0...Self.stepsLimit).contains(checkpoint.steps), checkpoint.stepsMax >= 0 else {
      throw TrainingError.checkpointUnusable(
        path: path,
        reason: "found \(checkpoint.steps) steps of \(checkpoint.stepsMax), which no training has")
    }
    try self.init(
      task: task, configuration: checkpoint.learnerConfiguration, seed: checkpoint.seed,
      stepsMax: checkpoint.stepsMax, threadCount: threadCount)
    guard checkpoint.bodyChecksum == bodyChecksum else {
      throw TrainingError.bodyChanged(path: path, files: task.bodyPaths)
    }
    try restore(checkpoint, path: path)
  }

  /// More steps than any training makes; adding those of an update does not overflow.
  private static let stepsLimit = 1 << 62

  private func restore(_ checkpoint: Checkpoint, path: String) throws(TrainingError) {
    guard checkpoint.task == task.name,
      checkpoint.parameters.count == model.parameters.count,
      checkpoint.averages?.count == (policy === model ? nil : policy.parameters.count),
      checkpoint.optimiserMemories.map({ $0.map(\.count) })
        == learner.optimisers.map({ $0.memory.map(\.count) }),
      zip(learner.optimisers, checkpoint.optimiserMemories).allSatisfy({ $0.canTake($1) }),
      checkpoint.noise.count == noise.count,
      checkpoint.returnNormaliser.environmentCount == environments.count,
      checkpoint.normaliserMeans.count == normaliser.means.count,
      checkpoint.normaliserSquares.count == normaliser.means.count,
      environments.restore(checkpoint.environments)
    else {
      throw .checkpointUnusable(path: path, reason: "it belongs to another task or network")
    }
    steps = checkpoint.steps
    for index in 0..<model.parameters.count {
      model.parameters[index] = checkpoint.parameters[index]
    }
    for (index, value) in (checkpoint.averages ?? []).enumerated() {
      policy.parameters[index] = value
    }
    for (optimiser, memory) in zip(learner.optimisers, checkpoint.optimiserMemories) {
      optimiser.memory = memory
    }
    learner.learningRate.steered = checkpoint.learningRate
    learner.returnNormaliser = checkpoint.returnNormaliser
    learner.shuffle = checkpoint.shuffle
    normaliser = ObservationNormaliser(
      count: checkpoint.normaliserCount, means: checkpoint.normaliserMeans,
      squares: checkpoint.normaliserSquares)
    for index in 0..<noise.count { noise[index] = checkpoint.noise[index] }
  }
}

extension Checkpoint {
  fileprivate init(trainer: Trainer) {
    task = trainer.task.name
    bodyChecksum = trainer.bodyChecksum
    taskConfiguration = trainer.task.configuration
    learnerConfiguration = trainer.configuration
    seed = trainer.seed
    stepsMax = trainer.stepsMax
    steps = trainer.steps
    parameters = trainer.model.parameters.elements
    averages = trainer.policy === trainer.model ? nil : trainer.policy.parameters.elements
    optimiserMemories = trainer.learner.optimisers.map(\.memory)
    learningRate = trainer.learner.learningRate.steered
    returnNormaliser = trainer.learner.returnNormaliser
    shuffle = trainer.learner.shuffle
    normaliserCount = trainer.normaliser.count
    normaliserMeans = trainer.normaliser.means
    normaliserSquares = trainer.normaliser.squares
    noise = trainer.noise.elements
    environments = trainer.environments.snapshot()
  }
}
