internal import Foundation
internal import Settings
internal import Yams

/// Settings as a tree of YAML: the defaults, over which files and single settings are laid.
///
/// Keys are the properties' names in snake case. Only the defaults' keys are accepted, with values
/// of the same kind.
struct ConfigurationTree {
  private(set) var root: Node

  /// Makes the tree of some settings.
  init(_ settings: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    // JSON is YAML.
    let text = String(decoding: try encoder.encode(settings), as: UTF8.self)
    root = Self.renamed(try Yams.compose(yaml: text) ?? Node([:]), Self.snakeCase)
  }

  /// Decodes the settings.
  ///
  /// - Throws: `SettingsError` when a value cannot be decoded, or an entry of a list has an unknown
  ///   key.
  func settings<Settings: Codable>(_ type: Settings.Type) throws -> Settings {
    let settings: Settings
    do {
      settings = try YAMLDecoder().decode(type, from: Self.renamed(root, Self.camelCase))
    } catch let error as DecodingError {
      throw SettingsError(decoding: error, of: self)
    }
    try Self.refuseUnknown(in: root, known: ConfigurationTree(settings).root, key: [])
    return settings
  }

  /// Refuses unknown keys in entries of lists, which have no defaults to be laid over.
  private static func refuseUnknown(in node: Node, known: Node, key: [String]) throws {
    switch (node, known) {
    case (.mapping(let mapping), .mapping(let knownMapping)):
      for (keyNode, value) in mapping {
        let name = keyNode.string ?? ""
        guard let knownValue = knownMapping[Node(name)] else {
          throw SettingsError(
            setting: (key + [name]).joined(separator: "."), found: "an unknown key",
            expected: "one of " + knownMapping.keys.compactMap(\.string).joined(separator: ", "))
        }
        try refuseUnknown(in: value, known: knownValue, key: key + [name])
      }
    case (.sequence(let list), .sequence(let knownList)):
      guard list.count == knownList.count else {
        throw SettingsError(
          setting: key.joined(separator: "."), found: shown(node),
          expected: "\(knownList.count) values")
      }
      for (value, knownValue) in zip(list, knownList) {
        try refuseUnknown(in: value, known: knownValue, key: key)
      }
    default: break
    }
  }

  /// The tree as a YAML file.
  var text: String {
    get throws { try Yams.serialize(node: root, width: 100, sortKeys: false) }
  }

  /// Lays a YAML text over the tree.
  ///
  /// - Parameter source: Origin of the text, for messages.
  mutating func overlay(yaml text: String, source: String) throws {
    guard let overlay = try SettingsText.tree(of: text, path: source) else { return }
    root = try Self.laid(overlay, over: root, key: [], source: source)
  }

  /// Lays one setting over the tree, such as `learner.discount=0.99`.
  mutating func overlay(setting: String) throws {
    let source = "--set \(setting)"
    func notAssignment(_ found: String) -> SettingsError {
      SettingsError(
        path: source, line: nil, subject: "syntax", found: found, expected: "KEY=VALUE")
    }
    let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
      throw notAssignment(parts.count < 2 ? "no '='" : parts[0].isEmpty ? "no key" : "no value")
    }
    // Parsed by itself, so that nothing in a value ends it, as the comma in `0,985` would.
    guard let value = try SettingsText.tree(of: String(parts[1]), path: source) else {
      throw notAssignment("no value")
    }
    let keys = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let overlay = keys.reversed().reduce(value) { Node([(Node(String($1)), $0)]) }
    root = try Self.laid(overlay, over: root, key: [], source: source)
  }

  private static func laid(
    _ overlay: Node, over base: Node, key: [String], source: String
  ) throws -> Node {
    func refused(
      _ key: [String], _ found: String, _ expected: String, cure: String? = nil, at node: Node
    ) -> SettingsError {
      SettingsError(
        path: source, line: source.hasPrefix("--set") ? nil : node.mark?.line,
        subject: key.isEmpty ? "file" : key.joined(separator: "."), found: found,
        expected: expected, cure: cure)
    }
    func finite(_ value: Node) throws -> Node {
      guard let number = firstNotFinite(value) else { return value }
      throw refused(key, number.string ?? "", "a number that is finite", at: number)
    }
    switch (base, overlay) {
    case (.mapping(var merged), .mapping(let mapping)):
      for (keyNode, value) in mapping {
        let found = keyNode.string ?? ""
        let names = Array(merged.keys.compactMap(\.string))
        guard let known = merged[Node(found)] else {
          let below = merged.first { $0.value.mapping?[Node(found)] != nil }?.key.string
          let meant = below.map { "\($0).\(found)" } ?? nearest(to: found, among: names)
          throw refused(
            key + [found], "an unknown key", "one of \(names.joined(separator: ", "))",
            cure: meant.map { "did you mean '\($0)'?" }, at: keyNode)
        }
        merged[Node(found)] = try laid(value, over: known, key: key + [found], source: source)
      }
      return .mapping(merged)
    case (.sequence(let list), .sequence(let given)):
      if let kind = list.first.map(kind) {
        for value in given where Self.kind(value) != kind {
          throw refused(key, Self.kind(value), "a list of \(kind)", at: value)
        }
      }
      return try finite(overlay)
    case (.scalar, .scalar) where kind(base) == kind(overlay):
      return try finite(overlay)
    default:
      throw refused(
        key, shown(overlay), kind(base), cure: cure(overlay, for: base), at: overlay)
    }
  }

  /// The first number in a value that is infinite or not a number; no setting may be that.
  private static func firstNotFinite(_ node: Node) -> Node? {
    switch node {
    case .scalar: node.float.map { !$0.isFinite } == true ? node : nil
    case .sequence(let list): list.lazy.compactMap { firstNotFinite($0) }.first
    case .mapping(let mapping): mapping.lazy.compactMap { firstNotFinite($0.value) }.first
    case .alias: nil
    }
  }

  /// A value as messages show it.
  static func shown(_ node: Node) -> String {
    switch node {
    case .scalar(let scalar):
      let text = scalar.string.count > 40 ? scalar.string.prefix(40) + "…" : scalar.string
      return "\(kind(node)) '\(text)'"
    case .sequence(let list):
      guard list.count <= 4 else { return "a list of \(list.count)" }
      return "[" + list.map { $0.string ?? kind($0) }.joined(separator: ", ") + "]"
    case .mapping, .alias: return kind(node)
    }
  }

  /// The cure for a number that was written with a comma.
  private static func cure(_ found: Node, for base: Node) -> String? {
    guard base.float != nil, let text = found.string?.replacing(",", with: "."),
      Node(text).float != nil
    else { return nil }
    return "write \(text)"
  }

  /// The value at a path of property names.
  func value(at path: [String]) -> Node? {
    path.reduce(Optional(root)) { $0?.mapping?[Node(Self.snakeCase($1))] }
  }

  /// The kind of a value, in words.
  private static func kind(_ node: Node) -> String {
    switch node {
    case .mapping: "a mapping"
    case .sequence: "a list"
    case .alias: "an alias"
    case .scalar:
      node.bool != nil ? "true or false" : node.float != nil ? "a number" : "a name"
    }
  }

  private static func renamed(_ node: Node, _ rename: (String) -> String) -> Node {
    switch node {
    case .mapping(let mapping):
      let pairs = mapping.map { (Node(rename($0.key.string ?? "")), renamed($0.value, rename)) }
      return Node(pairs, .implicit, .block)
    case .sequence(let sequence):
      return Node(sequence.map { renamed($0, rename) }, .implicit, .flow)
    case .scalar(var scalar):
      scalar.style = .any
      return .scalar(scalar)
    case .alias: return node
    }
  }

  /// `logDeviationStart` as `log_deviation_start`.
  static func snakeCase(_ name: String) -> String {
    name.map { $0.isUppercase ? "_\($0.lowercased())" : "\($0)" }.joined()
  }

  /// `log_deviation_start` as `logDeviationStart`.
  private static func camelCase(_ name: String) -> String {
    let words = name.split(separator: "_")
    return words.enumerated().map { $0 == 0 ? String($1) : $1.capitalized }.joined()
  }
}
