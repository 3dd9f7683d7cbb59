internal import CommandSupport
internal import Exchange
internal import Foundation

/// Writes the rows of a training as curves for TensorBoard, with the tags of Stable-Baselines3.
///
/// When writing fails the curves end, with a note on standard error; the training continues.
final class TensorBoardLog {
  private var writer: TensorBoardWriter?

  /// - Parameter step: The last completed step.
  init(folder: RunFolder, afterStep step: Int) {
    attempt {
      writer = try TensorBoardWriter(
        folder: folder.path, afterStep: step, wallTime: Date().timeIntervalSince1970)
    }
  }

  /// Adds a row.
  func add(_ row: ProgressRow) {
    let scalars = row.columns.compactMap { column -> (tag: String, value: Float)? in
      guard let tag = column.tag, let value = column.value else { return nil }
      return (tag, Float(value))
    }
    attempt {
      try writer?.add(
        step: row.steps, wallTime: Date().timeIntervalSince1970, scalars)
    }
  }

  private func attempt(_ body: () throws -> Void) {
    do {
      try body()
    } catch {
      note("tarsus-lab: \(error)")
      writer = nil
    }
  }
}
