import Settings
import Testing

@Suite struct SettingTests {
  private enum Colour: String, CaseIterable { case red, green }

  private struct Configuration {
    var share: Float = 0.5
    var count = 3
    var span: ClosedRange<Float> = 0...1
    var colour = Colour.red
    var isOn = true
  }

  private static let settings: [Setting<Configuration>] = [
    Setting("a.share", \.share, .from(0, below: 1), unit: "m", "share"),
    Setting("a.count", \.count, .from(1, to: 4), "count"),
    Setting("a.span", \.span, within: .above(-1, to: 2), "span"),
    Setting("a.colour", \.colour, "colour"),
    Setting("a.is_on", \.isOn, "switch"),
    Setting("a.even", \.count, "an even number when on", "rule") {
      !$0.isOn || $0.count % 2 == 1
    },
  ]

  @Test func check_defaults_pass() throws {
    try Self.settings.check(Configuration())
  }

  @Test func check_firstOutOfRange_isNamedWithItsValueAndRange() {
    var configuration = Configuration()
    configuration.count = 5
    configuration.span = -1...1
    #expect(throws: SettingsError(setting: "a.count", found: "5", expected: "1 to 4")) {
      try Self.settings.check(configuration)
    }
  }

  @Test func check_ruleOverSettings_seesTheWholeConfiguration() throws {
    var configuration = Configuration()
    configuration.count = 2
    #expect(throws: SettingsError.self) { try Self.settings.check(configuration) }
    configuration.isOn = false
    try Self.settings.check(configuration)
  }

  @Test func check_pathGiven_isThatOfTheError() {
    var configuration = Configuration()
    configuration.share = .nan
    let error = #expect(throws: SettingsError.self) {
      try Self.settings.check(configuration, in: "faults.yaml")
    }
    #expect(error?.description == "faults.yaml: a.share: found nan, expected 0 to below 1")
  }

  @Test func description_eachKind_saysItsRange() {
    #expect(
      Self.settings.map(\.description.range) == [
        "0 to below 1", "1 to 4", "two numbers, above -1, up to 2", "red, green", "true or false",
        "an even number when on",
      ])
    #expect(Self.settings[0].description.unit == "m")
  }

  @Test func contains_endsAndWhatIsNoNumber_areTakenAsTheTextSays() {
    let ranges: [(NumberRange<Float>, text: String, inside: [Float], outside: [Float])] = [
      (.from(0, to: 1), "0 to 1", [0, 1], [-0.1, 1.1, .nan]),
      (.from(0, below: 1), "0 to below 1", [0, 0.9], [-0.1, 1]),
      (.above(0, to: 1), "above 0, up to 1", [0.1, 1], [0, 1.1]),
      (.from(0), "0 or more", [0, 1e30], [-0.1, .infinity, .nan]),
      (.above(0), "above 0", [1e-30], [0, .infinity, .nan]),
      (.finite, "any number", [-1e30, 0], [.infinity, -.infinity, .nan]),
    ]
    for (range, text, inside, outside) in ranges {
      #expect(range.text == text)
      #expect(inside.allSatisfy(range.contains) && !outside.contains(where: range.contains))
    }
    #expect(NumberRange<Int>.from(2).contains(.max) && !NumberRange<Int>.from(2).contains(1))
  }
}
