internal import Foundation
internal import Settings

extension SettingsError {
  /// A value that cannot be decoded, in the words of the settings.
  ///
  /// - Parameter tree: What was decoded.
  init(decoding error: DecodingError, of tree: ConfigurationTree) {
    switch error {
    case .typeMismatch(let type, let context) where type is any FixedWidthInteger.Type:
      self.init(context.codingPath, in: tree, expected: "a whole number")
    case .dataCorrupted(let context) where context.debugDescription.contains("lowerBound"):
      // The standard library's words for a range that is upside down.
      self.init(context.codingPath, in: tree, expected: "two numbers, the lower first")
    case .valueNotFound(_, let context):
      // A place within a list is the list's.
      self.init(
        context.codingPath.filter { $0.intValue == nil }, in: tree, expected: "more values")
    case .typeMismatch(_, let context), .dataCorrupted(let context):
      self.init(context.codingPath, in: tree, expected: context.debugDescription)
    case .keyNotFound(let key, let context):
      self.init(context.codingPath + [key], in: tree, expected: "a value")
    @unknown default: self.init(setting: "", found: "a fault", expected: "settings")
    }
  }

  private init(_ path: [any CodingKey], in tree: ConfigurationTree, expected: String) {
    let names = path.filter { $0.intValue == nil }.map(\.stringValue)
    self.init(
      setting: Self.key(path),
      found: tree.value(at: names).map(ConfigurationTree.shown) ?? "none", expected: expected)
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
}
