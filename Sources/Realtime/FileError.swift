/// A file that cannot be read or written.
public struct FileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What kept it from being done.
  public enum Reason: Equatable, Sendable {
    /// The system's error number.
    case system(Int32)
    /// There is more than anything that is expected at this place.
    case tooLong(byteCountMax: Int)
    /// A file with contents is there, which nobody asked to replace.
    case occupied
  }

  /// Where it is, or was to be.
  public let path: String
  /// What kept it from being done.
  public let reason: Reason

  /// Describes why the file at a path cannot be used.
  public init(path: String, reason: Reason) {
    self.path = path
    self.reason = reason
  }

  /// What was found, without the path.
  public var problem: String {
    switch reason {
    case .system(let errorNumber): systemText(errorNumber)
    case .tooLong(let byteCountMax): "found more than \(byteCountMax) bytes, expected fewer"
    case .occupied: "a file is there already"
    }
  }

  /// One sentence: the file and what was found.
  public var description: String { "\(path): \(problem)" }
}
