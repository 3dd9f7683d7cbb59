internal import ArgumentParser
internal import CRealtime
internal import Foundation
internal import Locomotion
internal import Training

/// `tarsus-lab train`: learns to walk, and keeps a checkpoint.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Trains a policy with A2C in simulation.",
    discussion: """
      Writes checkpoint and progress.csv into the run's folder, every 30 seconds and at the end.
      Ctrl-C stops after the update under way; --resume goes on from there, bit for bit.

      Example:
        tarsus-lab train spider --out runs/first
        tarsus-lab freeze runs/first --out spider.tarsus
      """)

  @Argument(help: "The body: a model in sim/bodies with a robot file in sim/robots.")
  var body: String = "spider"
  @Option(help: "The run's folder.")
  var out: String
  @Option(help: "Environment steps of the whole training; 0 writes the untrained policy.")
  var steps: Int?
  @Option(help: "Decides everything random.")
  var seed: UInt64 = 0
  @Option(help: "Threads; 0 takes every processor. It changes no result.")
  var threads: Int = 0
  @Flag(help: "Go on from the checkpoint in the run's folder.")
  var resume = false
  @Flag(help: "Print the final figures as JSON.")
  var json = false

  /// Environment steps when nothing else is asked for: about two minutes on two cores.
  private static let stepsDefault = 1_200_000

  func validate() throws {
    if let steps, steps < 0 {
      throw ValidationError("--steps: found \(steps), expected 0 or more")
    }
    if threads < 0 { throw ValidationError("--threads: found \(threads), expected 0 or more") }
  }

  func run() throws {
    _ = realtimeInstallStopSignals()
    try Failure.reporting {
      let folder = try RunFolder(path: out, mustBeNew: !resume)
      let trainer = try makeTrainer(folder)
      let report = try TrainingSession(trainer: trainer, folder: folder).run()
      if json { print(try tarsus_lab.json(report)) }
      if report.wasInterrupted {
        FileHandle.standardError.write(
          Data("stopped at step \(report.steps); go on with --resume --out \(out)\n".utf8))
      }
    }
  }

  private func makeTrainer(_ folder: RunFolder) throws -> Trainer {
    guard resume else {
      return try Trainer(
        task: .legged(try BodyFiles(body: body).task(TaskConfiguration())),
        configuration: LearnerConfiguration(), seed: seed, stepsMax: steps ?? Self.stepsDefault,
        threadCount: threads)
    }
    let checkpoint = try Checkpoint(path: folder.checkpointPath)
    return try Trainer(
      resuming: checkpoint, path: folder.checkpointPath,
      task: .legged(
        try BodyFiles(body: checkpoint.task).task(
          checkpoint.taskConfiguration ?? TaskConfiguration())),
      threadCount: threads)
  }
}

/// The files of one training.
struct RunFolder {
  let path: String

  var checkpointPath: String { path + "/checkpoint" }
  var progressPath: String { path + "/progress.csv" }

  /// - Throws: An exit code when a run is already there, so that nothing is overwritten.
  init(path: String, mustBeNew: Bool) throws {
    self.path = path
    if mustBeNew, FileManager.default.fileExists(atPath: path + "/checkpoint") {
      throw Failure.report(
        "run \(path): a run is there already; go on with --resume, or name another folder",
        Failure.wrongUse)
    }
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw Failure.report(
        "run \(path): the folder cannot be made: \(error.localizedDescription)", Failure.failed)
    }
  }
}
