internal import WireProtocol

/// Encodes the MCAP container: chunks of messages, and a summary at the end.
///
/// A file that is cut off can be read up to its last chunk. The writer produces bytes; its caller
/// writes them to a file. Source: the format's specification, mcap.dev/spec.
struct MCAPWriter {
  /// A stream of messages of one kind.
  struct Channel {
    let topic: String
    /// Name of the schema, and the schema as JSON.
    let schemaName: String
    let schema: String
  }

  /// The place of a chunk, for the summary; a long log takes 48 bytes of memory a chunk.
  private struct ChunkPlace {
    let start: UInt64
    let messages: (first: UInt64, last: UInt64)
    let length: UInt32
    let byteCount: UInt32
    /// Messages of each channel, which give the length of the indexes after the chunk.
    let messageCounts: InlineArray<8, UInt16>
  }

  /// The most channels of a file, which ``ChunkPlace`` has room for.
  private static let channelsMax = 8

  /// Bytes that have not been taken yet.
  private(set) var bytes: [UInt8] = []
  private var takenCount: UInt64 = 0
  private let channels: [Channel]
  private var chunk: [UInt8] = []
  private var chunkTimes: (first: UInt64, last: UInt64)?
  private var indexes: [[(time: UInt64, offset: UInt64)]]
  private var sequences: [UInt32]
  private var places: [ChunkPlace] = []
  private var metadataPlaces: [(name: String, offset: UInt64, length: UInt64)] = []
  private var fileTimes: (first: UInt64, last: UInt64)?

  init(channels: [Channel], metadata: [(name: String, values: [(String, String)])]) {
    precondition(channels.count <= Self.channelsMax, "at most 8 channels")
    self.channels = channels
    indexes = Array(repeating: [], count: channels.count)
    sequences = Array(repeating: 0, count: channels.count)
    bytes += MCAPFormat.magic
    bytes.record(MCAPFormat.Kind.header.rawValue) {
      $0.text("")
      $0.text("tarsus")
    }
    for entry in metadata {
      let start = offset
      bytes.record(MCAPFormat.Kind.metadata.rawValue) {
        $0.text(entry.name)
        $0.map(entry.values)
      }
      metadataPlaces.append((entry.name, start, offset - start))
    }
  }

  /// Bytes of the chunk that is being filled.
  var chunkByteCount: Int { chunk.count }

  /// Time of the first message of the chunk that is being filled.
  var chunkStartNanoseconds: UInt64? { chunkTimes?.first }

  /// Takes the bytes that are to be written.
  mutating func take() -> [UInt8] {
    defer { bytes.removeAll(keepingCapacity: true) }
    takenCount += UInt64(bytes.count)
    return bytes
  }

  /// Adds a message to the chunk.
  mutating func add(_ data: [UInt8], channel: Int, nanoseconds: UInt64) {
    // In each chunk, so that it can be read when earlier chunks are damaged.
    if chunk.isEmpty { describeChannels(into: &chunk) }
    indexes[channel].append((nanoseconds, UInt64(chunk.count)))
    chunk.record(MCAPFormat.Kind.message.rawValue) {
      $0.number(UInt16(channel))
      $0.number(sequences[channel])
      $0.number(nanoseconds)
      $0.number(nanoseconds)
      $0 += data
    }
    sequences[channel] &+= 1
    chunkTimes = (chunkTimes?.first ?? nanoseconds, max(chunkTimes?.last ?? 0, nanoseconds))
    fileTimes = (fileTimes?.first ?? nanoseconds, max(fileTimes?.last ?? 0, nanoseconds))
  }

  /// Ends the chunk, unless it is empty.
  mutating func endChunk() {
    guard let times = chunkTimes else { return }
    let start = offset
    bytes.record(MCAPFormat.Kind.chunk.rawValue) {
      $0.number(times.first)
      $0.number(times.last)
      $0.number(UInt64(chunk.count))
      $0.number(chunk.checksum)
      $0.text("")
      $0.number(UInt64(chunk.count))
      $0 += chunk
    }
    let length = offset - start
    var messageCounts = InlineArray<8, UInt16>(repeating: 0)
    for channel in indexes.indices where !indexes[channel].isEmpty {
      messageCounts[channel] = UInt16(indexes[channel].count)
      bytes.record(MCAPFormat.Kind.messageIndex.rawValue) {
        $0.number(UInt16(channel))
        $0.number(UInt32(16 * indexes[channel].count))
        for entry in indexes[channel] {
          $0.number(entry.time)
          $0.number(entry.offset)
        }
      }
      indexes[channel].removeAll(keepingCapacity: true)
    }
    places.append(
      ChunkPlace(
        start: start, messages: times, length: UInt32(length), byteCount: UInt32(chunk.count),
        messageCounts: messageCounts))
    chunk.removeAll(keepingCapacity: true)
    chunkTimes = nil
  }

  /// Ends the file.
  mutating func end() {
    endChunk()
    bytes.record(MCAPFormat.Kind.dataEnd.rawValue) { $0.number(UInt32(0)) }
    let summaryStart = offset
    var summary: [UInt8] = []
    describeChannels(into: &summary)
    summary.record(MCAPFormat.Kind.statistics.rawValue) {
      $0.number(sequences.reduce(UInt64(0)) { $0 + UInt64($1) })
      $0.number(UInt16(channels.count))
      $0.number(UInt32(channels.count))
      $0.number(UInt32(0))
      $0.number(UInt32(metadataPlaces.count))
      $0.number(UInt32(places.count))
      $0.number(fileTimes?.first ?? 0)
      $0.number(fileTimes?.last ?? 0)
      $0.number(UInt32(10 * channels.count))
      for channel in channels.indices {
        $0.number(UInt16(channel))
        $0.number(UInt64(sequences[channel]))
      }
    }
    for place in places {
      summary.record(MCAPFormat.Kind.chunkIndex.rawValue) { Self.index(place, &$0) }
    }
    for place in metadataPlaces {
      summary.record(MCAPFormat.Kind.metadataIndex.rawValue) {
        $0.number(place.offset)
        $0.number(place.length)
        $0.text(place.name)
      }
    }
    // The checksum covers the footer too, up to itself.
    summary.append(MCAPFormat.Kind.footer.rawValue)
    summary.number(UInt64(20))
    summary.number(summaryStart)
    summary.number(UInt64(0))
    summary.number(summary.checksum)
    bytes += summary
    bytes += MCAPFormat.magic
  }

  private var offset: UInt64 { takenCount + UInt64(bytes.count) }

  private func describeChannels(into bytes: inout [UInt8]) {
    for (index, channel) in channels.enumerated() {
      bytes.record(MCAPFormat.Kind.schema.rawValue) {
        $0.number(UInt16(index + 1))
        $0.text(channel.schemaName)
        $0.text("jsonschema")
        $0.text(channel.schema)
      }
      bytes.record(MCAPFormat.Kind.channel.rawValue) {
        $0.number(UInt16(index))
        $0.number(UInt16(index + 1))
        $0.text(channel.topic)
        $0.text("json")
        $0.map([])
      }
    }
  }

  private static func index(_ place: ChunkPlace, _ bytes: inout [UInt8]) {
    bytes.number(place.messages.first)
    bytes.number(place.messages.last)
    bytes.number(place.start)
    bytes.number(UInt64(place.length))
    // The indexes of the channels follow the chunk in order.
    let channels = place.messageCounts.indices.filter { place.messageCounts[$0] > 0 }
    let end = place.start + UInt64(place.length)
    var offset = end
    bytes.number(UInt32(10 * channels.count))
    for channel in channels {
      bytes.number(UInt16(channel))
      bytes.number(offset)
      offset += 15 + 16 * UInt64(place.messageCounts[channel])
    }
    bytes.number(offset - end)
    bytes.text("")
    bytes.number(UInt64(place.byteCount))
    bytes.number(UInt64(place.byteCount))
  }
}

extension [UInt8] {
  fileprivate var checksum: UInt32 { unsafe withUnsafeBytes { unsafe CRC32.checksum($0) } }

  /// Appends a record: its kind, its length, its fields.
  fileprivate mutating func record(_ kind: UInt8, _ fields: (inout [UInt8]) -> Void) {
    append(kind)
    let place = count
    number(UInt64(0))
    fields(&self)
    var length = UInt64(count - place - 8)
    for index in 0..<8 {
      self[place + index] = UInt8(truncatingIfNeeded: length)
      length >>= 8
    }
  }

  fileprivate mutating func number(_ value: some FixedWidthInteger) {
    for byte in 0..<(value.bitWidth / 8) {
      append(UInt8(truncatingIfNeeded: value >> (8 * byte)))
    }
  }

  fileprivate mutating func text(_ value: String) {
    number(UInt32(value.utf8.count))
    append(contentsOf: value.utf8)
  }

  fileprivate mutating func map(_ entries: [(String, String)]) {
    var body: [UInt8] = []
    for (key, value) in entries {
      body.text(key)
      body.text(value)
    }
    number(UInt32(body.count))
    self += body
  }
}
