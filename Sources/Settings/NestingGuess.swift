/// Estimates the nesting of lists and mappings from the characters alone.
///
/// The parser is recursive: a text must not decide how much stack it takes. Characters in quotes
/// and comments count too, so that the limit is far above ``SettingsText/depthMax``.
enum NestingGuess {
  private static let depthMax = 4 * SettingsText.depthMax

  /// True when too many brackets, or signs of list entries and keys, follow one another.
  static func isDeep(_ text: String) -> Bool {
    var brackets = 0
    // Signs at the beginning of the line; `nil` after any other character.
    var signs: Int? = 0
    var last: UInt8 = 0
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "["), UInt8(ascii: "{"): brackets += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"): brackets = max(0, brackets - 1)
      default: break
      }
      switch byte {
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"): signs = 0
      case UInt8(ascii: " "), UInt8(ascii: "\t"):
        if isSign(last) { signs = signs.map { $0 + 1 } }
      case _ where !isSign(byte): signs = nil
      default: break
      }
      last = byte
      if brackets > depthMax || (signs ?? 0) > depthMax { return true }
    }
    return false
  }

  private static func isSign(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "-") || byte == UInt8(ascii: "?")
  }
}
