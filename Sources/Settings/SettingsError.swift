/// Why a file of settings cannot be used.
public struct SettingsError: Error, Equatable, Sendable {
  /// The file, as the caller named it.
  public var path: String
  /// Line of the fault, counted from 1; `nil` when the fault is the file itself.
  public var line: Int?
  /// The key or the part of the file that is at fault.
  public var subject: String
  /// What stands there.
  public var found: String
  /// What should stand there.
  public var expected: String
  /// How to mend it; `nil` when that is plain from what was expected.
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
