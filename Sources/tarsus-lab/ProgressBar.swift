internal import CommandSupport
internal import Foundation
internal import Realtime
internal import Training

/// A progress bar on a terminal; elsewhere, a line at a time.
final class ProgressBar {
  private static let barWidth = 20
  /// Room for the seconds left, the steps and their rate.
  private static let textWidth = 50

  let isShown = StandardStreams.hasStatusLine
  private var shownAt = -Double.infinity
  private var figures = ""

  /// Moves the bar while no row is due.
  func show(_ trainer: Trainer, rate: Double, every interval: Double, now: Double) {
    guard now >= shownAt + interval else { return }
    shownAt = now
    draw(trainer, rate: rate)
  }

  /// Shows a row.
  func line(_ row: ProgressRow, _ trainer: Trainer) {
    func text(_ name: String, _ label: String, _ format: String) -> String? {
      row[name].map { label + " " + String(format: format, $0) }
    }
    figures = [
      text("return", "return", "%.1f"), text("length", "length", "%.0f"),
      text("evaluation_return", "evaluation", "%.1f"), text("kl", "KL", "%.4f"),
      text("explained_variance", "EV", "%.2f"), text("deviation", "σ", "%.2f"),
    ].compactMap { $0 }.joined(separator: " · ")
    draw(trainer, rate: row["steps_per_second"] ?? 0)
  }

  func end() {
    if isShown { note("") }
  }

  private func draw(_ trainer: Trainer, rate: Double) {
    let left = Double(max(0, trainer.stepsMax - trainer.steps)) / max(1, rate)
    let share = Double(trainer.steps) / Double(max(1, trainer.stepsMax))
    // The time left comes first: a narrow terminal cuts off the rest.
    let text =
      String(format: "%.0f s left · ", left) + "\(trainer.steps) steps · "
      + String(format: "%.0f/s · ", rate) + figures
    guard isShown else { return note(text) }
    StandardStreams.showStatus(
      Self.line(text, share: share, columns: StandardStreams.columns - 1))
  }

  /// A line that fits the terminal; it has a bar only where the numbers fit beside it.
  static func line(_ text: String, share: Double, columns: Int) -> String {
    guard columns >= barWidth + textWidth else { return String(text.prefix(columns)) }
    let full = Int((max(0, min(1, share)) * Double(barWidth)).rounded(.down))
    let bar = String(repeating: "█", count: full) + String(repeating: "░", count: barWidth - full)
    return String((bar + " " + text).prefix(columns))
  }
}
