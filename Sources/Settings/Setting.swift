/// A setting in words, for files, messages and tables.
public struct SettingDescription: Equatable, Sendable {
  /// Key in a YAML file with its sections, such as `learner.discount`.
  public let key: String
  /// A phrase without a full stop.
  public let meaning: String
  /// `nil` for names and for numbers without a unit.
  public let unit: String?
  /// The values that the setting may have.
  public let range: String
}

/// A setting of a configuration: its description, and the check of its value.
public struct Setting<Configuration>: Sendable {
  /// Key, meaning, unit and range.
  public let description: SettingDescription
  /// The value when it is out of range.
  fileprivate let refusal: @Sendable (Configuration) -> String?

  /// A setting with a rule of its own.
  ///
  /// - Parameters:
  ///   - value: The part of the configuration that a message shows.
  ///   - range: The values that `holds` takes, in words.
  ///   - holds: Sees the whole configuration: a rule may depend on other settings.
  public init<Value>(
    _ key: String, _ value: @escaping @Sendable (Configuration) -> Value, _ range: String,
    unit: String? = nil, _ meaning: String,
    holds: @escaping @Sendable (Configuration) -> Bool
  ) {
    description = SettingDescription(key: key, meaning: meaning, unit: unit, range: range)
    refusal = { holds($0) ? nil : "\(value($0))" }
  }

  /// A number in a range.
  public init<Number>(
    _ key: String, _ value: @escaping @Sendable (Configuration) -> Number,
    _ range: NumberRange<Number>, unit: String? = nil, _ meaning: String
  ) {
    self.init(key, value, range.text, unit: unit, meaning) { range.contains(value($0)) }
  }

  /// Two numbers in a range, the lower first.
  public init<Number>(
    _ key: String, _ value: @escaping @Sendable (Configuration) -> ClosedRange<Number>,
    within range: NumberRange<Number>, unit: String? = nil, _ meaning: String
  ) {
    self.init(key, value, "two numbers, \(range.text)", unit: unit, meaning) {
      let pair = value($0)
      return range.contains(pair.lowerBound) && range.contains(pair.upperBound)
    }
  }

  /// True or false.
  public init(
    _ key: String, _ value: @escaping @Sendable (Configuration) -> Bool, _ meaning: String
  ) {
    self.init(key, value, "true or false", meaning) { _ in true }
  }

  /// One of a few names.
  public init<Choice: CaseIterable & RawRepresentable<String>>(
    _ key: String, _ value: @escaping @Sendable (Configuration) -> Choice, _ meaning: String
  ) {
    self.init(key, value, Choice.allCases.map(\.rawValue).joined(separator: ", "), meaning) { _ in
      true
    }
  }
}

extension Sequence {
  /// Checks every setting.
  ///
  /// - Parameter path: Source of the configuration, for messages.
  /// - Throws: ``SettingsError`` for the first whose value is out of range.
  public func check<Configuration>(
    _ configuration: Configuration, in path: String = SettingsError.configuration
  ) throws(SettingsError) where Element == Setting<Configuration> {
    for setting in self {
      guard let found = setting.refusal(configuration) else { continue }
      throw SettingsError(
        path: path, line: nil, subject: setting.description.key, found: found,
        expected: setting.description.range)
    }
  }
}

extension SettingsError {
  /// Path of a configuration that several files and options make together.
  public static let configuration = "configuration"

  /// A setting of such a configuration.
  public init(setting key: String, found: some Any, expected: String) {
    self.init(
      path: Self.configuration, line: nil, subject: key, found: "\(found)", expected: expected)
  }
}
