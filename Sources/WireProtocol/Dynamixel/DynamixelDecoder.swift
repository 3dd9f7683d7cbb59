/// Finds packets of Dynamixel Protocol 2.0 in a stream of bytes, and resynchronises after garbage.
///
/// One byte can complete more than one packet, when a damaged one had hidden them, so drain after
/// each: `decoder.push(byte)`, then ``nextPacket()`` until it returns `nil`.
public struct DynamixelDecoder: Sendable {
  private var window = ReceiveWindow()

  /// Makes a decoder that has seen nothing.
  @_noAllocation
  public init() {}

  /// Counts so far.
  public var statistics: FrameStatistics { @_noAllocation get { window.statistics } }

  /// True when it holds bytes that may be the start of a packet.
  public var holdsPartialPacket: Bool { @_noAllocation get { window.count > 0 } }

  /// Takes one byte from the line; a caller that does not drain loses the oldest, which are
  /// counted.
  @_noAllocation
  public mutating func push(_ byte: UInt8) { window.push(byte) }

  /// Notes a silence of the line, after which later bytes complete no earlier packet.
  @_noAllocation
  public mutating func endBurst() { window.endBurst() }

  /// Drops all bytes so far, whole packets too.
  @_noAllocation
  public mutating func forget() {
    endBurst()
    while nextPacket() != nil {}
  }

  /// Takes the next packet with a right checksum out of the bytes; `nil` when more are needed.
  ///
  /// A damaged packet costs its first byte only: the search goes on at the byte after it. Real-time
  /// safe; the work is bounded by the square of the bytes held, at most 512.
  @_noAllocation
  public mutating func nextPacket() -> DynamixelPacket? {
    while true {
      discardToHeader()
      let packetByteCount =
        Dynamixel.headerByteCount
        + (window.count < Dynamixel.headerByteCount ? 0 : Int(window.loadUInt16(at: 5)))
      if window.isCutOff(packetByteCount) {
        window.discard(1)
        continue
      }
      guard window.count >= Dynamixel.headerByteCount else { return nil }
      guard
        Dynamixel.isID(window[4]) && window.loadUInt16(at: 5) >= 3
          && packetByteCount <= Dynamixel.packetByteCountMax
      else {
        window.rejectHeader()
        continue
      }
      guard window.count >= packetByteCount else { return nil }
      guard checksum(of: packetByteCount - 2) == window.loadUInt16(at: packetByteCount - 2) else {
        window.rejectChecksum()
        continue
      }
      return takePacket(packetByteCount)
    }
  }

  /// One servo's part of an unfinished common answer to a fast read.
  ///
  /// A silent servo leaves the common answer unfinished; those before it have answered, each with
  /// its own checksum. Call it at the deadline, before ``endBurst()``; for a whole packet from
  /// ``nextPacket()`` use ``DynamixelPacket/fastAnswer(_:dataByteCount:)``.
  ///
  /// - Parameters:
  ///   - dataByteCount: Bytes read of each servo.
  ///   - index: Number of the part, from 0.
  /// - Returns: `nil` when the part has not come, or is damaged.
  @_noAllocation
  public mutating func partialAnswer(
    _ index: Int, dataByteCount: Int
  ) -> DynamixelFastAnswer? {
    discardToHeader()
    let width = DynamixelFastAnswer.byteCount(dataByteCount: dataByteCount)
    let end = Dynamixel.headerByteCount + 1 + (index + 1) * width
    guard window.count >= end, window[4] == Dynamixel.broadcastID,
      window[7] == DynamixelInstruction.status.code,
      checksum(of: end - 2) == window.loadUInt16(at: end - 2)
    else { return nil }
    var answer = DynamixelFastAnswer(
      error: DynamixelResult(byte: window[end - width]), id: window[end - width + 1])
    for byte in 0..<min(dataByteCount, DynamixelFastAnswer.dataByteCountMax) {
      answer.data[byte] = window[end - width + 2 + byte]
    }
    return answer
  }

  @_noAllocation
  private func checksum(of byteCount: Int) -> UInt16 {
    var crc = CRC16()
    for index in 0..<byteCount { crc.update(window[index]) }
    return crc.value
  }

  /// Copies the packet out; answers to fast reads are not stuffed, all others are.
  @_noAllocation
  private mutating func takePacket(_ packetByteCount: Int) -> DynamixelPacket {
    let (id, instructionCode) = (window[4], window[7])
    let isFastReply =
      id == Dynamixel.broadcastID && instructionCode == DynamixelInstruction.status.code
    var parameters = InlineArray<502, UInt8>(repeating: 0)
    var count = 0
    // Bytes of FF FF FD that came just before.
    var matched = 0
    for index in (Dynamixel.headerByteCount + 1)..<(packetByteCount - 2) {
      let byte = window[index]
      if matched == 3 {
        matched = 0
        if byte == 0xFD && !isFastReply { continue }
      }
      parameters[count] = byte
      count += 1
      matched = DynamixelStuffing.matched(after: byte, before: matched)
    }
    window.accept(packetByteCount)
    return DynamixelPacket(
      id: id, instructionCode: instructionCode, parameterByteCount: count, parameters: parameters)
  }

  /// Discards bytes up to the first header, or the beginning of one.
  @_noAllocation
  private mutating func discardToHeader() {
    var start = 0
    while start < window.count && !isHeader(at: start) { start += 1 }
    if start > 0 { window.discard(start) }
  }

  @_noAllocation
  private func isHeader(at start: Int) -> Bool {
    let known = min(4, window.count - start)
    for index in 0..<known {
      let expected: UInt8 = index < 2 ? 0xFF : index == 2 ? 0xFD : 0x00
      if window[start + index] != expected { return false }
    }
    return true
  }
}

/// One servo's part of the common answer to a fast read.
public struct DynamixelFastAnswer: Sendable {
  /// The most data of one part that is kept.
  public static var dataByteCountMax: Int { @_noAllocation get { 32 } }

  /// Result of the read.
  public let error: DynamixelResult
  /// ID of the servo.
  public let id: UInt8
  /// Data of the servo; zero behind their end.
  public internal(set) var data = InlineArray<32, UInt8>(repeating: 0)

  @_noAllocation
  init(error: DynamixelResult, id: UInt8) {
    self.error = error
    self.id = id
  }

  /// Bytes of a part: error, ID, data and checksum.
  @_noAllocation
  public static func byteCount(dataByteCount: Int) -> Int { dataByteCount + 4 }
}

/// Byte stuffing, which keeps headers out of parameters: after FF FF FD, another FD is sent.
enum DynamixelStuffing {
  /// Number of bytes of FF FF FD in a row, after another byte.
  @_noAllocation
  static func matched(after byte: UInt8, before matched: Int) -> Int {
    switch (byte, matched) {
    case (0xFF, 0): 1
    case (0xFF, _): 2
    case (0xFD, 2): 3
    default: 0
    }
  }
}
