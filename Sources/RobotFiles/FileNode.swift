internal import RobotDescription
internal import Settings
internal import Yams

/// A value of the file, with what an error about it says: the file, its key and its line.
struct FileNode {
  let path: String
  let key: String
  let line: Int
  private let node: Node

  init(_ node: Node, key: String, path: String) {
    self.path = path
    self.key = key
    line = node.mark?.line ?? 1
    self.node = node
  }

  /// Whether it has keys.
  var isMapping: Bool { if case .mapping = node { true } else { false } }

  /// The value as an error shows it.
  var shown: String {
    switch node {
    case .scalar(let scalar):
      let text = Self.shortened(scalar.string)
      return scalar.style == .plain ? (text.isEmpty ? "nothing" : text) : "\"\(text)\""
    case .sequence(let sequence): return "a list of \(sequence.count)"
    case .mapping: return "a mapping"
    case .alias: return "an alias"
    }
  }

  func refused(
    found: String? = nil, expected: String, cure: String? = nil
  ) -> RobotFileError {
    RobotFileError(
      path: path, line: line, subject: key, found: found ?? shown, expected: expected, cure: cure)
  }

  /// A number which `isValid` accepts; `expected` says in words which those are.
  func number(
    _ expected: String, where isValid: (Float) -> Bool
  ) throws(RobotFileError) -> Float {
    guard let text = plainText, Self.isDecimal(text), let value = Float(text), value.isFinite,
      isValid(value)
    else { throw refused(expected: expected) }
    return value
  }

  func wholeNumber(in range: ClosedRange<Int>) throws(RobotFileError) -> Int {
    guard let text = plainText, let value = Int(text), range.contains(value) else {
      throw refused(
        expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  func name() throws(RobotFileError) -> Label {
    let expected = "a name of 1 to \(Label.byteCountMax) bytes"
    guard case .scalar(let scalar) = node, Resolver.default.resolveTag(of: node) == .str,
      !scalar.string.isEmpty
    else { throw refused(expected: expected) }
    guard let label = Label(scalar.string) else {
      throw refused(found: "\(shown) of \(scalar.string.utf8.count) bytes", expected: expected)
    }
    guard !label.hasControlBytes else {
      throw refused(expected: "\(expected) without control characters")
    }
    return label
  }

  /// A text which `isValid` accepts; `expected` says in words which those are.
  func text(_ expected: String, where isValid: (String) -> Bool) throws(RobotFileError) -> String {
    guard case .scalar(let scalar) = node, Resolver.default.resolveTag(of: node) == .str,
      isValid(scalar.string)
    else { throw refused(expected: expected) }
    return scalar.string
  }

  /// One of a few words.
  func choice<Choice: RawRepresentable<String> & CaseIterable>() throws(RobotFileError) -> Choice {
    let words = Choice.allCases.map(\.rawValue)
    let expected = "one of \(words.joined(separator: ", "))"
    guard let choice = Choice(rawValue: try text(expected) { _ in true }) else {
      throw refused(expected: expected)
    }
    return choice
  }

  /// The elements of a list which `isValid` accepts; `expected` says in words which those are.
  func elements(
    named key: String, _ expected: String, where isValid: ([FileNode]) -> Bool
  ) throws(RobotFileError) -> [FileNode] {
    guard case .sequence(let sequence) = node else { throw refused(expected: expected) }
    let elements = sequence.map { FileNode($0, key: key, path: path) }
    guard isValid(elements) else { throw refused(expected: expected) }
    return elements
  }

  /// The values of a mapping that has no other keys than `keys`.
  func mapping<Key: FileKey>(_ keys: [Key]) throws(RobotFileError) -> FileMapping<Key> {
    guard case .mapping(let mapping) = node else { throw refused(expected: "a mapping") }
    var values: [Key: FileNode] = [:]
    var order: [Key] = []
    for (name, value) in mapping {
      let nameNode = FileNode(name, key: key, path: path)
      guard Resolver.default.resolveTag(of: name) == .str, let text = name.scalar?.string,
        let known = Key(rawValue: text), keys.contains(known)
      else { throw nameNode.unknownKey(keys.map(\.rawValue)) }
      values[known] = FileNode(value, key: text, path: path)
      order.append(known)
    }
    return FileMapping(node: self, values: values, keys: order)
  }

  private func unknownKey(_ known: [String]) -> RobotFileError {
    let text = node.scalar?.string ?? ""
    return refused(
      found: "the unknown key \(shown)", expected: "one of \(known.joined(separator: ", "))",
      cure: nearest(to: text, among: known).map { "did you mean '\($0)'?" })
  }

  /// The text of a value without quotes.
  private var plainText: String? {
    guard let scalar = node.scalar, scalar.style == .plain else { return nil }
    return scalar.string
  }

  /// Whether a text is written as YAML writes decimal numbers; Swift knows more ways.
  private static func isDecimal(_ text: String) -> Bool {
    text.utf8.allSatisfy { (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }
  }

  private static func shortened(_ text: String) -> String {
    text.count > 40 ? text.prefix(40) + "…" : text
  }
}

/// The names of a mapping's keys.
protocol FileKey: RawRepresentable<String>, CaseIterable, Hashable {}

/// The values of a mapping by their keys.
struct FileMapping<Key: FileKey> {
  let node: FileNode
  fileprivate let values: [Key: FileNode]
  /// The keys in the order of the file.
  let keys: [Key]

  fileprivate init(node: FileNode, values: [Key: FileNode], keys: [Key]) {
    self.node = node
    self.values = values
    self.keys = keys
  }

  subscript(_ key: Key) -> FileNode? { values[key] }

  func required(_ key: Key) throws(RobotFileError) -> FileNode {
    guard let value = values[key] else { throw missing(key, cure: "add it") }
    return value
  }

  func missing(_ key: Key, cure: String) -> RobotFileError {
    node.refused(found: "no key '\(key.rawValue)'", expected: "one", cure: cure)
  }
}
