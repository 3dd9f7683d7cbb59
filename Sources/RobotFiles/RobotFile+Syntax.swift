internal import Yams

extension RobotFile {
  /// The text as YAML nodes; `nil` when it holds none.
  static func syntaxTree(of text: String, path: String) throws(RobotFileError) -> Node? {
    do {
      return try compose(yaml: text, .default, .default, .utf8)
    } catch let error as YamlError {
      throw refused(error, text: text, path: path)
    } catch {
      throw notYAML("\(error)", line: 1, path: path)
    }
  }

  private static func refused(_ error: YamlError, text: String, path: String) -> RobotFileError {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _):
      notYAML(problem, line: mark.line, path: path)
    case .composer(_, let problem, let mark, _):
      notYAML(problem, line: mark.line, path: path)
    case .reader(let problem, let offset, _, _):
      notYAML(problem, line: line(ofCharacter: offset ?? 0, in: text), path: path)
    case .duplicatedKeysInMapping(let keys, let context):
      RobotFileError(
        path: path, line: context.mark.line, subject: keys.first ?? "key", found: "the key again",
        expected: "each key once", cure: "remove one")
    case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
      notYAML("\(error)", line: 1, path: path)
    }
  }

  private static func notYAML(_ problem: String, line: Int, path: String) -> RobotFileError {
    RobotFileError(
      path: path, line: line, subject: "syntax", found: "a fault (\(problem))", expected: "YAML")
  }

  private static func line(ofCharacter offset: Int, in text: String) -> Int {
    1 + text.prefix(offset).count { $0.isNewline }
  }
}
