/// Writes one JSON object, with keys in the order in which they are added.
///
/// A `Float` is written with the fewest digits that give the same bits back, and as `null` when it
/// is not finite.
struct JSONText {
  private(set) var bytes: [UInt8] = []
  private var needsComma = false

  /// Begins a new object.
  mutating func begin() {
    bytes.removeAll(keepingCapacity: true)
    bytes.append(UInt8(ascii: "{"))
    needsComma = false
  }

  /// Ends the object.
  mutating func end() { bytes.append(UInt8(ascii: "}")) }

  mutating func add(_ key: StaticString, _ value: some FixedWidthInteger) {
    addKey(key)
    bytes.append(contentsOf: value.description.utf8)
  }

  mutating func add(key: String, _ value: UInt64) {
    addKey(key.utf8)
    bytes.append(contentsOf: value.description.utf8)
  }

  mutating func add(_ key: StaticString, _ value: Bool) {
    addKey(key)
    bytes.append(contentsOf: (value ? "true" : "false").utf8)
  }

  mutating func add(_ key: StaticString, _ value: Float) {
    addKey(key)
    append(value)
  }

  /// - Parameter value: A text without quotes, backslashes or control characters.
  mutating func add(_ key: StaticString, plain value: String) {
    addKey(key)
    bytes.append(UInt8(ascii: "\""))
    bytes.append(contentsOf: value.utf8)
    bytes.append(UInt8(ascii: "\""))
  }

  /// Adds a list of `count` numbers.
  mutating func add(_ key: StaticString, count: Int, _ value: (Int) -> Float) {
    addKey(key)
    bytes.append(UInt8(ascii: "["))
    for index in 0..<count {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      append(value(index))
    }
    bytes.append(UInt8(ascii: "]"))
  }

  private mutating func addKey(_ key: StaticString) { addKey(key.description.utf8) }

  private mutating func addKey(_ key: String.UTF8View) {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
    bytes.append(UInt8(ascii: "\""))
    bytes.append(contentsOf: key)
    bytes.append(contentsOf: "\":".utf8)
  }

  private mutating func append(_ value: Float) {
    bytes.append(contentsOf: (value.isFinite ? value.description : "null").utf8)
  }
}
