/// A file could not be read or written.
public struct FileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The cause of a failure.
  public enum Reason: Equatable, Sendable {
    /// The system's error number.
    case system(Int32)
    /// The file is longer than any that is expected here.
    case tooLong(byteCountMax: Int)
    /// A file with contents is there already, and the caller did not ask to replace it.
    case occupied
  }

  /// The path of the file.
  public let path: String
  /// The cause.
  public let reason: Reason

  /// Describes a failure at a path.
  public init(path: String, reason: Reason) {
    self.path = path
    self.reason = reason
  }

  /// The cause in words, without the path.
  public var problem: String {
    switch reason {
    case .system(let errorNumber): systemText(errorNumber)
    case .tooLong(let byteCountMax): "found more than \(byteCountMax) bytes, expected fewer"
    case .occupied: "a file is there already"
    }
  }

  /// One sentence: the path and the cause.
  public var description: String { "\(path): \(problem)" }
}
