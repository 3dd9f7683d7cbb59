/// Something about a line that its user should know: it works, and could do better.
public enum LineNote: Equatable, Sendable {
  /// The adapter sends back what it is sent.
  case echoes
  /// A servo does not know fast sync reads, so that all are read by plain ones.
  case plainSyncRead(joint: String, id: UInt8, firmware: Int32)
}

extension LineNote: CustomStringConvertible {
  /// One sentence: what was found, what it means, the cure.
  public var description: String {
    switch self {
    case .echoes:
      "the adapter sends back what it is sent; that is left out, and costs no more than its time on the wire"
    case .plainSyncRead(let joint, let id, let firmware):
      "servo \(id) (\(joint)), firmware \(firmware): it does not answer a fast sync read, so that all servos "
        + "are read by plain ones, which take longer; its maker may have newer firmware"
    }
  }
}
