import RobotFiles
import Settings
import Testing

/// A spoilt file and the sentence about it, less the path with which every sentence begins.
struct Refusal: Sendable, CustomTestStringConvertible {
  let text: String
  let sentence: String
  var testDescription: String { sentence }

  /// Puts a line in another way, or leaves it out.
  init(_ line: Int, _ replacement: String?, _ sentence: String) {
    text = RobotText().with(line, replacement)
    self.sentence = sentence
  }

  /// Keeps the first lines and puts others behind them.
  init(first count: Int, then rest: [String], _ sentence: String) {
    text = RobotText().first(count, then: rest)
    self.sentence = sentence
  }

  func check() {
    let error = #expect(throws: SettingsError.self) {
      try RobotFile.parse(text, path: "r.yaml")
    }
    #expect(error?.description == "r.yaml:\(sentence)")
  }
}
