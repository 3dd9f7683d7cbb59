internal import CRealtime
internal import Foundation
internal import Locomotion
internal import Training

/// A training under way: progress on the terminal and in a table, checkpoints, Ctrl-C.
final class TrainingSession {
  private static let checkpointSeconds = 30.0
  private static let lineSeconds = 10.0

  private let trainer: Trainer
  private let folder: RunFolder
  private let bar = ProgressBar()
  private let startSteps: Int
  private let start = realtimeMonotonicNanoseconds()
  private var table: FileHandle?
  private var tensorBoard: TensorBoardLog?
  private var window = Window()

  /// What has been seen since the last row of the table.
  private struct Window {
    var episodes = EpisodeTally()
    var divergence: Float = 0
    var updates: Float = 0
  }

  init(trainer: Trainer, folder: RunFolder) {
    self.trainer = trainer
    self.folder = folder
    startSteps = trainer.steps
  }

  /// Trains until all steps are done or a signal comes.
  func run() throws -> TrainingReport {
    try openTable()
    tensorBoard = try TensorBoardLog(folder: folder, afterStep: startSteps)
    var nextCheckpoint = Self.checkpointSeconds
    var nextLine = 0.0
    var last: TrainingProgress?
    while trainer.steps < trainer.stepsMax, realtimeStopSignalCount() == 0 {
      let progress = try trainer.update()
      last = progress
      window.episodes.add(progress.episodes)
      window.divergence += progress.divergence
      window.updates += 1
      if seconds >= nextLine || (bar.isShown && seconds >= nextLine - Self.lineSeconds + 1) {
        nextLine = seconds + Self.lineSeconds
        write(progress)
      }
      if seconds >= nextCheckpoint {
        nextCheckpoint = seconds + Self.checkpointSeconds
        try trainer.checkpoint().write(path: folder.checkpointPath)
      }
    }
    try trainer.checkpoint().write(path: folder.checkpointPath)
    if let last { write(last) }
    bar.end()
    return TrainingReport(
      steps: trainer.steps, stepsMax: trainer.stepsMax, seconds: seconds, stepsPerSecond: rate,
      threads: trainer.threadCount, wasInterrupted: trainer.steps < trainer.stepsMax)
  }

  private var seconds: Double { Double(realtimeMonotonicNanoseconds() - start) * 1e-9 }

  private var rate: Double { Double(trainer.steps - startSteps) / max(1e-9, seconds) }

  private func openTable() throws {
    if !FileManager.default.fileExists(atPath: folder.progressPath) {
      let header =
        "steps,seconds,steps_per_second,return,length,falls,episodes,divergence,"
        + "explained_variance,deviation,learning_rate\n"
      _ = FileManager.default.createFile(
        atPath: folder.progressPath, contents: Data(header.utf8))
    }
    table = FileHandle(forWritingAtPath: folder.progressPath)
    guard let table else {
      throw TrainingError.file(path: folder.progressPath, reason: "cannot be written")
    }
    try table.seekToEnd()
  }

  private func write(_ progress: TrainingProgress) {
    let count = Double(max(1, window.episodes.count))
    let mean = window.episodes.reward / count
    let length = Double(window.episodes.ticks) / count
    let divergence = window.divergence / max(1, window.updates)
    let rate = rate
    let row = String(
      format: "%d,%.1f,%.0f,%.3f,%.1f,%d,%d,%.5f,%.3f,%.3f,%.6f\n", progress.steps, seconds, rate,
      mean, length, window.episodes.falls, window.episodes.count, divergence,
      progress.explainedVariance, progress.deviation, progress.learningRate)
    try? table?.write(contentsOf: Data(row.utf8))
    tensorBoard?.add(progress, episodes: window.episodes, divergence: divergence, rate: rate)
    let left = Double(max(0, progress.stepsMax - progress.steps)) / max(1, rate)
    bar.show(
      share: Double(progress.steps) / Double(max(1, progress.stepsMax)),
      text: String(
        format: "%d steps · %.0f/s · return %.1f · length %.0f · KL %.4f · σ %.2f · %.0f s left",
        progress.steps, rate, mean, length, divergence, progress.deviation, left))
    window = Window()
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
}

/// A progress bar on a terminal; elsewhere, a line at a time.
struct ProgressBar {
  private static let width = 24

  let isShown = isatty(STDERR_FILENO) == 1

  func show(share: Double, text: String) {
    let full = Int((share * Double(Self.width)).rounded(.down))
    let bar =
      String(repeating: "█", count: full) + String(repeating: "░", count: Self.width - full)
    let line = isShown ? "\r\u{1B}[K\(bar) \(text)" : "\(text)\n"
    FileHandle.standardError.write(Data(line.utf8))
  }

  func end() {
    if isShown { FileHandle.standardError.write(Data("\n".utf8)) }
  }
}
