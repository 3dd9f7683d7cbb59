internal import Glibc

/// The records of an MCAP file one after the other, whatever has happened to the file.
///
/// Where the bytes are no record, or a chunk has another checksum than it says, it goes on at the next
/// chunk whose lengths and checksum are right. Indexes are not needed and not believed.
final class MCAPReader {
  /// What a record is, and its fields.
  typealias Record = (kind: MCAPFormat.Kind?, body: ArraySlice<UInt8>)

  /// Bytes of the file that hold no record, but for its end.
  private(set) var damages: [FlightFile.Damage] = []
  /// Whether the file has its end: nothing was cut off.
  private(set) var hasEnd = false
  /// Topics of the channels, as the summary at the end has them.
  private(set) var topics: [UInt16: String] = [:]
  private let descriptor: Int32
  private let size: UInt64
  private var offset = UInt64(MCAPFormat.magic.count)
  private var isOver = false
  private var failedCandidates = 0

  /// The largest chunk that is read; larger records are taken for damage.
  private static let chunkByteCountMax: UInt64 = 64 << 20
  /// The largest of all other records.
  private static let recordByteCountMax: UInt64 = 4 << 20
  private static let headByteCount: UInt64 = 9
  private static let footerByteCount: UInt64 = 20
  private static let damagesMax = 1_000
  /// Places that look like a chunk and are none, after which no more is looked for.
  private static let candidatesMax = 256
  private static let windowByteCount = 1 << 20

  /// - Throws: ``FlightFileError`` when it is no MCAP file.
  init(path: String) throws(FlightFileError) {
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw FlightFileError("\(path): cannot be opened; 'tarsus run --log FILE' writes one")
    }
    size = UInt64(max(0, lseek(descriptor, 0, SEEK_END)))
    guard bytes(at: 0, UInt64(MCAPFormat.magic.count)) == MCAPFormat.magic else {
      throw FlightFileError("\(path): found no MCAP file, expected a log of 'tarsus run --log'")
    }
    readSummary()
  }

  deinit { close(descriptor) }

  /// The next record; `nil` at the end.
  func next() -> Record? {
    while !isOver, offset < size {
      if let (record, end) = record(at: offset) {
        offset = end
        isOver = record.kind == .dataEnd
        if isOver { hasEnd = true }
        return record
      }
      let start = offset
      let found = nextChunk(after: start)
      // What a crash left of a record is no damage: the file ends there.
      if found != nil || hasEnd {
        add(FlightFile.Damage(byte: start, byteCount: (found ?? size) - start))
      }
      offset = found ?? size
    }
    return nil
  }

  private func add(_ damage: FlightFile.Damage) {
    if damages.count < Self.damagesMax { damages.append(damage) }
  }

  /// The record at a place and the end of it; `nil` where there is none that can be believed.
  private func record(at offset: UInt64) -> (Record, end: UInt64)? {
    guard let head = bytes(at: offset, Self.headByteCount) else { return nil }
    var fields = MCAPFields(head[1...])
    let kind = MCAPFormat.Kind(rawValue: head[0])
    guard let length = fields.number(UInt64.self), kind != nil || head[0] >= 0x80,
      length <= (kind == .chunk ? Self.chunkByteCountMax : Self.recordByteCountMax),
      let body = bytes(at: offset + Self.headByteCount, length), Self.isRight(kind, body[...])
    else { return nil }
    return ((kind, body[...]), offset + Self.headByteCount + length)
  }

  private static func isRight(_ kind: MCAPFormat.Kind?, _ body: ArraySlice<UInt8>) -> Bool {
    switch kind {
    case .chunk: MCAPChunk(body).map { !$0.compression.isEmpty || $0.isRight } ?? false
    case .dataEnd: body.count == 4
    case .messageIndex: isIndex(body)
    default: true
    }
  }

  private static func isIndex(_ body: ArraySlice<UInt8>) -> Bool {
    var fields = MCAPFields(body)
    guard fields.number(UInt16.self) != nil, let byteCount = fields.number(UInt32.self) else {
      return false
    }
    return Int(byteCount) == fields.rest.count
  }

  /// Where the next chunk begins whose lengths and checksum are right.
  private func nextChunk(after start: UInt64) -> UInt64? {
    var base = start + 1
    while base + Self.headByteCount <= size, failedCandidates < Self.candidatesMax {
      let count = min(UInt64(Self.windowByteCount), size - base)
      guard let window = bytes(at: base, count) else { return nil }
      let last = Int(count - Self.headByteCount)
      for index in 0...last where Self.looksLikeAChunk(window, index) {
        let place = base + UInt64(index)
        if let (record, _) = record(at: place), let chunk = MCAPChunk(record.body),
          chunk.compression.isEmpty
        {
          return place
        }
        failedCandidates += 1
        if failedCandidates >= Self.candidatesMax { return nil }
      }
      base += UInt64(last) + 1
    }
    return nil
  }

  /// Whether a chunk of less than 4 GiB may begin at an index.
  private static func looksLikeAChunk(_ bytes: [UInt8], _ index: Int) -> Bool {
    bytes[index] == MCAPFormat.Kind.chunk.rawValue && bytes[index + 5] == 0
      && bytes[index + 6] == 0 && bytes[index + 7] == 0 && bytes[index + 8] == 0
  }

  /// Takes the topics from the end of the file, for when the first chunk is damaged.
  private func readSummary() {
    let magicCount = UInt64(MCAPFormat.magic.count)
    let tailCount = Self.headByteCount + Self.footerByteCount + magicCount
    guard size > tailCount + magicCount, let tail = bytes(at: size - tailCount, tailCount),
      tail[0] == MCAPFormat.Kind.footer.rawValue,
      tail.suffix(Int(magicCount)) == MCAPFormat.magic[...]
    else { return }
    var fields = MCAPFields(tail[1...])
    guard fields.number(UInt64.self) == Self.footerByteCount else { return }
    hasEnd = true
    guard let start = fields.number(UInt64.self), start < size - tailCount,
      size - tailCount - start <= Self.recordByteCountMax,
      let summary = bytes(at: start, size - tailCount - start)
    else { return }
    var rest = MCAPFields(summary[...])
    while let (kind, body) = rest.record() {
      if kind == .channel, let (channel, topic) = MCAPFields.channel(body) {
        topics[channel] = topic
      }
    }
  }

  /// Some bytes of the file; `nil` where it has not as many.
  private func bytes(at offset: UInt64, _ count: UInt64) -> [UInt8]? {
    guard offset <= size, count <= size - offset else { return nil }
    var bytes = [UInt8](repeating: 0, count: Int(count))
    var done = 0
    while done < bytes.count {
      let result = unsafe bytes[done...].withUnsafeMutableBytes { rest in
        unsafe pread(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
      }
      if result < 0, errno == EINTR { continue }
      guard result > 0 else { return nil }
      done += result
    }
    return bytes
  }
}

/// The fields of a chunk.
struct MCAPChunk {
  let compression: String
  /// The records within it, as they stand in the file.
  let records: ArraySlice<UInt8>
  private let checksum: UInt32
  private let byteCount: UInt64

  /// `nil` when the lengths do not fit.
  init?(_ body: ArraySlice<UInt8>) {
    var fields = MCAPFields(body)
    guard fields.number(UInt64.self) != nil, fields.number(UInt64.self) != nil,
      let byteCount = fields.number(UInt64.self), let checksum = fields.number(UInt32.self),
      let compression = fields.text(), fields.number(UInt64.self) == UInt64(fields.rest.count)
    else { return nil }
    self.byteCount = byteCount
    self.checksum = checksum
    self.compression = compression
    records = fields.rest
  }

  /// Whether the records are what was written; a checksum of 0 stands for none.
  var isRight: Bool {
    byteCount == UInt64(records.count)
      && (checksum == 0 || checksum == CRC32Table.checksum(records))
  }
}

/// Fields one after the other; `nil` at the end of the bytes.
struct MCAPFields {
  private(set) var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  /// Number and topic of a channel.
  static func channel(_ body: ArraySlice<UInt8>) -> (channel: UInt16, topic: String)? {
    var fields = MCAPFields(body)
    guard let channel = fields.number(UInt16.self), fields.number(UInt16.self) != nil,
      let topic = fields.text()
    else { return nil }
    return (channel, topic)
  }

  mutating func record() -> MCAPReader.Record? {
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
