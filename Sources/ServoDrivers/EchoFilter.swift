/// Removes the echoes of an adapter from the bytes of a line.
///
/// One-wire and cheap half-duplex adapters receive what they send. A decoder may take an echo for
/// an answer: in Feetech's protocol both look alike. The filter compares the received bytes with
/// the last two requests, so that an echo may come late and in pieces. From the first request on it
/// finds out by itself whether the line echoes; a request whose echo is missing keeps its answer.
///
/// Real-time safe. After each ``push(_:)``, call ``next()`` until it returns `nil`.
struct EchoFilter {
  /// Knowledge about the line.
  enum Knowledge {
    /// No request was answered or echoed so far.
    case unknown
    /// Answers came without an echo before them.
    case plain
    /// The last requests were echoed.
    case echoing
  }

  private(set) var knowledge = Knowledge.unknown
  private var older = SentRequest()
  private var newer = SentRequest()
  /// Bytes from `start` to `matchStart` are no echo; those behind may begin one, and are compared
  /// up to `compared`.
  private var held = InlineArray<512, UInt8>(repeating: 0)
  private var start = 0
  private var matchStart = 0
  private var compared = 0
  private var end = 0
  /// Bytes returned since the last request.
  private var handedOnCount = 0
  /// Requests in a row with an answer and without an echo.
  private var missingCount = 0

  /// The longest request.
  private static var requestByteCountMax: Int { @_noAllocation get { 512 } }
  /// The shortest answer: so many bytes without an echo mean that there is none.
  private static var answerByteCountMin: Int { @_noAllocation get { 6 } }
  /// Missing echoes in a row after which the adapter no longer echoes.
  private static var missingMax: Int { @_noAllocation get { 3 } }
  /// The longest beginning of an echo that may be the end of an answer.
  private static var headerByteCount: Int { @_noAllocation get { 4 } }

  @_noAllocation
  init() {}

  /// Notes the first bytes of a buffer as sent: they may be echoed.
  @_noAllocation
  mutating func expect(_ byteCount: Int, of bytes: inout MutableSpan<UInt8>) {
    if newer.isAwaited && handedOnCount >= Self.answerByteCountMin { noteMissing() }
    handedOnCount = 0
    guard byteCount <= Self.requestByteCountMax else { return }
    older = newer
    newer.begin(byteCount, of: &bytes)
    if matchStart < end { compareAnew() }
  }

  /// Takes a byte from the line.
  @_noAllocation
  mutating func push(_ byte: UInt8) {
    if end == Self.requestByteCountMax { moveToFront() }
    held[end] = byte
    end += 1
    compare()
  }

  /// The next byte that is no echo; `nil` when there is none.
  @_noAllocation
  mutating func next() -> UInt8? {
    guard start < matchStart else { return nil }
    let byte = held[start]
    start += 1
    handedOnCount += 1
    if start == end {
      start = 0
      matchStart = 0
      compared = 0
      end = 0
    }
    return byte
  }

  /// Notes a silence of the line, after which the beginning of an echo may be the end of an answer.
  ///
  /// - Returns: The number of bytes for ``next()``.
  @_noAllocation
  mutating func endWait() -> Int {
    // On an echoing line a longer beginning is no accident: the rest is late.
    if case .echoing = knowledge, end - matchStart > Self.headerByteCount { return 0 }
    let byteCount = end - matchStart
    matchStart = end
    compareAnew()
    return byteCount
  }

  /// Compares the new bytes with the requests.
  @_noAllocation
  private mutating func compare() {
    while compared < end {
      let (byte, place) = (held[compared], compared - matchStart)
      let damageMax = damageMax
      older.compare(byte, at: place, damageMax: damageMax)
      newer.compare(byte, at: place, damageMax: damageMax)
      compared += 1
      let isNewer = newer.isWhole(after: place)
      if older.isWhole(after: place) && !(isNewer && newer.damagedCount < older.damagedCount) {
        older.forget()
        takeOut()
      } else if isNewer {
        // Echoes come in the order of the requests: the older one's was lost.
        older.forget()
        newer.forget()
        takeOut()
      } else if !older.fits && !newer.fits {
        passOver()
      }
    }
  }

  /// Damaged bytes that an echo may have: none before the line is known to echo.
  ///
  /// An answer differs from its request in more, or has a wrong checksum.
  private var damageMax: Int {
    @_noAllocation get {
      if case .echoing = knowledge { return 2 }
      return 0
    }
  }

  /// Removes a whole echo.
  @_noAllocation
  private mutating func takeOut() {
    knowledge = .echoing
    missingCount = 0
    for index in compared..<end { held[matchStart + index - compared] = held[index] }
    end -= compared - matchStart
    compareAnew()
  }

  /// Returns bytes that are no echo.
  ///
  /// On a plain line an answer comes first, and all that follows is returned at once: its last
  /// bytes must not wait. Elsewhere late bytes may come before the echo, so that it is looked for
  /// at every place.
  @_noAllocation
  private mutating func passOver() {
    if case .plain = knowledge {
      older.forget()
      newer.forget()
    }
    matchStart = older.isAwaited || newer.isAwaited ? matchStart + 1 : end
    compareAnew()
  }

  /// Begins to compare at the first byte that may be an echo.
  @_noAllocation
  private mutating func compareAnew() {
    compared = matchStart
    older.compareAnew()
    newer.compareAnew()
  }

  /// Notes bytes after the newest request without its echo.
  @_noAllocation
  private mutating func noteMissing() {
    missingCount += 1
    if case .echoing = knowledge, missingCount < Self.missingMax { return }
    knowledge = .plain
  }

  @_noAllocation
  private mutating func moveToFront() {
    for index in start..<end { held[index - start] = held[index] }
    matchStart -= start
    compared -= start
    end -= start
    start = 0
  }
}

/// A sent request, and its match with the received bytes.
private struct SentRequest {
  private var bytes = InlineArray<512, UInt8>(repeating: 0)
  /// 0 when no echo is awaited.
  private var byteCount = 0
  /// True when the compared bytes are its beginning.
  private(set) var fits = false
  private(set) var damagedCount = 0

  @_noAllocation
  init() {}

  var isAwaited: Bool { @_noAllocation get { byteCount > 0 } }

  @_noAllocation
  mutating func begin(_ byteCount: Int, of sent: inout MutableSpan<UInt8>) {
    for index in 0..<byteCount { bytes[index] = sent[index] }
    self.byteCount = byteCount
    compareAnew()
  }

  @_noAllocation
  mutating func forget() {
    byteCount = 0
    fits = false
  }

  @_noAllocation
  mutating func compareAnew() {
    fits = byteCount > 0
    damagedCount = 0
  }

  /// Compares one byte; a packet's first two must be right, because nothing else marks its start.
  @_noAllocation
  mutating func compare(_ byte: UInt8, at place: Int, damageMax: Int) {
    guard fits, bytes[place] != byte else { return }
    damagedCount += 1
    fits = place >= 2 && damagedCount <= min(damageMax, byteCount / 4)
  }

  /// True when all of it was echoed, with damage or without.
  @_noAllocation
  func isWhole(after place: Int) -> Bool { fits && place + 1 == byteCount }
}
