internal import ArgumentParser
internal import Foundation
internal import RobotFiles

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

  /// Reads a robot file.
  static func loadSetup(_ path: String) throws -> RobotSetup {
    do {
      return try RobotFile.loadSetup(path: path)
    } catch {
      throw report(error, wrongUse)
    }
  }

  /// Refuses a speed that no line has.
  static func check(_ option: String, baud: Int32?) throws {
    guard let baud, baud <= 0 else { return }
    throw ValidationError("\(option): found \(baud), expected bits per second")
  }
}
