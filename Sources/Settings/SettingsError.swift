/// A fault in a file of settings, or in a setting.
public struct SettingsError: Error, Equatable, Sendable {
  /// The file, as the caller named it.
  public var path: String
  /// Line of the fault, counted from 1; `nil` when the whole file is at fault.
  public var line: Int?
  /// The key or part of the file at fault.
  public var subject: String
  /// The value that was found.
  public var found: String
  /// The values that are valid.
  public var expected: String
  /// The cure; `nil` when ``expected`` says it.
  public var cure: String?

  /// Describes a fault.
  public init(
    path: String, line: Int?, subject: String, found: String, expected: String, cure: String? = nil
  ) {
    self.path = path
    self.line = line
    self.subject = subject
    self.found = found
    self.expected = expected
    self.cure = cure
  }
}

extension SettingsError: CustomStringConvertible {
  /// One sentence: file and line, key, what was found, what was expected, the cure.
  public var description: String {
    let place = line.map { "\(path):\($0)" } ?? path
    let end = cure.map { "; \($0)" } ?? ""
    return "\(place): \(subject): found \(found), expected \(expected)\(end)"
  }
}
