internal import Yams

/// Computes the size of a YAML text with its aliases expanded, without expanding them.
///
/// Thirty lines of which each names the line before twice expand to a thousand million values,
/// which no program can visit. A text is therefore first read with a plain word in place of each
/// alias, which changes no line or column.
struct AliasExpansion {
  /// The number of values below a node, and the depth of nesting.
  private struct Size {
    var values = 1
    var depth = 0
  }

  private let path: String
  private var anchors: [String: Size] = [:]

  init(path: String) { self.path = path }

  /// The first character of words in place of aliases; YAML allows it and nobody uses it.
  private static let mark: Character = "\u{E000}"

  /// The text with words in place of its aliases.
  ///
  /// Text that only looks like an alias, as in a comment, becomes a word too, and can only be
  /// counted twice.
  static func skeleton(of text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "*")) else { return text }
    return String(text.map { $0 == "*" ? mark : $0 })
  }

  /// - Throws: ``SettingsError`` when the tree of a skeleton expands to too many values.
  mutating func check(_ root: Node) throws(SettingsError) { _ = try size(of: root, depth: 0) }

  private mutating func size(of node: Node, depth: Int) throws(SettingsError) -> Size {
    var size = Size()
    var children: [Node] = []
    var anchor: String?
    switch node {
    case .scalar(let scalar):
      anchor = scalar.anchor?.rawValue
      if scalar.string.first == Self.mark {
        size = anchors[Self.name(scalar.string)] ?? size
      }
    case .sequence(let sequence):
      anchor = sequence.anchor?.rawValue
      children = Array(sequence)
    case .mapping(let mapping):
      anchor = mapping.anchor?.rawValue
      children = mapping.flatMap { [$0.key, $0.value] }
    case .alias: break
    }
    // Before going deeper: no more of a hostile text is visited than is allowed.
    try refuse(depth + size.depth, node)
    for child in children {
      let inner = try self.size(of: child, depth: depth + 1)
      size.values += inner.values
      size.depth = max(size.depth, inner.depth + 1)
      guard size.values <= SettingsText.valuesMax else {
        throw SettingsError(
          path: path, line: child.mark?.line, subject: "syntax",
          found: "more than \(SettingsText.valuesMax) values, aliases for what they name",
          expected: "fewer")
      }
    }
    if let anchor { anchors[anchor] = size }
    return size
  }

  private func refuse(_ depth: Int, _ node: Node) throws(SettingsError) {
    guard depth > SettingsText.depthMax else { return }
    throw SettingsError(
      path: path, line: node.mark?.line, subject: "syntax",
      found: "more than \(SettingsText.depthMax) lists and mappings within one another",
      expected: "fewer")
  }

  /// The name of an alias, which ends where a word does.
  private static func name(_ word: String) -> String {
    String(
      word.dropFirst().prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) })
  }
}
