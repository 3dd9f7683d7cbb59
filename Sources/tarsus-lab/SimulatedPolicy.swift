internal import ArgumentParser
internal import CommandSupport
internal import Foundation
internal import Locomotion
internal import Physics
internal import PolicyNetwork
internal import Realtime
internal import RobotDescription
internal import Training
internal import Viewer

/// Options that choose a policy.
struct ModelOptions: ParsableArguments {
  @Argument(help: "A policy file, or a run's folder.")
  var policy: String
  @Flag(help: "Of a run, use the best model instead of the last.")
  var best = false

  /// Reads the checkpoint of a run that the options choose.
  func checkpoint(of run: RunFolder) throws -> (checkpoint: Checkpoint, path: String) {
    best ? try run.bestCheckpoint() : try run.newestCheckpoint()
  }
}

/// A policy file or a run's model in plain simulation.
struct SimulatedPolicy {
  let task: TrainingTask
  private let name: String
  private let source: Source
  private let run: RunFolder?

  private enum Source {
    case file([UInt8])
    case model(Trainer)
  }

  /// Opens the policy that the options choose.
  static func found(_ options: ModelOptions) throws -> SimulatedPolicy {
    let path = options.policy
    guard FileManager.default.fileExists(atPath: path) else {
      throw Failure.report(
        "policy \(path): no such file or run; make one with 'tarsus-lab train'", Failure.wrongUse)
    }
    guard RunFolder.isFolder(path) else {
      guard !options.best else {
        throw Failure.report(
          "--best: found \(path), which is one policy, expected a run's folder", Failure.wrongUse)
      }
      return try SimulatedPolicy(file: path)
    }
    let run = try RunFolder(existing: path)
    return SimulatedPolicy(try Trainer(resuming: options.checkpoint(of: run)), run: run)
  }

  private init(file path: String) throws {
    let bytes = try readPolicyFile(path, byteCountMax: PolicyFile.byteCountMax)
    let contract = try unsafe bytes.withUnsafeBytes {
      try unsafe PolicyFile(verifying: $0).contract
    }
    let body = contract.body.description
    // A published task has no robot, and so no policy files.
    guard !TrainingTask.publishedNames.contains(body) else {
      throw Failure.report(
        "policy \(path): found the body '\(body)', a published task without a robot, expected a "
          + "body with a robot file; freeze a run of 'spider' or 'walker'", Failure.refused)
    }
    task = try TrainingTask(name: body, configuration: nil).map {
      $0.changed { $0.commands = contract.commands }
    }
    name = URL(fileURLWithPath: path).lastPathComponent
    source = .file(bytes)
    run = nil
  }

  /// Takes the model of a trainer.
  init(_ trainer: Trainer, run: RunFolder) {
    task = trainer.task
    name = URL(fileURLWithPath: run.path).lastPathComponent
    source = .model(trainer)
    self.run = run
  }

  /// Refuses options of legged bodies for other tasks.
  ///
  /// - Parameter options: Names of the options, and `true` for those that were given.
  func refuse(_ options: [(name: String, isGiven: Bool)]) throws {
    if case .legged = task { return }
    for option in options where option.isGiven {
      throw Failure.report(
        "\(option.name): found the task \(task.name), expected 'spider' or 'walker'",
        Failure.wrongUse)
    }
  }

  /// Runs the policy without noise, each environment until its first episode is done.
  ///
  /// - Parameter adapt: Changes the task of a legged body.
  func evaluate(
    command: VelocityCommand?, episodes: Int, seed: UInt64, watch: EvaluationWatch? = nil,
    adapt: (LocomotionTask) -> LocomotionTask
  ) throws -> Evaluation {
    let adapted = task.map(adapt)
    switch source {
    case .model(let trainer):
      return try trainer.evaluate(
        on: adapted, command: command, episodes: episodes, seed: seed, watch: watch)
    case .file(let bytes):
      guard case .legged(let task) = adapted else { preconditionFailure("files are of robots") }
      return try unsafe bytes.withUnsafeBytes {
        try unsafe Evaluation.run(
          PolicyFile(verifying: $0), task: task, command: command, episodes: episodes, seed: seed,
          threadCount: 0, watch: watch)
      }
    }
  }

  /// Enough for eyes, and for a page of bounded size.
  private static let framesPerSecondMax = 60.0

  /// Records one episode; at high control rates not every tick.
  func recording(
    command: VelocityCommand?, seconds: Double, seed: UInt64, isRandomised: Bool
  ) throws -> Recording {
    var recording = Recording(
      name: StandardStreams.line("\(task.name): \(name)"), scene: try task.scene())
    var asked: VelocityCommand?
    let tickSeconds = recording.scene.tickSeconds
    let ticksMax = Int((seconds / tickSeconds).rounded(.up))
    let frameTicks = Int((1 / (Self.framesPerSecondMax * tickSeconds)).rounded(.up))
    recording.scene.tickSeconds *= Double(frameTicks)
    var tick = 0
    let evaluation = try evaluate(
      command: command, episodes: 1, seed: seed,
      watch: { environments in
        asked = environments.commanded?.command(of: 0)
        if tick < ticksMax && tick % frameTicks == 0 {
          recording.frames.append(environments.frame(of: 0))
        }
        tick += 1
      },
      adapt: { $0.evaluated(seconds: seconds, isRandomised: isRandomised) })
    if let asked {
      recording.facts.append(
        String(
          format: "command %.2f m/s forward, %.2f left, %.2f rad/s", asked.forward, asked.left,
          asked.yawRate))
    }
    if isRandomised { recording.facts.append("randomised") }
    let end = Double(min(tick, ticksMax)) * tickSeconds
    recording.facts.append(
      evaluation.falls > 0 && Int(evaluation.lengthMean) <= ticksMax
        ? String(format: "fell after %.1f s", end) : String(format: "no fall in %.1f s", end))
    if case .model(let trainer) = source {
      recording.facts.append("after \(trainer.steps) steps, seed \(trainer.seed)")
    }
    recording.curves = run.flatMap {
      try? InputFile.bytes(path: $0.progressPath, byteCountMax: ProgressTable.byteCountMax)
    }.flatMap { LearningCurves(table: String(decoding: $0, as: UTF8.self)) }
    return recording
  }
}
