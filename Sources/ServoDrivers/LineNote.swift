/// Note about a line for its user: it works, and could work better.
public enum LineNote: Equatable, Sendable {
  /// The adapter echoes what it is sent.
  case echoes
  /// A servo does not know fast sync reads, so that plain ones read all.
  case plainSyncRead(joint: String, id: UInt8, firmware: Int32)
}

extension LineNote: CustomStringConvertible {
  /// One sentence: found, consequence, cure.
  public var description: String {
    switch self {
    case .echoes:
      "the adapter echoes what it is sent; the echoes are removed, and cost only their time on the "
        + "wire"
    case .plainSyncRead(let joint, let id, let firmware):
      "servo \(id) (\(joint)), firmware \(firmware): it does not answer a fast sync read, so that "
        + "plain ones read all servos, which takes longer; its maker may have newer firmware"
    }
  }
}
