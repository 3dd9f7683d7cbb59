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
    let error = #expect(throws: ConfigurationError.self) {
      try tree.overlay(yaml: yaml, source: "file.yaml")
    }
    #expect(error?.problem.contains(key) == true && error?.problem.contains(nearest) == true)
    #expect(error?.place.hasPrefix("file.yaml:") == true)
    #expect(try tree.settings(Settings.self) == Settings())
  }

  @Test(
    arguments: [
      "inner: 3\n", "learning_rate: fast\n", "learning_rate: [1]\n", "inner:\n  names: [1]\n",
      "inner:\n  is_on: 1\n", "just words", "a: [",
    ])
  func overlay_valueOfAnotherKind_isRefused(yaml: String) throws {
    var tree = try Self.tree()
    #expect(throws: ConfigurationError.self) { try tree.overlay(yaml: yaml, source: "file.yaml") }
    #expect(try tree.settings(Settings.self) == Settings())
  }

  @Test(arguments: ["learning_rate", "=3", "inner.steps=3", "inner=3", "learning_rate=x"])
  func overlay_settingThatIsNone_isRefused(setting: String) throws {
    var tree = try Self.tree()
    #expect(throws: ConfigurationError.self) { try tree.overlay(setting: setting) }
  }

  @Test func settings_halfANumberOfSteps_isRefusedByName() throws {
    var tree = try Self.tree()
    try tree.overlay(setting: "inner.step_count=2.5")
    let error = #expect(throws: ConfigurationError.self) { try tree.settings(Settings.self) }
    #expect("\(try #require(error))".contains("step_count"))
  }

  @Test func overlay_emptyFile_changesNothing() throws {
    var tree = try Self.tree()
    try tree.overlay(yaml: "# nothing\n", source: "file.yaml")
    #expect(try tree.settings(Settings.self) == Settings())
  }
}
