import Locomotion
import Settings
import Testing

@testable import tarsus_lab

@Suite struct ConfigurationTreeTests {
  private struct Settings: Codable, Equatable {
    struct Inner: Codable, Equatable {
      var stepCount = 3
      var names = ["one"]
      var isOn = true
    }
    var learningRate: Float = 0.5
    var inner = Inner()
  }

  private enum Colour: String, NamedChoice { case red, green }

  private struct Painted: Codable, Equatable {
    var colour = Colour.red
  }

  private struct Listed: Codable, Equatable {
    struct Entry: Codable, Equatable {
      var lengthMetres: Float
    }
    var entries: [Entry] = []
  }

  @Test func settings_entriesOfAList_areRead() throws {
    var tree = try ConfigurationTree(Listed())
    try tree.overlay(yaml: "entries: [{length_metres: 2}]", source: "file.yaml")
    #expect(try tree.settings(Listed.self).entries == [Listed.Entry(lengthMetres: 2)])
  }

  @Test(arguments: [
    (
      "{length_metres: 2, width_metres: 1}",
      "entries.width_metres: found an unknown key, expected one of length"
    ),
    ("{length_metre: 2}", "length_metres: found none, expected a value"),
  ])
  func settings_entryWithAnotherKey_isRefusedByName(entry: String, problem: String) throws {
    var tree = try ConfigurationTree(Listed())
    try tree.overlay(yaml: "entries: [\(entry)]", source: "file.yaml")
    #expect {
      try tree.settings(Listed.self)
    } throws: {
      "\($0)".contains(problem)
    }
  }

  private static func tree() throws -> ConfigurationTree { try ConfigurationTree(Settings()) }

  @Test func settings_untouched_areTheDefaults() throws {
    #expect(try Self.tree().settings(Settings.self) == Settings())
  }

  @Test func settings_ofItsOwnText_areTheSame() throws {
    var changed = Settings()
    changed.learningRate = 0.1
    changed.inner.names = ["a", "b"]
    var tree = try Self.tree()
    try tree.overlay(yaml: try ConfigurationTree(changed).text, source: "file.yaml")
    #expect(try tree.settings(Settings.self) == changed)
  }

  @Test func overlay_partOfTheSettings_leavesTheOthers() throws {
    var tree = try Self.tree()
    try tree.overlay(yaml: "inner:\n  step_count: 7\n", source: "file.yaml")
    try tree.overlay(setting: "inner.is_on=false")
    var expected = Settings()
    expected.inner.stepCount = 7
    expected.inner.isOn = false
    #expect(try tree.settings(Settings.self) == expected)
  }

  @Test(
    arguments: [
      ("inner:\n  step_cuont: 7\n", "inner.step_cuont", "'step_count'"),
      ("learning_rat: 1\n", "learning_rat", "'learning_rate'"),
    ])
  func overlay_unknownKey_isRefusedWithTheNearestName(yaml: String, key: String, nearest: String)
    throws
  {
    var tree = try Self.tree()
    let error = #expect(throws: SettingsError.self) {
      try tree.overlay(yaml: yaml, source: "file.yaml")
    }
    #expect(error?.subject == key && error?.cure?.contains(nearest) == true)
    #expect(error?.path == "file.yaml" && error?.line != nil)
    #expect(try tree.settings(Settings.self) == Settings())
  }

  private struct Ranged: Codable, Equatable {
    var speeds: ClosedRange<Float> = 0...1
    var widths = [3, 2]
  }

  @Test(arguments: [
    ("speeds=[1, 0]", "speeds: found [1, 0], expected two numbers, the lower first"),
    ("speeds=[1]", "speeds: found [1], expected more values"),
    ("speeds=[0, 1, 2]", "speeds: found [0, 1, 2], expected 2 values"),
  ])
  func settings_rangeThatIsNone_isRefusedInWords(setting: String, problem: String) throws {
    var tree = try ConfigurationTree(Ranged())
    try tree.overlay(setting: setting)
    let error = #expect(throws: SettingsError.self) { try tree.settings(Ranged.self) }
    #expect("\(try #require(error))" == "configuration: " + problem)
  }

  @Test(arguments: [
    ("learning_rate=.nan", "learning_rate: found .nan, expected a number that is finite"),
    ("learning_rate=-.inf", "learning_rate: found -.inf, expected a number that is finite"),
    ("learning_rate=nan", "learning_rate: found nan, expected a number that is finite"),
    ("learning_rate=0,985", "learning_rate: found a name '0,985', expected a number; write 0.985"),
    ("inner.names={a: b}", "inner.names: found a mapping, expected a list"),
    ("inner..names=[]", "inner.: found an unknown key"),
  ])
  func overlay_numberThatIsNone_isRefusedInWords(setting: String, problem: String) throws {
    var tree = try Self.tree()
    let error = #expect(throws: SettingsError.self) { try tree.overlay(setting: setting) }
    #expect("\(try #require(error))".contains(": " + problem))
  }

  @Test func overlay_endlessNumberInAList_isRefused() throws {
    var tree = try ConfigurationTree(Ranged())
    #expect(throws: SettingsError.self) {
      try tree.overlay(yaml: "speeds: [0, .inf]", source: "file.yaml")
    }
  }

  @Test(
    arguments: [
      "inner: 3\n", "learning_rate: fast\n", "learning_rate: [1]\n", "inner:\n  names: [1]\n",
      "inner:\n  is_on: 1\n", "just words",
    ])
  func overlay_valueOfAnotherKind_isRefused(yaml: String) throws {
    var tree = try Self.tree()
    #expect(throws: SettingsError.self) { try tree.overlay(yaml: yaml, source: "file.yaml") }
    #expect(try tree.settings(Settings.self) == Settings())
  }

  @Test func overlay_textThatIsNoYAML_isRefusedWithItsLine() throws {
    var tree = try Self.tree()
    let error = #expect(throws: SettingsError.self) {
      try tree.overlay(yaml: "inner: {}\na: [", source: "file.yaml")
    }
    #expect(error?.line == 3 && error?.path == "file.yaml")
    #expect(try tree.settings(Settings.self) == Settings())
  }

  @Test(arguments: ["learning_rate", "=3", "inner.steps=3", "inner=3", "learning_rate=x"])
  func overlay_settingThatIsNone_isRefused(setting: String) throws {
    var tree = try Self.tree()
    #expect(throws: SettingsError.self) { try tree.overlay(setting: setting) }
  }

  @Test func settings_halfANumberOfSteps_isRefusedByName() throws {
    var tree = try Self.tree()
    try tree.overlay(setting: "inner.step_count=2.5")
    let error = #expect(throws: SettingsError.self) { try tree.settings(Settings.self) }
    #expect("\(try #require(error))".contains("step_count"))
  }

  @Test func settings_nameThatIsNoChoice_isRefusedWithAll() throws {
    var tree = try ConfigurationTree(Painted())
    try tree.overlay(setting: "colour=green")
    #expect(try tree.settings(Painted.self) == Painted(colour: .green))
    try tree.overlay(setting: "colour=gren")
    let error = #expect(throws: SettingsError.self) { try tree.settings(Painted.self) }
    #expect(
      "\(try #require(error))".hasSuffix("colour: found a name 'gren', expected one of red, green"))
  }

  @Test func overlay_keyWithoutItsSection_isRefusedWithTheWholeKey() throws {
    var tree = try Self.tree()
    let error = #expect(throws: SettingsError.self) {
      try tree.overlay(setting: "is_on=false")
    }
    #expect("\(try #require(error))".contains("did you mean 'inner.is_on'?"))
  }

  @Test func overlay_emptyFile_changesNothing() throws {
    var tree = try Self.tree()
    try tree.overlay(yaml: "# nothing\n", source: "file.yaml")
    #expect(try tree.settings(Settings.self) == Settings())
  }
}
