/// The curves of a training, from its `progress.csv`.
public struct LearningCurves: Sendable, Equatable {
  /// Columns that the page draws, beside those of the reward's terms.
  private static let names = [
    "steps", "return", "evaluation_return", "length", "evaluation_length", "kl",
    "explained_variance", "deviation",
  ]
  /// Start of the names of the columns with a term of the reward.
  private static let termPrefix = "reward_"
  /// Rows that the page gets, about; of more, every n-th stays, with all evaluations and the last
  /// row.
  private static let rowsMax = 1_000

  /// Numbers of each column by row, all of one length; `nil` for an empty cell.
  let columns: [String: [Double?]]

  /// Reads a training's `progress.csv`: a row of names, and rows of numbers.
  ///
  /// - Returns: `nil` when it has no row, or no column `steps`.
  public init?(table: String) {
    let lines = table.split(whereSeparator: \.isNewline)
    guard let header = lines.first else { return nil }
    let names = header.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    // A row may be under way while the table is read.
    var rows = lines.dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }.filter { $0.count == names.count }
    guard !rows.isEmpty, names.contains("steps") else { return nil }
    let (step, last) = ((rows.count - 1) / Self.rowsMax + 1, rows.count - 1)
    let evaluation = names.firstIndex(of: "evaluation_return")
    rows = rows.enumerated().filter { offset, row in
      offset.isMultiple(of: step) || offset == last || evaluation.map { !row[$0].isEmpty } ?? false
    }.map(\.element)
    var columns: [String: [Double?]] = [:]
    for (column, name) in names.enumerated()
    where Self.names.contains(name) || name.hasPrefix(Self.termPrefix) {
      columns[name] = rows.map { row in
        Double(row[column]).flatMap { $0.isFinite ? $0 : nil }
      }
    }
    self.columns = columns
  }
}
