internal import Foundation
public import Yams

/// Reads YAML with limits on everything that may be large in it.
public enum SettingsText {
  /// The longest text that is read, in bytes.
  public static let byteCountMax = 65_536
  /// The most values in a text, with its aliases expanded.
  public static let valuesMax = 20_000
  /// The deepest nesting of lists and mappings.
  public static let depthMax = 32

  /// Reads the text of a file.
  ///
  /// - Parameter what: The expected kind of file, for messages.
  public static func read(path: String, what: String) throws(SettingsError) -> String {
    guard let text = String(validating: try contents(path: path, what: what), as: UTF8.self)
    else {
      throw SettingsError(
        path: path, line: nil, subject: "read", found: "bytes that are not UTF-8",
        expected: "a text file")
    }
    return text
  }

  /// Parses a text whose values are then read one by one; `nil` when it holds none.
  ///
  /// - Parameters:
  ///   - path: The file's name for messages; nothing is read from it.
  ///   - key: The name of the whole text in errors.
  public static func root(
    of text: String, path: String, key: String
  ) throws(SettingsError) -> SettingsNode? {
    try tree(of: text, path: path).map { SettingsNode($0, key: key, path: path) }
  }

  /// Parses a text into YAML nodes; `nil` when it holds none.
  ///
  /// - Parameter path: The file's name for messages; nothing is read from it.
  public static func tree(of text: String, path: String) throws(SettingsError) -> Node? {
    guard text.utf8.count <= byteCountMax else {
      throw SettingsError(
        path: path, line: nil, subject: "syntax", found: "more than \(byteCountMax) bytes",
        expected: "fewer")
    }
    guard !NestingGuess.isDeep(text) else {
      throw SettingsError(
        path: path, line: nil, subject: "syntax",
        found: "more than \(depthMax) lists and mappings within one another", expected: "fewer")
    }
    do {
      let skeleton = AliasExpansion.skeleton(of: text)
      // The nodes know their anchors only while the parser lives.
      let parser = try Parser(yaml: skeleton, encoding: .utf8)
      guard let root = try parser.singleRoot() else { return nil }
      var expansion = AliasExpansion(path: path)
      try withExtendedLifetime(parser) { try expansion.check(root) }
      return skeleton == text ? root : try compose(yaml: text, .default, .default, .utf8)
    } catch let error as YamlError {
      throw refused(error, text: text, path: path)
    } catch let error as SettingsError {
      throw error
    } catch {
      throw notYAML("\(error)", line: 1, path: path)
    }
  }

  private static func contents(path: String, what: String) throws(SettingsError) -> Data {
    let reason: String
    do {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      let data = try file.read(upToCount: byteCountMax + 1) ?? Data()
      guard data.count > byteCountMax else { return data }
      reason = "more than \(byteCountMax) bytes"
    } catch CocoaError.fileReadNoSuchFile, CocoaError.fileNoSuchFile {
      reason = "no such file"
    } catch CocoaError.fileReadNoPermission {
      reason = "no permission to read it"
    } catch {
      reason = "something that cannot be read"
    }
    throw SettingsError(
      path: path, line: nil, subject: "read", found: reason, expected: what,
      cure: "check the path")
  }

  private static func refused(_ error: YamlError, text: String, path: String) -> SettingsError {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _):
      notYAML(problem, line: mark.line, path: path)
    case .composer(_, let problem, let mark, _):
      notYAML(problem, line: mark.line, path: path)
    case .reader(let problem, let offset, _, _):
      notYAML(problem, line: line(ofCharacter: offset ?? 0, in: text), path: path)
    case .duplicatedKeysInMapping(let keys, let context):
      SettingsError(
        path: path, line: context.mark.line, subject: keys.first ?? "key", found: "the key again",
        expected: "each key once", cure: "remove one")
    case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
      notYAML("\(error)", line: 1, path: path)
    }
  }

  private static func notYAML(_ problem: String, line: Int, path: String) -> SettingsError {
    SettingsError(
      path: path, line: line, subject: "syntax", found: "a fault (\(problem))", expected: "YAML")
  }

  private static func line(ofCharacter offset: Int, in text: String) -> Int {
    1 + text.prefix(offset).count { $0.isNewline }
  }
}
