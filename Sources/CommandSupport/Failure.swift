public import ArgumentParser
internal import Realtime

/// Why a command ends without success: the exit code, and the sentence for standard error.
public enum Failure {
  /// Something did not work.
  public static let failed = ExitCode(1)
  /// The command was used wrongly.
  public static let wrongUse = ExitCode(2)
  /// It would not have been safe.
  public static let refused = ExitCode(3)

  /// Tells the reason on standard error.
  public static func report(_ reason: some CustomStringConvertible, _ code: ExitCode) -> ExitCode {
    StandardStreams.tell("\(programName): \(reason)")
    return code
  }

  /// Refuses a speed that no line has.
  public static func check(_ option: String, baud: Int32?) throws {
    guard let baud, baud <= 0 else { return }
    throw ValidationError("\(option): found \(baud), expected bits per second")
  }

  /// What the program was called by, without its folder.
  static var programName: String {
    let path = CommandLine.arguments.first ?? "tarsus"
    return path.split(separator: "/").last.map(String.init) ?? path
  }
}

/// Tells something on standard error while work goes on.
public func note(_ text: String) { StandardStreams.tell(text) }
