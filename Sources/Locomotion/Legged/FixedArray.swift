/// An array of a fixed size, stored in place, that a snapshot can hold.
struct FixedArray<let size: Int, Element: Codable & Equatable & Sendable>: Sendable {
  var values: InlineArray<size, Element>

  init(repeating element: Element) { values = InlineArray(repeating: element) }

  init(_ values: InlineArray<size, Element>) { self.values = values }

  subscript(index: Int) -> Element {
    get { values[index] }
    set { values[index] = newValue }
  }
}

extension FixedArray: Equatable {
  static func == (left: FixedArray, right: FixedArray) -> Bool {
    left.values.indices.allSatisfy { left[$0] == right[$0] }
  }
}

extension FixedArray: Codable {
  func encode(to encoder: any Encoder) throws {
    try values.indices.map { values[$0] }.encode(to: encoder)
  }

  /// - Throws: `DecodingError.dataCorrupted` when there are more or fewer elements.
  init(from decoder: any Decoder) throws {
    let elements = try [Element](from: decoder)
    guard elements.count == size else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: decoder.codingPath,
          debugDescription: "found \(elements.count) elements, expected \(size)"))
    }
    values = InlineArray { elements[$0] }
  }
}
