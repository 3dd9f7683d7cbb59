internal import Foundation
internal import Locomotion
internal import Realtime
internal import Training

/// Figures since the last row.
struct ProgressWindow {
  private(set) var last: TrainingProgress?
  private(set) var episodes = EpisodeTally()
  private(set) var kl: Float = 0
  private var updates: Float = 0
  /// The evaluation in this window, if there was one.
  var evaluation: Evaluation?

  var isEmpty: Bool { last == nil }

  mutating func add(_ progress: TrainingProgress) {
    last = progress
    episodes.add(progress.episodes)
    updates += 1
    kl += (progress.report.kl - kl) / updates
  }
}

/// A row of a training's progress, for the table and for TensorBoard.
struct ProgressRow {
  /// A named number; `nil` without a value, such as the return when no episode was done.
  struct Column {
    let name: String
    let format: String
    let value: Double?
    /// Tag in TensorBoard, that of Stable-Baselines3 where it has one; `nil` hides the column.
    let tag: String?
  }

  let steps: Int
  private(set) var columns: [Column]

  /// - Parameter rewardTerms: Names of the terms whose sums the window's episodes have.
  init(
    _ window: ProgressWindow, seconds: Double, stepsPerSecond: Double, rewardTerms: [String]
  ) {
    let report = window.last?.report
    let count = window.episodes.count
    func perEpisode(_ sum: Double) -> Double? { count > 0 ? sum / Double(count) : nil }
    func number(_ value: Float?) -> Double? { value.map { Double($0) } }
    steps = window.last?.steps ?? 0
    columns = [
      Column(name: "seconds", format: "%.1f", value: seconds, tag: nil),
      Column(name: "steps_per_second", format: "%.0f", value: stepsPerSecond, tag: "time/fps"),
      Column(name: "memory_mebibytes", format: "%.1f", value: residentMebibytes(), tag: nil),
      Column(
        name: "return", format: "%.3f", value: perEpisode(window.episodes.reward),
        tag: "rollout/ep_rew_mean"),
      Column(
        name: "length", format: "%.1f", value: perEpisode(Double(window.episodes.ticks)),
        tag: "rollout/ep_len_mean"),
      Column(name: "falls", format: "%.0f", value: Double(window.episodes.falls), tag: nil),
      Column(name: "episodes", format: "%.0f", value: Double(count), tag: nil),
      Column(
        name: "kl", format: "%.6f", value: Double(window.kl),
        tag: "train/approx_kl"),
      Column(
        name: "explained_variance", format: "%.3f", value: number(report?.explainedVariance),
        tag: "train/explained_variance"),
      Column(
        name: "deviation", format: "%.4f",
        // Discrete actions have none.
        value: number(report?.standardDeviation).flatMap { $0 > 0 ? $0 : nil }, tag: "train/std"),
      Column(
        name: "learning_rate", format: "%.6f", value: number(report?.learningRate),
        tag: "train/learning_rate"),
      Column(
        name: "entropy", format: "%.4f", value: number(report?.entropy), tag: "train/entropy"),
      Column(
        name: "policy_loss", format: "%.5f", value: number(report?.policyLoss),
        tag: "train/policy_gradient_loss"),
      Column(
        name: "value_loss", format: "%.5f", value: number(report?.valueLoss),
        tag: "train/value_loss"),
      Column(
        name: "gradient_norm", format: "%.5f", value: number(report?.gradientNorm),
        tag: "train/gradient_norm"),
      Column(
        name: "evaluation_return", format: "%.3f", value: window.evaluation?.returnMean,
        tag: "eval/mean_reward"),
      Column(
        name: "evaluation_length", format: "%.1f", value: window.evaluation?.lengthMean,
        tag: "eval/mean_ep_length"),
    ]
    columns += rewardTerms.enumerated().map { index, term in
      let sums = window.episodes.rewardTerms
      let name = ConfigurationTree.snakeCase(term)
      return Column(
        name: "reward_\(name)", format: "%.4f",
        value: index < sums.count ? perEpisode(sums[index]) : nil, tag: "reward/\(name)")
    }
  }

  /// The number of a column.
  subscript(name: String) -> Double? { columns.first { $0.name == name }?.value }

  /// The names of all columns.
  var header: String { (["steps"] + columns.map(\.name)).joined(separator: ",") }

  /// The row of the table; a cell without a value is empty.
  var text: String {
    let cells = columns.map { column in
      column.value.map { String(format: column.format, $0) } ?? ""
    }
    return ([String(steps)] + cells).joined(separator: ",")
  }
}

/// Memory in use by this process, in mebibytes; `nil` when the system does not say.
private func residentMebibytes() -> Double? {
  guard let data = FileManager.default.contents(atPath: "/proc/self/statm") else { return nil }
  let pages = String(decoding: data, as: UTF8.self).split(separator: " ").dropFirst().first
  return pages.flatMap { Double($0) }.map { $0 * Double(sysconf(Int32(_SC_PAGESIZE))) / 1_048_576 }
}

/// `progress.csv`.
struct ProgressTable {
  /// Seconds of training in the last row; 0 without rows.
  private(set) var seconds: Double
  private let file: FileHandle
  private var isEmpty: Bool

  /// Opens the table of a run, and removes the rows after a step, which are repeated.
  init(path: String, afterStep step: Int) throws {
    let kept: String
    do throws(FileError) {
      let old = try Self.contents(path)
      kept = Self.rows(of: String(decoding: old, as: UTF8.self), upTo: step)
      try OutputFile.replace(path, with: Array(kept.utf8))
    } catch {
      throw TrainingError.file(path: path, reason: "cannot be written: \(error.problem)")
    }
    guard let file = FileHandle(forWritingAtPath: path) else {
      throw TrainingError.file(path: path, reason: "cannot be written")
    }
    self.file = file
    try file.seekToEnd()
    isEmpty = kept.isEmpty
    seconds = Self.seconds(of: kept.split(separator: "\n").last ?? "")
  }

  /// More than a training of a year needs.
  static let byteCountMax = 1 << 30

  private static func contents(_ path: String) throws(FileError) -> [UInt8] {
    do throws(FileError) {
      return try InputFile.bytes(path: path, byteCountMax: byteCountMax)
    } catch {
      if error.reason == .system(ENOENT) { return [] }
      throw error
    }
  }

  private static func seconds(of row: Substring) -> Double {
    let seconds = row.split(separator: ",").dropFirst().first.flatMap { Double($0) } ?? 0
    return seconds.isFinite ? max(0, seconds) : 0
  }

  /// The header and the whole rows up to a step.
  static func rows(of text: String, upTo step: Int) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: true)
    // A crash may have cut the last row short.
    let whole = text.hasSuffix("\n") ? lines : lines.dropLast()
    let kept = whole.enumerated().filter { index, line in
      index == 0
        || (line.split(separator: ",").first.flatMap { Int($0) }).map { $0 <= step } == true
    }
    return kept.isEmpty || step == 0 ? "" : kept.map { $0.element + "\n" }.joined()
  }

  /// Adds a row; a full disk costs the row and not the training.
  mutating func add(_ row: ProgressRow) {
    if isEmpty { try? file.write(contentsOf: Data((row.header + "\n").utf8)) }
    isEmpty = false
    try? file.write(contentsOf: Data((row.text + "\n").utf8))
    seconds = Self.seconds(of: row.text[...])
  }
}
