internal import ArgumentParser
internal import Foundation

/// Why a command ends without success: the exit code, and the sentence for standard error.
enum Failure {
  /// Something did not work.
  static let failed = ExitCode(1)
  /// The command was used wrongly.
  static let wrongUse = ExitCode(2)
  /// It would not have been safe.
  static let refused = ExitCode(3)

  /// Tells the reason on standard error.
  static func report(_ reason: some CustomStringConvertible, _ code: ExitCode) -> ExitCode {
    FileHandle.standardError.write(Data("tarsus: \(reason)\n".utf8))
    return code
  }
}

/// Prints a value as JSON on standard output.
func printJSON(_ value: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.keyEncodingStrategy = .convertToSnakeCase
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  print(String(decoding: try encoder.encode(value), as: UTF8.self))
}

/// Tells something on standard error while work goes on.
func note(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }
