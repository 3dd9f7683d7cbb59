internal import ArgumentParser
internal import CommandSupport
internal import Foundation
internal import Locomotion
internal import PolicyNetwork
internal import RobotDescription
internal import Training

/// `tarsus-lab freeze`: writes a run's actor as a policy file.
struct Freeze: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes a run's actor as a policy file for the robot.",
    discussion: """
      First evaluates the actor over 100 episodes of 20 s with commands drawn as in training; the
      policy file contains the figures.

      Example:
        tarsus-lab freeze runs/first --out spider.tarsus
      """)

  @Argument(help: ArgumentHelp("The run's folder.", valueName: "run"))
  var folder: String
  @Option(help: "The policy file to write.")
  var out: String
  @Flag(help: "Replace an existing file.")
  var force = false
  @Flag(help: "Freeze the best model instead of the last.")
  var best = false
  @Flag(help: "Print the contract and the evaluation as JSON.")
  var json = false

  func run() throws {
    try Failure.reporting {
      try checkFree(out, what: "policy", isReplacing: force)
      let run = try RunFolder(existing: folder)
      let trainer = try Trainer(
        resuming: best ? run.bestCheckpoint() : run.newestCheckpoint())
      guard case .legged(let task) = trainer.task else {
        throw TrainingError.notDeployable(task: trainer.task.name)
      }
      var provenance = Provenance()
      provenance.commit = SourceCommit.ofProgram().flatMap { Label($0) } ?? Label()
      let evaluation = try trainer.evaluate(
        on: .legged(task.evaluated()), episodes: Self.evaluationEpisodes, seed: 1)
      provenance.episodes = UInt32(evaluation.episodes)
      provenance.falls = UInt32(evaluation.falls)
      provenance.returnMean = Float(evaluation.returnMean)
      provenance.returnStandardDeviation = Float(evaluation.returnStandardDeviation)
      let bytes = try trainer.freeze(provenance)
      try writeFile(Data(bytes), to: out, what: "policy", isReplacing: force)
      try report(evaluation, trainer, byteCount: bytes.count)
    }
  }

  private static let evaluationEpisodes = 100

  private func report(_ evaluation: Evaluation, _ trainer: Trainer, byteCount: Int) throws {
    if json {
      try Report.print(
        try Report.json(
          FreezeReport(
            policy: out, byteCount: byteCount, body: trainer.task.name, seed: trainer.seed,
            steps: trainer.steps, evaluation: EvaluationReport(evaluation))))
    } else {
      try Report.print(
        "\(out): \(byteCount) bytes, \(trainer.task.name), \(trainer.steps) steps, return "
          + String(format: "%.2f ± %.2f", evaluation.returnMean, evaluation.returnStandardDeviation)
          + ", \(evaluation.falls) falls in \(evaluation.episodes) episodes")
    }
  }
}

/// Report of `freeze --json`.
struct FreezeReport: Codable {
  let policy: String
  let byteCount: Int
  let body: String
  let seed: UInt64
  let steps: Int
  let evaluation: EvaluationReport
}
