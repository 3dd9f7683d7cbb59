internal import Glibc

/// A log as a flight recorder writes it, read from its beginning, whole or cut off.
public struct FlightFile {
  /// One message: when, in which channel, what.
  public struct Message: Sendable {
    /// Time of day, in nanoseconds since 1970.
    public let nanoseconds: UInt64
    /// Such as `/state`.
    public let topic: String
    /// One object of JSON.
    public let json: [UInt8]
  }

  /// Metadata by its name, as far as it has been read.
  public private(set) var metadata: [String: [String: String]] = [:]
  /// Whether the file has its end; without it the last moments are missing.
  public private(set) var isWhole = false
  private let path: String
  private var topics: [UInt16: String] = [:]

  /// The largest record that is read.
  private static let recordByteCountMax: UInt64 = 64 << 20

  /// Reads a log and shows `visit` one message after the other.
  ///
  /// - Throws: ``FlightFileError`` when it is no log, or one that is damaged rather than cut off, and
  ///   what `visit` throws.
  public init(path: String, _ visit: (Message) throws -> Void) throws {
    self.path = path
    guard let file = unsafe fopen(path, "rb") else {
      throw FlightFileError("\(path): cannot be opened; 'tarsus run --log FILE' writes one")
    }
    defer { unsafe fclose(file) }
    func bytes(_ count: Int) -> [UInt8]? {
      var bytes = [UInt8](repeating: 0, count: count)
      return unsafe fread(&bytes, 1, count, file) == count ? bytes : nil
    }
    guard bytes(MCAPFormat.magic.count) == MCAPFormat.magic else {
      throw FlightFileError("\(path): found no MCAP file, expected a log of 'tarsus run --log'")
    }
    while !isWhole, let head = bytes(9) {
      var fields = MCAPFields(head[1...])
      guard let length = fields.number(UInt64.self), length <= Self.recordByteCountMax,
        let body = bytes(Int(length))
      else { break }
      try take(MCAPFormat.Kind(rawValue: head[0]), body[...], visit)
    }
  }

  private mutating func take(
    _ kind: MCAPFormat.Kind?, _ body: ArraySlice<UInt8>, _ visit: (Message) throws -> Void
  ) throws {
    switch kind {
    case .metadata:
      var fields = MCAPFields(body)
      if let name = fields.text(), let values = fields.map() { metadata[name] = values }
    case .chunk: try take(chunk: body, visit)
    case .dataEnd: isWhole = true
    default: break
    }
  }

  private mutating func take(
    chunk: ArraySlice<UInt8>, _ visit: (Message) throws -> Void
  ) throws {
    var fields = MCAPFields(chunk)
    for _ in 0..<3 { _ = fields.number(UInt64.self) }
    guard let checksum = fields.number(UInt32.self), let compression = fields.text(),
      fields.number(UInt64.self) == UInt64(fields.rest.count)
    else { throw FlightFileError("\(path): found a chunk without its fields; copy the file again") }
    guard compression.isEmpty else {
      throw FlightFileError(
        "\(path): found chunks compressed with \(compression), expected a log as Tarsus writes it")
    }
    guard checksum == 0 || checksum == CRC32Table.checksum(fields.rest) else {
      throw FlightFileError("\(path): found a chunk with a wrong checksum; copy the file again")
    }
    while let (kind, body) = fields.record() {
      var entry = MCAPFields(body)
      guard let channel = entry.number(UInt16.self) else { continue }
      switch kind {
      case .channel:
        _ = entry.number(UInt16.self)
        topics[channel] = entry.text()
      case .message:
        guard entry.number(UInt32.self) != nil, let time = entry.number(UInt64.self),
          entry.number(UInt64.self) != nil, let topic = topics[channel]
        else { continue }
        try visit(Message(nanoseconds: time, topic: topic, json: Array(entry.rest)))
      default: break
      }
    }
  }
}

/// Why a log cannot be read; one sentence.
public struct FlightFileError: Error, Equatable, CustomStringConvertible {
  /// What was found, what was expected, the cure.
  public let description: String

  init(_ description: String) { self.description = description }
}

/// Fields one after the other; `nil` at the end of the bytes.
private struct MCAPFields {
  private(set) var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  mutating func record() -> (kind: MCAPFormat.Kind?, body: ArraySlice<UInt8>)? {
    var next = self
    guard let kind = next.number(UInt8.self), let length = next.number(UInt64.self),
      length <= UInt64(next.rest.count)
    else { return nil }
    rest = next.rest.dropFirst(Int(length))
    return (MCAPFormat.Kind(rawValue: kind), next.rest.prefix(Int(length)))
  }

  mutating func number<Number: FixedWidthInteger & UnsignedInteger>(
    _ type: Number.Type
  ) -> Number? {
    let byteCount = Number.bitWidth / 8
    guard rest.count >= byteCount else { return nil }
    defer { rest = rest.dropFirst(byteCount) }
    return rest.prefix(byteCount).reversed().reduce(0) { ($0 &<< 8) | Number($1) }
  }

  mutating func text() -> String? { prefixed().map { String(decoding: $0, as: UTF8.self) } }

  mutating func map() -> [String: String]? {
    guard var entries = prefixed().map({ MCAPFields($0) }) else { return nil }
    var map: [String: String] = [:]
    while let key = entries.text(), let value = entries.text() { map[key] = value }
    return map
  }

  /// Bytes with their count before them.
  private mutating func prefixed() -> ArraySlice<UInt8>? {
    guard let count = number(UInt32.self), rest.count >= count else { return nil }
    defer { rest = rest.dropFirst(Int(count)) }
    return rest.prefix(Int(count))
  }
}
