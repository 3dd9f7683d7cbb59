/// Why bytes are not a policy that can be run.
public enum PolicyFileError: Error, Equatable, Sendable {
  /// A part of the file.
  public enum Field: UInt8, Sendable {
    /// The length.
    case byteCount
    /// A name.
    case name
    /// Joint counts, poses, limits and the like.
    case joints
    /// The observation's terms.
    case observation
    /// The velocities that may be asked for.
    case commands
    /// The layers' shapes or weights.
    case layers
    /// The observation normaliser.
    case normaliser
    /// The golden pairs.
    case golden
    /// The evaluation's figures.
    case provenance
  }

  /// The bytes do not begin as a policy does.
  case notAPolicy
  /// A policy of another format.
  case versionUnsupported(found: UInt32)
  /// The file is shorter or longer than it says.
  case byteCountMismatch(expected: Int, found: Int)
  /// The file is damaged.
  case checksumMismatch(expected: UInt32, found: UInt32)
  /// A field holds what no policy can.
  case invalid(Field)
  /// This build computes another action than the file holds for a golden observation.
  case goldenMismatch(pair: Int)
}

#if !hasFeature(Embedded)
  extension PolicyFileError: CustomStringConvertible {
    /// One sentence: what was found, what was expected, the cure.
    public var description: String {
      switch self {
      case .notAPolicy:
        "not a policy file: it does not begin with TSPOLICY; make one with 'tarsus-lab freeze'"
      case .versionUnsupported(let found):
        "policy format \(found) found, \(PolicyFile.formatVersion) expected; "
          + (found > PolicyFile.formatVersion
            ? "this program is older than the policy: update it, or copy it again where it is damaged"
            : "freeze it again")
      case .byteCountMismatch(let expected, let found):
        "the file has \(found) bytes, its header says \(expected): truncated? copy it again"
      case .checksumMismatch(let expected, let found):
        "checksum \(hexadecimal(found)) computed, \(hexadecimal(expected)) stored: the file is "
          + "damaged; copy it again"
      case .invalid(let field):
        "the field '\(field)' holds what no policy can; freeze the policy again"
      case .goldenMismatch(let pair):
        "golden pair \(pair): this build computes another action than the file holds; rebuild, or "
          + "freeze the policy again"
      }
    }

    private func hexadecimal(_ value: UInt32) -> String { "0x" + String(value, radix: 16) }
  }
#endif
