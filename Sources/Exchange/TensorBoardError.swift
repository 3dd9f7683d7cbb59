/// Why an event file cannot be written.
public enum TensorBoardError: Error, Equatable, Sendable {
  /// A new file cannot be made in a folder.
  case notCreated(path: String, reason: String)
  /// An event cannot be added; the file may end within it, and is readable up to there.
  case notWritten(path: String, step: Int, reason: String)
}

extension TensorBoardError: CustomStringConvertible {
  /// One sentence: what was found, and the cure.
  public var description: String {
    switch self {
    case .notCreated(let path, let reason):
      "event file \(path): cannot be made: \(reason); name a folder that can be written to"
    case .notWritten(let path, let step, let reason):
      "event file \(path): step \(step) cannot be added: \(reason); make room, "
        + "and begin a new file"
    }
  }
}
