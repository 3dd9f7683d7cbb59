/// Reads a log of a flight recorder from its beginning, also one that is cut off or damaged.
public struct FlightFile {
  /// One message of a log.
  public struct Message: Sendable {
    /// Time of day, in nanoseconds since 1970.
    public let nanoseconds: UInt64
    /// The topic of the channel, such as `/state`.
    public let topic: String
    /// One JSON object.
    public let json: [UInt8]
  }

  /// A damaged part of the file.
  public struct Damage: Sendable, Equatable {
    /// The offset of its first byte.
    public let byte: UInt64
    /// The number of bytes until the next sound chunk.
    public let byteCount: UInt64
  }

  /// Metadata by name, as far as the file has been read.
  public private(set) var metadata: [String: [String: String]] = [:]
  /// False when the end of the file is missing, and with it the last moments.
  public let isWhole: Bool
  /// Damaged parts of the file; the first thousand.
  public let damages: [Damage]

  /// Reads a log and passes each message to `visit`; damaged parts are skipped.
  ///
  /// - Throws: ``FlightFileError`` when the file is not a log, and the errors of `visit`.
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
            "\(path): found chunks compressed with \(chunk.compression), expected a log of 'tarsus "
              + "run --log'")
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

/// A log cannot be read.
public struct FlightFileError: Error, Equatable, CustomStringConvertible {
  /// One sentence: the finding, the expectation, the cure.
  public let description: String

  init(_ description: String) { self.description = description }
}
