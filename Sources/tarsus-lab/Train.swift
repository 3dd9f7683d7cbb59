internal import ArgumentParser
internal import CommandSupport
internal import Foundation
internal import Locomotion
internal import Realtime
internal import Settings
internal import Training

/// `tarsus-lab train`: learns a task, and writes checkpoints.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Trains a policy in simulation, with A2C unless the configuration says otherwise.",
    discussion: """
      The task's settings are in sim/tasks. --config lays files over them, and --set single
      settings; --print-configuration explains each. The run's folder holds configuration.yaml,
      checkpoints, the best model, progress.csv, the curves for TensorBoard, and at the end
      replay.html, which shows the policy in motion. Ctrl-C stops after the current update.
      --resume continues from there, or after a crash from the newest whole checkpoint, bit for bit.

      Example:
        tarsus-lab train spider --print-configuration
        tarsus-lab train spider --out runs/first
        tarsus-lab train Walker2d-v5 --out runs/five --seeds 0-4 --set learner.discount=0.995
        tarsus-lab freeze runs/first --out spider.tarsus
      """)

  @Argument(help: "The task: spider, walker, Walker2d-v5, Ant-v5 or CartPole-v1.")
  var task: String?
  @Option(help: "The run's folder.")
  var out: String?
  @Option(help: "A YAML file of settings; later files override earlier ones.")
  var config: [String] = []
  @Option(help: "A setting, such as learner.discount=0.99; it overrides files.")
  var set: [String] = []
  @Option(help: "Environment steps of the whole training; 0 writes the untrained policy.")
  var steps: Int?
  @Option(help: "Seed of everything random.")
  var seed: UInt64?
  @Option(help: "Several seeds, such as 0-4 or 0,3,7: one training each, in turn.")
  var seeds: SeedList?
  @Option(help: "Episodes in the evaluation of each of several seeds.")
  var evaluationEpisodes: Int = 20
  @Option(help: "Steps between two checkpoints; default: a twentieth of the training.")
  var checkpointSteps: Int?
  @Option(help: "Threads; 0 uses every processor. The number changes no result.")
  var threads: Int = 0
  @Flag(help: "Continue from the newest whole checkpoint in the run's folder.")
  var resume = false
  @Flag(help: "Print all settings with their meaning, range and default, and train nothing.")
  var printConfiguration = false
  @Flag(help: ArgumentHelp("Print the table of settings in sim/README.md.", visibility: .hidden))
  var printSettingsTable = false
  @Flag(help: "Print the final figures as JSON.")
  var json = false

  func validate() throws {
    if printSettingsTable { return }
    try validateNumbers()
    try validateTogether()
  }

  private func validateNumbers() throws {
    if let steps, steps < 0 {
      throw ValidationError("--steps: found \(steps), expected 0 or more")
    }
    if let checkpointSteps, checkpointSteps < 1 {
      throw ValidationError("--checkpoint-steps: found \(checkpointSteps), expected 1 or more")
    }
    try Failure.check("--evaluation-episodes", evaluationEpisodes, in: 1...4096)
    try checkThreads(threads)
  }

  private func validateTogether() throws {
    if task == nil, !resume {
      throw ValidationError("TASK: found none, expected one such as spider; --help lists them")
    }
    if out == nil, !printConfiguration || resume {
      throw ValidationError("--out: found none, expected the run's folder")
    }
    if seed != nil, seeds != nil {
      throw ValidationError("--seed and --seeds: found both, expected one of them")
    }
    if resume, seeds != nil {
      throw ValidationError(
        "--resume: found --seeds beside it, which resumes by itself; leave out --resume")
    }
    if resume, seed != nil || steps != nil || !config.isEmpty || !set.isEmpty {
      throw ValidationError(
        "--resume: found settings beside it; a run keeps its own, so leave out --seed, --steps, "
          + "--config and --set, or name a new run with --out")
    }
  }

  func run() throws {
    StopSignals.install()
    try Failure.reporting {
      if printSettingsTable {
        try Report.print(try SettingsTable.markdown(), terminator: "")
      } else if printConfiguration {
        try Report.print(try configurationText(), terminator: "")
      } else if let seeds {
        try SeedTrainings(seeds: seeds.seeds, folder: out ?? "", configuration: configuration())
          .run(
            threads: threads, episodes: evaluationEpisodes, checkpointSteps: checkpointSteps,
            json: json)
      } else {
        try trainOne()
      }
    }
  }

  private func configuration() throws -> RunConfiguration {
    var configuration = try RunConfiguration(task: task ?? "", files: config, settings: set)
    if let steps { configuration.steps = steps }
    return configuration
  }

  private func configurationText() throws -> String {
    guard resume else { return try configuration().commentedText }
    let folder = try RunFolder(existing: out ?? "")
    return try SettingsText.read(
      path: folder.configurationPath, what: "the settings of the run")
  }

  private func trainOne() throws {
    let session =
      resume
      ? try TrainingSession(
        resuming: RunFolder(existing: out ?? ""), task: task, threads: threads,
        checkpointSteps: checkpointSteps)
      : try TrainingSession(
        configuration(), seed: seed ?? 0, folder: RunFolder(new: out ?? ""), threads: threads,
        checkpointSteps: checkpointSteps)
    let report = try session.run()
    if json { try Report.print(try Report.json(report)) }
    if report.wasInterrupted {
      note("stopped at step \(report.steps); go on with --resume --out \(out ?? "")")
    } else {
      note(NextSteps(folder: out ?? "", task: session.trainer.task).text)
    }
  }
}
