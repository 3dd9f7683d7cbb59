/// Parses one JSON object whose values are numbers, booleans or null.
///
/// It reads input from sockets in place of a general decoder: values do not nest, numbers fit a
/// `Float`, and each member is returned, also those with the same key.
struct FlatJSON {
  enum Value: Equatable {
    case number(Float)
    case boolean(Bool)
    case null
  }

  struct Member: Equatable {
    let key: String
    let value: Value
  }

  /// The faults of a text.
  enum Fault: Error {
    /// The text is not one object.
    case noObject
    /// The object has too many members.
    case tooManyMembers
    /// A value is a text, a list, an object, or a number that is not finite.
    case notPlain
  }

  private let bytes: [UInt8]
  private var place = 0

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The members of an object, in order.
  static func members(of bytes: [UInt8], countMax: Int) throws(Fault) -> [Member] {
    var text = FlatJSON(bytes)
    guard text.takes("{") else { throw .noObject }
    var members: [Member] = []
    if !text.takes("}") {
      repeat {
        guard members.count < countMax else { throw .tooManyMembers }
        let key = try text.key()
        guard text.takes(":") else { throw .noObject }
        members.append(Member(key: key, value: try text.value()))
      } while text.takes(",")
      guard text.takes("}") else { throw .noObject }
    }
    text.skipSpace()
    guard text.place == bytes.count else { throw .noObject }
    return members
  }

  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  private mutating func skipSpace() {
    while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { place += 1 }
  }

  /// Skips space, and takes a character if it is the next.
  private mutating func takes(_ sign: Character) -> Bool {
    skipSpace()
    guard next == sign.asciiValue else { return false }
    place += 1
    return true
  }

  /// A key without resolving escapes, which no valid key has.
  private mutating func key() throws(Fault) -> String {
    guard takes("\"") else { throw .noObject }
    let start = place
    while let byte = next, byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else { throw .noObject }
      // An escaped quotation mark does not end the key.
      place += byte == UInt8(ascii: "\\") ? 2 : 1
    }
    guard next != nil else { throw .noObject }
    defer { place += 1 }
    return String(decoding: bytes[start..<place], as: UTF8.self)
  }

  private mutating func value() throws(Fault) -> Value {
    skipSpace()
    let start = place
    while let byte = next, Self.isOfAWord(byte) { place += 1 }
    let word = bytes[start..<place]
    if word.isEmpty { throw next == nil ? .noObject : .notPlain }
    switch String(decoding: word, as: UTF8.self) {
    case "true": return .boolean(true)
    case "false": return .boolean(false)
    case "null": return .null
    case let text:
      guard Self.isNumber(word) else { throw .noObject }
      guard let number = Float(text), number.isFinite else { throw .notPlain }
      return .number(number)
    }
  }

  private static func isOfAWord(_ byte: UInt8) -> Bool {
    isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
      || [UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: ".")].contains(byte)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  /// True for a number in JSON's grammar, which excludes `0x10`, `.5`, `+1` and `nan`.
  private static func isNumber(_ word: ArraySlice<UInt8>) -> Bool {
    var rest = word
    func digits() -> Int {
      let count = rest.prefix(while: isDigit).count
      rest = rest.dropFirst(count)
      return count
    }
    func takes(_ signs: String) -> Bool {
      guard let first = rest.first, signs.utf8.contains(first) else { return false }
      rest = rest.dropFirst()
      return true
    }
    _ = takes("-")
    let hasLeadingZero = rest.first == UInt8(ascii: "0")
    let whole = digits()
    guard whole > 0, !hasLeadingZero || whole == 1 else { return false }
    if takes("."), digits() == 0 { return false }
    if takes("eE") {
      _ = takes("+-")
      if digits() == 0 { return false }
    }
    return rest.isEmpty
  }
}
