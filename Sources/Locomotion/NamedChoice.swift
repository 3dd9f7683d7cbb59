/// A setting whose value is one of a few names.
public protocol NamedChoice: RawRepresentable, CaseIterable, Codable, Sendable
where RawValue == String {}

extension NamedChoice {
  /// Reads a name.
  ///
  /// - Throws: `DecodingError.dataCorrupted`, which lists all names, for any other.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let name = try container.decode(String.self)
    guard let choice = Self(rawValue: name) else {
      let names = Self.allCases.map(\.rawValue).joined(separator: ", ")
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "one of \(names)")
    }
    self = choice
  }
}
