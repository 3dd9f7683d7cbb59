/// An event file cannot be written.
public enum TensorBoardError: Error, Equatable, Sendable {
  /// A new file cannot be created.
  case notCreated(path: String, reason: String)
  /// An event cannot be added; the file may end within it, and stays readable before it.
  case notWritten(path: String, step: Int, reason: String)
}

extension TensorBoardError: CustomStringConvertible {
  /// One sentence: the finding and the cure.
  public var description: String {
    switch self {
    case .notCreated(let path, let reason):
      "event file \(path): cannot be created: \(reason); choose a writable folder"
    case .notWritten(let path, let step, let reason):
      "event file \(path): step \(step) cannot be added: \(reason); free "
        + "disk space, and begin a new file"
    }
  }
}
