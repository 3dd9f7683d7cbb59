internal import Glibc

/// Failure of the loopback's pseudo terminal.
public enum PseudoTerminalError: Error, Equatable, Sendable {
  /// The system could not create a pseudo terminal.
  case creationFailed(errorNumber: Int32)
  /// The link's name belongs to a file that is not a symbolic link.
  case linkOccupied(path: String)
  /// The link's name belongs to a link to something else than a loopback's terminal.
  case linkElsewhere(path: String, target: String)
  /// The link belongs to a loopback that is running.
  case linkInUse(path: String, terminal: String)
  /// The system refused to create the link.
  case linkFailed(path: String, errorNumber: Int32)
  /// The system refused to move bytes.
  case transferFailed(errorNumber: Int32)
}

extension PseudoTerminalError: CustomStringConvertible {
  /// One sentence: the operation, the fact and, where there is one, the cure.
  public var description: String {
    switch self {
    case .creationFailed(let errorNumber):
      "make a pseudo terminal: \(Self.text(errorNumber)); is /dev/pts mounted?"
    case .linkOccupied(let path):
      "link \(path): a file that is not a symbolic link is there; remove it or choose another name"
    case .linkElsewhere(let path, let target):
      "link \(path): a link to \(target) is there, which is no loopback's; remove it or choose "
        + "another name"
    case .linkInUse(let path, let terminal):
      "link \(path): another loopback is running there (\(terminal)); end it or choose another name"
    case .linkFailed(let path, let errorNumber):
      "link \(path): \(Self.text(errorNumber)); choose a folder that you may write to"
    case .transferFailed(let errorNumber):
      "pseudo terminal: \(Self.text(errorNumber))"
    }
  }

  private static func text(_ errorNumber: Int32) -> String {
    unsafe "\(String(cString: strerror(errorNumber))) (error \(errorNumber))"
  }
}
