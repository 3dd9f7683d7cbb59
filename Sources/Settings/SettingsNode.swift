internal import Yams

/// A value of a YAML file, with the file, key and line that an error about it names.
public struct SettingsNode {
  /// The file, as the caller named it.
  public let path: String
  /// The key of the value, or a name for an entry of a list.
  public let key: String
  /// The line of the value, counted from 1.
  public let line: Int
  /// The column of the value, counted from 1.
  public let column: Int
  private let node: Node

  init(_ node: Node, key: String, path: String) {
    self.path = path
    self.key = key
    line = node.mark?.line ?? 1
    column = node.mark?.column ?? 1
    self.node = node
  }

  /// True for a mapping.
  public var isMapping: Bool { if case .mapping = node { true } else { false } }

  /// The value as an error shows it.
  public var shown: String {
    switch node {
    case .scalar(let scalar):
      let text = Self.shortened(scalar.string)
      return scalar.style == .plain ? (text.isEmpty ? "nothing" : text) : "\"\(text)\""
    case .sequence(let sequence): return "a list of \(sequence.count)"
    case .mapping: return "a mapping"
    case .alias: return "an alias"
    }
  }

  /// An error about the value.
  ///
  /// - Parameter found: ``shown`` unless given.
  public func refused(
    found: String? = nil, expected: String, cure: String? = nil
  ) -> SettingsError {
    SettingsError(
      path: path, line: line, subject: key, found: found ?? shown, expected: expected, cure: cure)
  }

  /// Reads a number.
  ///
  /// - Parameters:
  ///   - expected: The valid numbers in words.
  ///   - isValid: True for valid numbers.
  public func number(
    _ expected: String, where isValid: (Float) -> Bool
  ) throws(SettingsError) -> Float {
    guard let text = plainText, Self.isDecimal(text), let value = Float(text), value.isFinite,
      isValid(value)
    else { throw refused(expected: expected) }
    return value
  }

  /// Reads a number in a range, whose bounds are whole where `Int` can show them.
  public func number(in range: ClosedRange<Float>) throws(SettingsError) -> Float {
    let (lower, upper) = (Self.text(range.lowerBound), Self.text(range.upperBound))
    return try number("a number from \(lower) to \(upper)") { range.contains($0) }
  }

  /// Reads a whole number in a range.
  public func wholeNumber(in range: ClosedRange<Int>) throws(SettingsError) -> Int {
    guard let text = plainText, let value = Int(text), range.contains(value) else {
      throw refused(
        expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// Reads a text.
  ///
  /// - Parameters:
  ///   - expected: The valid texts in words.
  ///   - isValid: True for valid texts.
  public func text(
    _ expected: String, where isValid: (String) -> Bool
  ) throws(SettingsError) -> String {
    guard case .scalar(let scalar) = node, Resolver.default.resolveTag(of: node) == .str,
      isValid(scalar.string)
    else { throw refused(expected: expected) }
    return scalar.string
  }

  /// Reads one of a few names.
  public func choice<Choice: RawRepresentable<String> & CaseIterable>()
    throws(SettingsError) -> Choice
  {
    let names = Choice.allCases.map(\.rawValue)
    let expected = "one of \(names.joined(separator: ", "))"
    guard let choice = Choice(rawValue: try text(expected) { _ in true }) else {
      throw refused(expected: expected)
    }
    return choice
  }

  /// Reads the elements of a list.
  ///
  /// - Parameters:
  ///   - key: The name of an element in errors.
  ///   - expected: The valid lists in words.
  ///   - isValid: True for valid lists.
  public func elements(
    named key: String, _ expected: String, where isValid: ([SettingsNode]) -> Bool
  ) throws(SettingsError) -> [SettingsNode] {
    guard case .sequence(let sequence) = node else { throw refused(expected: expected) }
    let elements = sequence.map { SettingsNode($0, key: key, path: path) }
    guard isValid(elements) else { throw refused(expected: expected) }
    return elements
  }

  /// Reads the values of a mapping that has no other keys than `keys`.
  public func mapping<Key: SettingsKey>(
    _ keys: [Key]
  ) throws(SettingsError) -> SettingsMapping<Key> {
    guard case .mapping(let mapping) = node else { throw refused(expected: "a mapping") }
    var values: [Key: SettingsNode] = [:]
    var keyNodes: [Key: SettingsNode] = [:]
    var order: [Key] = []
    for (name, value) in mapping {
      let keyNode = SettingsNode(name, key: key, path: path)
      guard Resolver.default.resolveTag(of: name) == .str, let text = name.scalar?.string,
        let known = Key(rawValue: text), keys.contains(known)
      else { throw keyNode.unknownKey(keys.map(\.rawValue)) }
      values[known] = SettingsNode(value, key: text, path: path)
      keyNodes[known] = keyNode
      order.append(known)
    }
    return SettingsMapping(node: self, values: values, keyNodes: keyNodes, keys: order)
  }

  private func unknownKey(_ known: [String]) -> SettingsError {
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

  /// True for a decimal number as YAML writes it; Swift reads more forms.
  private static func isDecimal(_ text: String) -> Bool {
    text.utf8.allSatisfy { (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }
  }

  private static func text(_ bound: Float) -> String {
    Int(exactly: bound).map { "\($0)" } ?? "\(bound)"
  }

  private static func shortened(_ text: String) -> String {
    text.count > 40 ? text.prefix(40) + "…" : text
  }
}

/// The keys that a mapping may have.
public protocol SettingsKey: RawRepresentable<String>, CaseIterable, Hashable {}

/// The values of a mapping by their keys.
public struct SettingsMapping<Key: SettingsKey> {
  /// The mapping itself.
  public let node: SettingsNode
  private let values: [Key: SettingsNode]
  private let keyNodes: [Key: SettingsNode]
  /// The keys in the order of the file.
  public let keys: [Key]

  fileprivate init(
    node: SettingsNode, values: [Key: SettingsNode], keyNodes: [Key: SettingsNode], keys: [Key]
  ) {
    self.node = node
    self.values = values
    self.keyNodes = keyNodes
    self.keys = keys
  }

  /// The value of a key; `nil` when the mapping does not have the key.
  public subscript(_ key: Key) -> SettingsNode? { values[key] }

  /// The key itself as it stands in the file.
  public func keyNode(_ key: Key) -> SettingsNode? { keyNodes[key] }

  /// The value of a key that the mapping must have.
  public func required(_ key: Key) throws(SettingsError) -> SettingsNode {
    guard let value = values[key] else { throw missing(key, cure: "add it") }
    return value
  }

  /// An error about a key that is missing.
  public func missing(_ key: Key, cure: String) -> SettingsError {
    node.refused(found: "no key '\(key.rawValue)'", expected: "one", cure: cure)
  }
}
