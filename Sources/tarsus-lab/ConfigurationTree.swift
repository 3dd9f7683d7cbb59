internal import Foundation
internal import Settings
internal import Yams

/// Settings as a tree of YAML: the defaults, over which files and single settings are laid.
///
/// Keys are the settings' names in snake case. Only keys that the defaults have are taken, with
/// values of the same kind.
struct ConfigurationTree {
  private var root: Node

  /// The tree of some settings.
  init(_ settings: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    // JSON is YAML.
    let text = String(decoding: try encoder.encode(settings), as: UTF8.self)
    root = Self.renamed(try Yams.compose(yaml: text) ?? Node([:]), Self.snakeCase)
  }

  /// The settings of the tree.
  ///
  /// - Throws: ``ConfigurationError`` when a number is not of the setting's kind, or an entry of a list
  ///   has a key too many.
  func settings<Settings: Codable>(_ type: Settings.Type) throws -> Settings {
    let settings: Settings
    do {
      settings = try YAMLDecoder().decode(type, from: Self.renamed(root, Self.camelCase))
    } catch let error as DecodingError {
      throw ConfigurationError(decoding: error, of: self)
    }
    try Self.refuseUnknown(in: root, known: ConfigurationTree(settings).root, key: [])
    return settings
  }

  /// Entries of lists have no defaults to be laid over: what was not taken shows here.
  private static func refuseUnknown(in node: Node, known: Node, key: [String]) throws {
    switch (node, known) {
    case (.mapping(let mapping), .mapping(let knownMapping)):
      for (keyNode, value) in mapping {
        let name = keyNode.string ?? ""
        guard let knownValue = knownMapping[Node(name)] else {
          let names = knownMapping.keys.compactMap(\.string).joined(separator: ", ")
          throw ConfigurationError(
            place: "configuration",
            problem:
              "unknown key '\((key + [name]).joined(separator: "."))', expected some of \(names)"
          )
        }
        try refuseUnknown(in: value, known: knownValue, key: key + [name])
      }
    case (.sequence(let list), .sequence(let knownList)):
      guard list.count == knownList.count else {
        throw ConfigurationError(
          place: "configuration",
          problem: "\(key.joined(separator: ".")): found \(shown(node)), expected "
            + "\(knownList.count) values")
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
  /// - Parameter source: Where the text is from, for messages.
  mutating func overlay(yaml text: String, source: String) throws {
    guard let overlay = try SettingsText.tree(of: text, path: source) else { return }
    root = try Self.laid(overlay, over: root, key: [], source: source)
  }

  /// Lays one setting over the tree, such as `learner.discount=0.99`.
  mutating func overlay(setting: String) throws {
    let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
      let found = parts.count < 2 ? "no '='" : parts[0].isEmpty ? "no key" : "no value"
      throw ConfigurationError(
        place: "--set \(setting)", problem: "found \(found), expected KEY=VALUE")
    }
    // Read by itself, so that nothing in a value ends it: `0,985` is a number written otherwise.
    let source = "--set \(setting)"
    guard let value = try SettingsText.tree(of: String(parts[1]), path: source) else {
      throw ConfigurationError(place: source, problem: "found no value, expected KEY=VALUE")
    }
    let keys = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let overlay = keys.reversed().reduce(value) { Node([(Node(String($1)), $0)]) }
    root = try Self.laid(overlay, over: root, key: [], source: source)
  }

  private static func laid(
    _ overlay: Node, over base: Node, key: [String], source: String
  ) throws -> Node {
    func refused(_ problem: String, at node: Node) -> ConfigurationError {
      let line = source.hasPrefix("--set") ? nil : node.mark?.line
      return ConfigurationError(place: line.map { "\(source):\($0)" } ?? source, problem: problem)
    }
    let name = key.isEmpty ? "the file" : key.joined(separator: ".")
    switch (base, overlay) {
    case (.mapping(var merged), .mapping(let mapping)):
      for (keyNode, value) in mapping {
        let found = keyNode.string ?? ""
        let names = Array(merged.keys.compactMap(\.string))
        guard let known = merged[Node(found)] else {
          let below = merged.first { $0.value.mapping?[Node(found)] != nil }?.key.string
          let meant = below.map { "\($0).\(found)" } ?? nearest(to: found, among: names)
          let hint = meant.map { "; did you mean '\($0)'?" } ?? ";"
          let list = names.joined(separator: ", ")
          throw refused(
            "unknown key '\((key + [found]).joined(separator: "."))'\(hint) \(name) has \(list)",
            at: keyNode)
        }
        merged[Node(found)] = try laid(value, over: known, key: key + [found], source: source)
      }
      return .mapping(merged)
    case (.sequence(let list), .sequence(let given)):
      if let kind = list.first.map(kind) {
        for value in given where Self.kind(value) != kind {
          throw refused("\(name): found \(Self.kind(value)), expected a list of \(kind)", at: value)
        }
      }
      if let value = firstEndless(overlay) { throw refused(endless(name, value), at: value) }
      return overlay
    case (.scalar, .scalar) where kind(base) == kind(overlay):
      if let value = firstEndless(overlay) { throw refused(endless(name, value), at: value) }
      return overlay
    default:
      throw refused(
        "\(name): found \(shown(overlay)), expected \(kind(base))\(cure(overlay, for: base))",
        at: overlay)
    }
  }

  /// The first number in a value that is infinite or none at all; no setting may be that.
  private static func firstEndless(_ node: Node) -> Node? {
    switch node {
    case .scalar: node.float.map { !$0.isFinite } == true ? node : nil
    case .sequence(let list): list.lazy.compactMap { firstEndless($0) }.first
    case .mapping(let mapping): mapping.lazy.compactMap { firstEndless($0.value) }.first
    case .alias: nil
    }
  }

  private static func endless(_ name: String, _ node: Node) -> String {
    "\(name): found \(node.string ?? ""), expected a number that is finite"
  }

  /// A value as a message shows it: a word itself, anything else by its kind.
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

  /// What helps where a number was written with a comma.
  private static func cure(_ found: Node, for base: Node) -> String {
    guard base.float != nil, let text = found.string?.replacing(",", with: "."),
      Node(text).float != nil
    else { return "" }
    return "; write \(text)"
  }

  /// The value below some names, as ``settings(_:)`` reads them.
  func value(at path: [String]) -> Node? {
    path.reduce(Optional(root)) { $0?.mapping?[Node(Self.snakeCase($1))] }
  }

  /// What a value is, in words.
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

/// A setting that cannot be used.
struct ConfigurationError: Error, Equatable, CustomStringConvertible {
  let place: String
  let problem: String

  init(place: String, problem: String) {
    self.place = place
    self.problem = problem
  }

  /// - Parameter tree: What was decoded, for what stands there.
  init(decoding error: DecodingError, of tree: ConfigurationTree) {
    let (path, reason): ([any CodingKey], String) =
      switch error {
      case .typeMismatch(let type, let context) where type is any FixedWidthInteger.Type:
        (context.codingPath, "expected a whole number")
      case .dataCorrupted(let context) where Self.isRange(context):
        (context.codingPath, Self.found(context, tree) + "expected two numbers, the lower first")
      case .valueNotFound(_, let context):
        (
          context.codingPath.filter { $0.intValue == nil },
          Self.found(context, tree) + "expected more values"
        )
      case .typeMismatch(_, let context), .dataCorrupted(let context):
        (context.codingPath, context.debugDescription)
      case .keyNotFound(let key, let context): (context.codingPath + [key], "it is missing")
      @unknown default: ([], "it cannot be read")
      }
    self.init(place: "configuration", problem: "\(Self.key(path)): \(reason)")
  }

  /// The key that a path leads to, such as `gait_joints[1].lift_radians`.
  private static func key(_ path: [any CodingKey]) -> String {
    path.reduce(into: "") { key, part in
      if let index = part.intValue {
        key += "[\(index)]"
      } else {
        key += (key.isEmpty ? "" : ".") + ConfigurationTree.snakeCase(part.stringValue)
      }
    }
  }

  /// Whether the standard library says that a range is upside down.
  private static func isRange(_ context: DecodingError.Context) -> Bool {
    context.debugDescription.contains("lowerBound")
  }

  private static func found(
    _ context: DecodingError.Context, _ tree: ConfigurationTree
  ) -> String {
    // A place within a list is the list's.
    let path = context.codingPath.filter { $0.intValue == nil }.map(\.stringValue)
    return tree.value(at: path).map { "found \(ConfigurationTree.shown($0)), " } ?? ""
  }

  /// One sentence: where, what was found, what was expected.
  var description: String { "\(place): \(problem)" }
}
