internal import ArgumentParser
internal import CommandSupport
internal import Foundation
internal import Realtime
internal import Training

/// List of seeds on the command line: `0-4` or `0,3,7`.
struct SeedList: ExpressibleByArgument {
  let seeds: [UInt64]

  /// Parses seeds; `nil` when there are none, too many, or duplicates.
  init?(argument: String) {
    guard let seeds: [UInt64] = numberList(argument), Set(seeds).count == seeds.count else {
      return nil
    }
    self.seeds = seeds
  }
}

/// Trains one task with several seeds in turn, and evaluates the last model of each.
///
/// Each seed has a folder of its own. The same command after an interruption continues: finished
/// trainings are not repeated.
struct SeedTrainings {
  let seeds: [UInt64]
  let folder: String
  let configuration: RunConfiguration

  func run(threads: Int, episodes: Int, checkpointSteps: Int?, json: Bool) throws {
    var figures: [SeedFigures] = []
    try checkReport()
    for seed in seeds {
      let path = path(seed: seed)
      let session = try session(path, seed: seed, threads: threads, checkpointSteps)
      note("seed \(seed) in \(path)")
      let report = try session.run()
      guard !report.wasInterrupted else {
        note("stopped in seed \(seed); the same command continues")
        return
      }
      let evaluation = try session.trainer.evaluate(
        on: session.trainer.task.map { $0.evaluated() }, episodes: episodes,
        seed: Evaluate.seedDefault)
      figures.append(
        SeedFigures(seed: seed, seconds: report.seconds, EvaluationReport(evaluation)))
    }
    let report = SeedsReport(task: configuration.name, steps: configuration.steps, figures)
    let text = try Report.json(report)
    try writeFile(Data((text + "\n").utf8), to: reportPath, what: "report", isReplacing: true)
    try Report.print(json ? text : report.text)
    if let best = figures.max(by: { $0.evaluation.returnMean < $1.evaluation.returnMean }) {
      let task = try configuration.trainingTask()
      note(NextSteps(folder: path(seed: best.seed), task: task).text)
    }
  }

  private func path(seed: UInt64) -> String { "\(folder)/seed-\(seed)" }

  private var reportPath: String { folder + "/seeds.json" }

  /// Allows to replace an earlier report, and refuses any other file.
  private func checkReport() throws {
    do throws(FileError) {
      try OutputFile.checkFree(reportPath)
    } catch {
      let old = try? InputFile.bytes(path: reportPath, byteCountMax: Self.reportByteCountMax)
      if let old, (try? Report.decoded(SeedsReport.self, from: Data(old))) != nil { return }
      throw Failure.report(
        "report \(reportPath): found a file that no training with --seeds wrote; move it, or name "
          + "another folder", Failure.wrongUse)
    }
  }

  private static let reportByteCountMax = 1 << 24

  private func session(
    _ path: String, seed: UInt64, threads: Int, _ checkpointSteps: Int?
  ) throws -> TrainingSession {
    if RunFolder.hasCheckpoints(path) {
      let folder = try RunFolder(existing: path)
      let saved = FileManager.default.contents(atPath: folder.configurationPath) ?? Data()
      guard String(decoding: saved, as: UTF8.self) == (try configuration.text(seed: seed)) else {
        throw Failure.report(
          "run \(path): it has other settings; name another folder", Failure.wrongUse)
      }
      return try TrainingSession(
        resuming: folder, threads: threads, checkpointSteps: checkpointSteps)
    }
    return try TrainingSession(
      configuration, seed: seed, folder: RunFolder(new: path), threads: threads,
      checkpointSteps: checkpointSteps)
  }
}

/// Figures of one seed's last model.
struct SeedFigures: Codable {
  let seed: UInt64
  let seconds: Double
  let evaluation: EvaluationReport

  init(seed: UInt64, seconds: Double, _ evaluation: EvaluationReport) {
    self.seed = seed
    self.seconds = seconds
    self.evaluation = evaluation
  }
}

/// Report of `train --seeds`; standard deviation and worst are over the seeds.
struct SeedsReport: Codable {
  let task: String
  let steps: Int
  let seeds: [SeedFigures]
  let returnMean: Double
  let returnDeviation: Double
  let returnWorst: Double

  init(task: String, steps: Int, _ seeds: [SeedFigures]) {
    self.task = task
    self.steps = steps
    self.seeds = seeds
    let returns = seeds.map(\.evaluation.returnMean)
    let mean = returns.reduce(0, +) / Double(returns.count)
    returnMean = mean
    returnDeviation =
      (returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(returns.count)).squareRoot()
    returnWorst = returns.min() ?? 0
  }

  var text: String {
    let lines = seeds.map { seed in
      String(
        format: "seed %llu: %.1f ± %.1f, length %.0f, %d falls in %d episodes, %.0f s", seed.seed,
        seed.evaluation.returnMean, seed.evaluation.returnDeviation, seed.evaluation.lengthMean,
        seed.evaluation.falls, seed.evaluation.episodes, seed.seconds)
    }
    let summary = String(
      format: "%@, %d steps, %d seeds: mean %.1f, standard deviation %.1f, worst %.1f", task, steps,
      seeds.count, returnMean, returnDeviation, returnWorst)
    return (lines + [summary]).joined(separator: "\n")
  }
}
