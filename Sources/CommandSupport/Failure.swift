public import ArgumentParser
internal import Realtime

/// The exit codes of commands that do not succeed, and the sentences that go with them.
public enum Failure {
  /// Something did not work.
  public static let failed = ExitCode(1)
  /// The command was used wrongly.
  public static let wrongUse = ExitCode(2)
  /// The command refused for safety.
  public static let refused = ExitCode(3)

  /// Writes the reason to standard error, and returns the exit code to throw.
  public static func report(_ reason: some CustomStringConvertible, _ code: ExitCode) -> ExitCode {
    StandardStreams.tell("\(programName): \(reason)")
    return code
  }

  /// Refuses an option outside a range; an option that was not given passes.
  public static func check<Value: Comparable>(
    _ option: String, _ value: Value?, in range: ClosedRange<Value>
  ) throws(ValidationError) {
    guard let value, !range.contains(value) else { return }
    throw ValidationError(
      "\(option): found \(value), expected \(text(range.lowerBound)) to \(text(range.upperBound))")
  }

  /// A bound without a fraction of zero.
  private static func text(_ bound: some Comparable) -> String {
    (bound as? Double).flatMap { Int(exactly: $0) }.map { "\($0)" } ?? "\(bound)"
  }

  /// Refuses seconds that are not above 0, or above a largest number.
  public static func check(
    _ option: String, seconds: Double?, to most: Double
  ) throws(ValidationError) {
    guard let seconds, !(seconds > 0 && seconds <= most) else { return }
    throw ValidationError("\(option): found \(seconds), expected seconds above 0, to \(text(most))")
  }

  /// Refuses a baud rate of 0 or less.
  public static func check(_ option: String, baud: Int32?) throws(ValidationError) {
    guard let baud, baud <= 0 else { return }
    throw ValidationError("\(option): found \(baud), expected bits per second")
  }

  /// The name by which the program was called, without its folder.
  static var programName: String {
    let path = CommandLine.arguments.first ?? "tarsus"
    return path.split(separator: "/").last.map(String.init) ?? path
  }
}

/// Writes a message to standard error while work goes on.
public func note(_ text: String) { StandardStreams.tell(text) }
