internal import Glibc
internal import WireProtocol

/// Reads the records of an MCAP file in order, also of a damaged one.
///
/// After bytes that are not a record, or a chunk with a wrong checksum, it continues at the next
/// chunk with right lengths and checksum. It does not use the indexes.
final class MCAPReader {
  /// The kind of a record, and its fields.
  typealias Record = (kind: MCAPFormat.Kind?, body: ArraySlice<UInt8>)

  /// Damaged parts of the file, without its missing end.
  private(set) var damages: [FlightFile.Damage] = []
  /// True when the file has its end.
  private(set) var hasEnd = false
  /// Topics of the channels, from the summary at the end.
  private(set) var topics: [UInt16: String] = [:]
  private let descriptor: Int32
  private let size: UInt64
  private var offset = UInt64(MCAPFormat.magic.count)
  private var isOver = false
  private var failedCandidates = 0

  /// The largest chunk; a larger one counts as damage.
  private static let chunkByteCountMax: UInt64 = 64 << 20
  /// The largest of the other records.
  private static let recordByteCountMax: UInt64 = 4 << 20
  private static let headByteCount: UInt64 = 9
  private static let footerByteCount: UInt64 = 20
  private static let damagesMax = 1_000
  /// The number of false candidates for a chunk after which the search ends.
  private static let candidatesMax = 256
  private static let windowByteCount = 1 << 20

  /// - Throws: ``FlightFileError`` when the file is not an MCAP file.
  init(path: String) throws(FlightFileError) {
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw FlightFileError("\(path): cannot be opened; 'tarsus run --log FILE' writes one")
    }
    size = UInt64(max(0, lseek(descriptor, 0, SEEK_END)))
    guard bytes(at: 0, UInt64(MCAPFormat.magic.count)) == MCAPFormat.magic else {
      throw FlightFileError("\(path): it is not an MCAP file, expected a log of 'tarsus run --log'")
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
      // The rest of a record after a crash is not damage: the file ends there.
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

  /// The record at an offset and its end; `nil` when there is no valid one.
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

  /// The offset of the next chunk with right lengths and checksum.
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

  /// True when a chunk of less than 4 GiB may begin at an index.
  private static func looksLikeAChunk(_ bytes: [UInt8], _ index: Int) -> Bool {
    bytes[index] == MCAPFormat.Kind.chunk.rawValue && bytes[index + 5] == 0
      && bytes[index + 6] == 0 && bytes[index + 7] == 0 && bytes[index + 8] == 0
  }

  /// Reads the topics from the end of the file, in case the first chunk is damaged.
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

  /// Bytes of the file; `nil` when it does not have so many.
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
  /// The records in the chunk.
  let records: ArraySlice<UInt8>
  private let checksum: UInt32
  private let byteCount: UInt64

  /// - Returns: `nil` when the lengths do not fit.
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

  /// True when length and checksum fit; a checksum of 0 means none.
  var isRight: Bool {
    guard byteCount == UInt64(records.count) else { return false }
    let found = unsafe records.withUnsafeBytes { unsafe CRC32.checksum($0) }
    return checksum == 0 || checksum == found
  }
}

/// Reads the fields of a record in order; each is `nil` at the end of the bytes.
struct MCAPFields {
  private(set) var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  /// The ID and topic of a channel.
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

  /// Bytes preceded by their count.
  private mutating func prefixed() -> ArraySlice<UInt8>? {
    guard let count = number(UInt32.self), rest.count >= count else { return nil }
    defer { rest = rest.dropFirst(Int(count)) }
    return rest.prefix(Int(count))
  }
}
