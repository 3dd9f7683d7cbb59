internal import ArgumentParser
public import Foundation
internal import Realtime

/// Prints the result of a command to standard output.
public enum Report {
  /// Prints a text; the command fails when it cannot be written.
  public static func print(_ text: String, terminator: String = "\n") throws {
    try failing { () throws(OutputError) in
      try StandardStreams.report(text, terminator: terminator)
    }
  }

  /// Clears the screen and prints a text.
  public static func redraw(_ text: String) throws {
    try failing { () throws(OutputError) in try StandardStreams.redraw(text) }
  }

  private static func failing(_ body: () throws(OutputError) -> Void) throws {
    do {
      try body()
    } catch {
      throw Failure.report(error, Failure.failed)
    }
  }

  /// Prints figures as JSON.
  public static func print(json value: some Encodable) throws { try print(json(value)) }

  /// Figures as JSON with sorted keys in snake case; a number that is not finite is a text such as
  /// `nan`.
  ///
  /// Names may come from untrusted files: their control characters are escaped as in JSON.
  public static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: infinity, negativeInfinity: "-\(infinity)", nan: nan)
    let text = String(decoding: try encoder.encode(value), as: UTF8.self)
    return text.unicodeScalars.reduce(into: "") { shown, scalar in
      if StandardStreams.isControl(scalar) {
        let digits = String(scalar.value, radix: 16)
        shown += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      } else {
        shown.unicodeScalars.append(scalar)
      }
    }
  }

  /// Reads figures that ``json(_:)`` wrote.
  public static func decoded<Value: Decodable>(
    _ type: Value.Type, from data: Data
  ) throws -> Value {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: infinity, negativeInfinity: "-\(infinity)", nan: nan)
    return try decoder.decode(type, from: data)
  }

  private static let infinity = "infinity"
  private static let nan = "nan"
}

/// Text in columns, the first aligned left and the others right.
public struct Table: CustomStringConvertible {
  private let rows: [[String]]

  /// Takes rows of equally many cells.
  public init(rows: [[String]]) { self.rows = rows }

  /// The table, one line a row.
  public var description: String {
    let widths = (rows.first ?? []).indices.map { column in
      rows.map { $0[column].count }.max() ?? 0
    }
    return rows.map { row in
      row.indices.map { column in
        let room = String(repeating: " ", count: widths[column] - row[column].count)
        return column == 0 ? row[column] + room : room + row[column]
      }.joined(separator: "  ")
    }.joined(separator: "\n")
  }
}
