/// Says from the characters alone whether lists and mappings may be nested very deeply.
///
/// The parser calls itself for each: a text must not decide how much stack it takes. What stands in quotes
/// and comments counts too, so that the limit is far above ``SettingsText/depthMax``.
enum NestingGuess {
  private static let depthMax = 4 * SettingsText.depthMax

  /// Whether brackets or the signs of list entries and keys, one behind the other, are too many.
  static func isDeep(_ text: String) -> Bool {
    var brackets = 0
    // Signs at the beginning of the line; `nil` once something else has come.
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
