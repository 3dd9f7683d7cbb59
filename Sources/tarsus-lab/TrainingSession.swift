internal import CommandSupport
internal import Foundation
internal import Locomotion
internal import Realtime
internal import Training
internal import Viewer

/// Runs a training: progress on the terminal and in a table, checkpoints, the best model.
final class TrainingSession {
  private static let lineSeconds = 10.0
  private static let barSeconds = 1.0
  /// Default numbers of checkpoints and evaluations in a whole training.
  private static let checkpointsPerTraining = 20
  private static let evaluationsPerTraining = 20
  private static let evaluationEpisodes = 10
  private static let replaySeconds = 15.0
  /// Seed of the episodes that choose the best model; reports use other seeds.
  private static let evaluationSeed: UInt64 = 7_777

  let trainer: Trainer
  private let folder: RunFolder
  private let bar = ProgressBar()
  private let checkpointSteps: Int
  private let startSteps: Int
  private let start = MonotonicClock.machine.nowNanoseconds
  private let secondsBefore: Double
  private var table: ProgressTable
  private lazy var tensorBoard = TensorBoardLog(folder: folder, afterStep: startSteps)
  private var window = ProgressWindow()
  private var bestReturn: Double?

  /// Begins a training in a new folder.
  convenience init(
    _ configuration: RunConfiguration, seed: UInt64, folder: RunFolder, threads: Int,
    checkpointSteps: Int?
  ) throws {
    let trainer = try Trainer(
      task: try configuration.trainingTask(), configuration: configuration.learner, seed: seed,
      stepsMax: configuration.steps, threadCount: threads)
    try folder.takeLock()
    try writeFile(
      Data(try configuration.text(seed: seed).utf8), to: folder.configurationPath,
      what: "configuration", isReplacing: true)
    try self.init(trainer, folder, checkpointSteps)
  }

  /// Continues from the newest whole checkpoint of a folder.
  ///
  /// - Parameter task: Expected task of the run; `nil` accepts any.
  convenience init(
    resuming folder: RunFolder, task: String? = nil, threads: Int, checkpointSteps: Int?
  ) throws {
    let saved = try folder.newestCheckpoint()
    guard task == nil || task == saved.checkpoint.task else {
      throw Failure.report(
        "run \(folder.path): found a training of '\(saved.checkpoint.task)', expected "
          + "'\(task ?? "")'; leave out the task, or name another run", Failure.wrongUse)
    }
    try folder.takeLock()
    let trainer = try Trainer(resuming: saved, threadCount: threads)
    try self.init(trainer, folder, checkpointSteps)
  }

  private init(_ trainer: Trainer, _ folder: RunFolder, _ checkpointSteps: Int?) throws {
    self.trainer = trainer
    self.folder = folder
    self.checkpointSteps =
      checkpointSteps ?? max(1, trainer.stepsMax / Self.checkpointsPerTraining)
    startSteps = trainer.steps
    table = try ProgressTable(path: folder.progressPath, afterStep: trainer.steps)
    secondsBefore = table.seconds
    bestReturn = (try? folder.bestCheckpoint())?.checkpoint.bestReturn
  }

  /// Trains until all steps are done or a signal comes.
  func run() throws -> TrainingReport {
    // A complete training only gets its page, when a kill has prevented it.
    guard trainer.steps < trainer.stepsMax || trainer.stepsMax == 0 else {
      note(
        "run \(folder.path): all \(trainer.steps) steps were done before; nothing was left to do")
      if FileManager.default.fileExists(atPath: folder.replayPath) {
        noteReplay()
      } else {
        writeReplay()
      }
      return report
    }
    var nextLine = 0.0
    if trainer.steps == 0 { try folder.add(trainer.checkpoint()) }
    while trainer.steps < trainer.stepsMax, !StopSignals.isStopping {
      let before = trainer.steps
      window.add(try unlessItExplodes { try trainer.update() })
      let evaluationSteps = max(1, trainer.stepsMax / Self.evaluationsPerTraining)
      if passes(evaluationSteps, since: before) {
        try evaluate()
        write()
        nextLine = seconds + Self.lineSeconds
      } else if seconds >= nextLine {
        write()
        nextLine = seconds + Self.lineSeconds
      } else if bar.isShown {
        bar.show(trainer, rate: rate, every: Self.barSeconds, now: seconds)
      }
      // Last, so that a crash in an evaluation repeats it.
      if passes(checkpointSteps, since: before) { try folder.add(trainer.checkpoint()) }
    }
    try folder.add(trainer.checkpoint())
    if !window.isEmpty { write() }
    bar.end()
    writeReplay()
    return report
  }

  private var report: TrainingReport {
    TrainingReport(
      steps: trainer.steps, stepsMax: trainer.stepsMax, seconds: table.seconds,
      stepsPerSecond: Double(trainer.steps) / max(1e-9, table.seconds),
      threads: trainer.threadCount, wasInterrupted: trainer.steps < trainer.stepsMax,
      bestReturn: bestReturn)
  }

  /// Adds the last good checkpoint to the message when numbers or a body explode.
  private func unlessItExplodes<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch {
      bar.end()
      let last = folder.checkpoints.first ?? "none yet"
      throw Failure.report(
        "\(error); training stopped after step \(trainer.steps); last good checkpoint: \(last)",
        Failure.failed)
    }
  }

  /// `true` when the last update passed a multiple of `interval` steps.
  private func passes(_ interval: Int, since before: Int) -> Bool {
    before / interval != trainer.steps / interval
  }

  /// Evaluates the actor without noise, and stores the model when it is the best so far.
  private func evaluate() throws {
    let evaluation = try unlessItExplodes {
      try trainer.evaluate(episodes: Self.evaluationEpisodes, seed: Self.evaluationSeed)
    }
    window.evaluation = evaluation
    if let bestReturn, bestReturn >= evaluation.returnMean { return }
    bestReturn = evaluation.returnMean
    var best = trainer.checkpoint()
    best.bestReturn = bestReturn
    try folder.keep(best: best)
  }

  /// Writes the replay page; a failure leaves the training valid.
  private func writeReplay() {
    do {
      let recording = try SimulatedPolicy(trainer, run: folder).recording(
        command: nil, seconds: Self.replaySeconds, seed: Self.evaluationSeed, isRandomised: false)
      try OutputFile.replace(folder.replayPath, with: Array(try recording.page().utf8))
      noteReplay()
    } catch {
      note("tarsus-lab: no replay: \(error)")
    }
  }

  private func noteReplay() { note("the policy in motion, for a browser: \(folder.replayPath)") }

  private func write() {
    let row = ProgressRow(
      window, seconds: seconds, stepsPerSecond: rate,
      rewardTerms: trainer.task.rewardTerms.map(\.name))
    table.add(row)
    tensorBoard.add(row)
    bar.line(row, trainer)
    window = ProgressWindow()
  }

  /// Seconds of training, including those before a resume.
  private var seconds: Double { secondsBefore + elapsed }

  private var elapsed: Double { Double(MonotonicClock.machine.nowNanoseconds - start) * 1e-9 }

  private var rate: Double { Double(trainer.steps - startSteps) / max(1e-9, elapsed) }
}

/// The figures of a training.
struct TrainingReport: Codable {
  let steps: Int
  let stepsMax: Int
  let seconds: Double
  let stepsPerSecond: Double
  let threads: Int
  let wasInterrupted: Bool
  let bestReturn: Double?
}
