internal import CRealtime
internal import Foundation
internal import Locomotion
internal import Training
internal import Viewer

/// A training under way: progress on the terminal and in a table, checkpoints, the best model.
final class TrainingSession {
  private static let lineSeconds = 10.0
  private static let barSeconds = 1.0
  /// Checkpoints, evaluations and rows in a whole training, unless told otherwise.
  private static let checkpointsPerTraining = 20
  private static let evaluationsPerTraining = 20
  private static let evaluationEpisodes = 10
  private static let replaySeconds = 15.0
  /// Seed of the episodes that choose the best model; another than that of any report.
  private static let evaluationSeed: UInt64 = 7_777

  let trainer: Trainer
  private let folder: RunFolder
  private let bar = ProgressBar()
  private let checkpointSteps: Int
  private let startSteps: Int
  private let start = realtimeMonotonicNanoseconds()
  private var table: ProgressTable
  private var tensorBoard: TensorBoardLog
  private var window = ProgressWindow()
  private var best: BestFigures?

  /// Begins a training in a new folder.
  convenience init(
    _ configuration: RunConfiguration, seed: UInt64, folder: RunFolder, threads: Int,
    checkpointSteps: Int?
  ) throws {
    let trainer = try Trainer(
      task: try configuration.trainingTask(), configuration: configuration.learner, seed: seed,
      stepsMax: configuration.steps, threadCount: threads)
    try folder.takeLock()
    try Data(try configuration.text.utf8).write(
      to: URL(fileURLWithPath: folder.configurationPath), options: .atomic)
    try self.init(trainer, folder, checkpointSteps)
  }

  /// Goes on from the newest whole checkpoint of a folder.
  convenience init(resuming folder: RunFolder, threads: Int, checkpointSteps: Int?) throws {
    try folder.takeLock()
    let (checkpoint, path) = try folder.newestCheckpoint()
    let trainer = try Trainer(
      resuming: checkpoint, path: path,
      task: try TrainingTask(name: checkpoint.task, configuration: checkpoint.taskConfiguration),
      threadCount: threads)
    try self.init(trainer, folder, checkpointSteps)
  }

  private init(_ trainer: Trainer, _ folder: RunFolder, _ checkpointSteps: Int?) throws {
    self.trainer = trainer
    self.folder = folder
    self.checkpointSteps =
      checkpointSteps ?? max(1, trainer.stepsMax / Self.checkpointsPerTraining)
    startSteps = trainer.steps
    table = try ProgressTable(path: folder.progressPath, afterStep: trainer.steps)
    tensorBoard = try TensorBoardLog(folder: folder, afterStep: trainer.steps)
    best = BestFigures(path: folder.bestFiguresPath)
  }

  /// Trains until all steps are done or a signal comes.
  func run() throws -> TrainingReport {
    var nextLine = 0.0
    if trainer.steps == 0 { try folder.add(trainer.checkpoint()) }
    while trainer.steps < trainer.stepsMax, realtimeStopSignalCount() == 0 {
      let before = trainer.steps
      window.add(try update())
      if passes(checkpointSteps, since: before) { try folder.add(trainer.checkpoint()) }
      let evaluationSteps = max(1, trainer.stepsMax / Self.evaluationsPerTraining)
      if passes(evaluationSteps, since: before) {
        try evaluate()
        write()
        nextLine = seconds + Self.lineSeconds
      } else if seconds >= nextLine {
        write()
        nextLine = seconds + Self.lineSeconds
      } else if bar.isShown {
        bar.show(window, trainer, rate: rate, every: Self.barSeconds, now: seconds)
      }
    }
    try folder.add(trainer.checkpoint())
    if !window.isEmpty { write() }
    bar.end()
    writeReplay()
    return TrainingReport(
      steps: trainer.steps, stepsMax: trainer.stepsMax, seconds: seconds, stepsPerSecond: rate,
      threads: trainer.threadCount, wasInterrupted: trainer.steps < trainer.stepsMax,
      bestReturn: best?.returnMean)
  }

  /// One update; a divergence is told with the checkpoint from before it.
  private func update() throws -> TrainingProgress {
    do {
      return try trainer.update()
    } catch let error as TrainingError {
      bar.end()
      guard case .diverged = error else { throw error }
      let last = folder.checkpoints.first ?? "none yet"
      throw Failure.report("\(error); last good checkpoint: \(last)", Failure.failed)
    }
  }

  /// Whether the last update went past a multiple of some steps.
  private func passes(_ interval: Int, since before: Int) -> Bool {
    before / interval != trainer.steps / interval
  }

  /// Evaluates the actor without noise, and keeps the model when it is the best so far.
  private func evaluate() throws {
    let evaluation = try trainer.evaluate(
      episodes: Self.evaluationEpisodes, seed: Self.evaluationSeed)
    window.evaluation = evaluation
    if let best, best.returnMean >= evaluation.returnMean { return }
    let figures = BestFigures(steps: trainer.steps, returnMean: evaluation.returnMean)
    try trainer.checkpoint().write(path: folder.bestPath)
    try figures.write(path: folder.bestFiguresPath)
    best = figures
  }

  /// Leaves a page to look at; a training is none the worse without.
  private func writeReplay() {
    do {
      let recording = try SimulatedPolicy(trainer, run: folder).recording(
        command: nil, seconds: Self.replaySeconds, seed: Self.evaluationSeed, isRandomised: false)
      try Data(try recording.page().utf8).write(
        to: URL(fileURLWithPath: folder.replayPath), options: .atomic)
    } catch {
      FileHandle.standardError.write(Data("tarsus-lab: no replay: \(error)\n".utf8))
    }
  }

  private func write() {
    let row = ProgressRow(window, seconds: seconds, stepsPerSecond: rate)
    table.add(row)
    tensorBoard.add(row)
    bar.line(row, trainer)
    window = ProgressWindow()
  }

  private var seconds: Double { Double(realtimeMonotonicNanoseconds() - start) * 1e-9 }

  private var rate: Double { Double(trainer.steps - startSteps) / max(1e-9, seconds) }
}

/// The figures of the best model of a run.
struct BestFigures: Codable {
  let steps: Int
  let returnMean: Double

  init(steps: Int, returnMean: Double) {
    self.steps = steps
    self.returnMean = returnMean
  }

  /// Those of a run that is there; `nil` when it has none.
  init?(path: String) {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    guard let data = FileManager.default.contents(atPath: path),
      let figures = try? decoder.decode(BestFigures.self, from: data)
    else { return nil }
    self = figures
  }

  func write(path: String) throws {
    try Data((try json(self) + "\n").utf8).write(
      to: URL(fileURLWithPath: path), options: .atomic)
  }
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
