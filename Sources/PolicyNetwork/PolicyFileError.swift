/// Bytes that are not a usable policy.
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
    /// The range of commands.
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

  /// The bytes do not begin with a policy's magic.
  case notAPolicy
  /// The policy has another format version.
  case versionUnsupported(found: UInt32)
  /// The length of the file differs from the one in its header.
  case byteCountMismatch(expected: Int, found: Int)
  /// The file is damaged.
  case checksumMismatch(expected: UInt32, found: UInt32)
  /// A field holds an impossible value.
  case invalid(Field)
  /// This build does not reproduce the golden action of a pair.
  case goldenMismatch(pair: Int)
}

#if !hasFeature(Embedded)
  extension PolicyFileError: CustomStringConvertible {
    /// One sentence: the finding, the expectation, the cure.
    public var description: String {
      switch self {
      case .notAPolicy:
        "not a policy file: it does not begin with TSPOLICY; make one with 'tarsus-lab freeze'"
      case .versionUnsupported(let found):
        "policy format \(found) found, \(PolicyFile.formatVersion) expected; "
          + (found > PolicyFile.formatVersion
            ? "this program is older than the policy: update it; is the file damaged, copy it again"
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
