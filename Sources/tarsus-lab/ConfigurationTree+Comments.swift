internal import Foundation
internal import Settings
internal import Yams

extension ConfigurationTree {
  private static let columnsMax = 100

  /// A YAML file in which a comment before each key gives its meaning, unit, range and default.
  ///
  /// - Parameters:
  ///   - descriptions: Of the keys; one without is written without a comment.
  ///   - defaults: The values of settings that nobody has set.
  func text(
    describedBy descriptions: [SettingDescription], defaults: ConfigurationTree
  ) throws -> String {
    var byKey: [String: SettingDescription] = [:]
    for description in descriptions { byKey[description.key] = description }
    var lines: [String] = []
    try Self.visit(root, key: []) { key, node in
      let indent = String(repeating: "  ", count: key.count - 1)
      let name = key[key.count - 1]
      if node.mapping != nil { return lines.append("\(indent)\(name):") }
      if let description = byKey[key.joined(separator: ".")] {
        let value = try defaults.text(at: key) ?? "none"
        lines += Self.comment(description, default: value, indent: indent)
      }
      lines.append("\(indent)\(name): \(try Self.flow(node))")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The value of a key on one line of YAML; `nil` when there is none.
  func text(at key: [String]) throws -> String? {
    try key.reduce(Optional(root)) { $0?.mapping?[Node($1)] }.map(Self.flow)
  }

  /// The keys of all values, without those of sections, in order.
  var keys: [String] {
    var keys: [String] = []
    Self.visit(root, key: []) { key, node in
      if node.mapping == nil { keys.append(key.joined(separator: ".")) }
    }
    return keys
  }

  /// Visits each section before its values.
  private static func visit(
    _ node: Node, key: [String], _ body: ([String], Node) throws -> Void
  ) rethrows {
    for (keyNode, value) in node.mapping ?? [:] {
      let path = key + [keyNode.string ?? ""]
      try body(path, value)
      try visit(value, key: path, body)
    }
  }

  private static func flow(_ node: Node) throws -> String {
    // By itself a scalar would be followed by a mark for the end of the document.
    let text = try Yams.serialize(node: Node([(Node("key"), node)]), width: -1)
    return String(text.dropFirst("key: ".count).dropLast())
  }

  private static func comment(
    _ description: SettingDescription, default value: String, indent: String
  ) -> [String] {
    let meaning = description.meaning.prefix(1).uppercased() + description.meaning.dropFirst()
    let unit = description.unit.map { " (\($0))" } ?? ""
    var lines: [String] = []
    for sentence in [
      "\(meaning)\(unit).", "Range: \(description.range). Default: \(value).",
    ] {
      var line = indent + "#"
      for word in sentence.split(separator: " ") {
        if line.count + 1 + word.count > columnsMax {
          lines.append(line)
          line = indent + "#"
        }
        line += " " + word
      }
      lines.append(line)
    }
    return lines
  }
}
