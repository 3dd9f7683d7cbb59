/// A log as a flight recorder writes it, read from its beginning: whole, cut off, or damaged in places.
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

  /// A part of the file that could not be read.
  public struct Damage: Sendable, Equatable {
    /// Its first byte.
    public let byte: UInt64
    /// Bytes until the next sound chunk.
    public let byteCount: UInt64
  }

  /// Metadata by its name, as far as it has been read.
  public private(set) var metadata: [String: [String: String]] = [:]
  /// Whether the file has its end; without it the last moments are missing.
  public let isWhole: Bool
  /// Parts within the file that could not be read; the first thousand.
  public let damages: [Damage]

  /// Reads a log and shows `visit` one message after the other; what is damaged is passed over.
  ///
  /// - Throws: ``FlightFileError`` when it is no log that can be read, and what `visit` throws.
  public init(path: String, _ visit: (Message) throws -> Void) throws {
    let reader = try MCAPReader(path: path)
    var topics = reader.topics
    while let (kind, body) = reader.next() {
      switch kind {
      case .metadata:
        var fields = MCAPFields(body)
        if let name = fields.text(), let values = fields.map() { metadata[name] = values }
      case .chunk:
        guard let chunk = MCAPChunk(body) else { continue }
        guard chunk.compression.isEmpty else {
          throw FlightFileError(
            "\(path): found chunks compressed with \(chunk.compression), expected a log as Tarsus "
              + "writes it")
        }
        try Self.read(chunk, &topics, visit)
      default: break
      }
    }
    isWhole = reader.hasEnd
    damages = reader.damages
  }

  private static func read(
    _ chunk: MCAPChunk, _ topics: inout [UInt16: String], _ visit: (Message) throws -> Void
  ) throws {
    var records = MCAPFields(chunk.records)
    while let (kind, body) = records.record() {
      switch kind {
      case .channel:
        if let (channel, topic) = MCAPFields.channel(body) { topics[channel] = topic }
      case .message:
        var fields = MCAPFields(body)
        guard let channel = fields.number(UInt16.self), fields.number(UInt32.self) != nil,
          let time = fields.number(UInt64.self), fields.number(UInt64.self) != nil,
          let topic = topics[channel]
        else { continue }
        try visit(Message(nanoseconds: time, topic: topic, json: Array(fields.rest)))
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
