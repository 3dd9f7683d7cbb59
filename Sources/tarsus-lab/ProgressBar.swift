internal import Foundation
internal import Training

/// A progress bar on a terminal; elsewhere, a line at a time.
final class ProgressBar {
  private static let barWidth = 20

  let isShown = isatty(STDERR_FILENO) == 1
  private var shownAt = -Double.infinity
  private var figures = ""

  /// Moves the bar on while no row is due.
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
    if isShown { write("\n") }
  }

  private func draw(_ trainer: Trainer, rate: Double) {
    let left = Double(max(0, trainer.stepsMax - trainer.steps)) / max(1, rate)
    let text =
      "\(trainer.steps) steps · " + String(format: "%.0f/s · ", rate) + figures
      + String(format: " · %.0f s left", left)
    guard isShown else {
      write(text + "\n")
      return
    }
    let share = Double(trainer.steps) / Double(max(1, trainer.stepsMax))
    let full = Int((min(1, share) * Double(Self.barWidth)).rounded(.down))
    let bar =
      String(repeating: "█", count: full) + String(repeating: "░", count: Self.barWidth - full)
    write("\r\u{1B}[K" + String((bar + " " + text).prefix(Self.columns - 1)))
  }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }

  /// Width of the terminal, in characters.
  private static var columns: Int {
    var size = winsize()
    guard unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 1 else {
      return 80
    }
    return Int(size.ws_col)
  }
}
