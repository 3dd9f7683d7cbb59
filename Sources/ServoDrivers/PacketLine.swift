internal import SerialLink
internal import WireProtocol

/// A line with requests and packets of one protocol.
///
/// Its generic functions are not for the control loop: the compiler cannot prove that they do not
/// allocate.
struct PacketLine<Decoder: PacketDecoder>: ~Copyable {
  var line: SerialLine
  var decoder = Decoder()
  /// Room for a request.
  var outgoing = InlineArray<512, UInt8>(repeating: 0)

  init(port: consuming SerialPort) { line = SerialLine(port: port) }

  /// Sends a request to one servo, again and again, until its answer comes.
  ///
  /// - Parameters:
  ///   - request: Writes the request, and returns its size in bytes.
  ///   - answer: Returns the data of a packet; `nil` for an answer to something else.
  mutating func ask(
    _ patience: ServoPatience, _ request: (inout MutableSpan<UInt8>) -> Int,
    answer: (Decoder.Packet) throws(ServoRequestError) -> [UInt8]?
  ) throws(ServoRequestError) -> [UInt8] {
    let framesBefore = decoder.statistics.frames
    var hasHeard = false
    for attempt in 0..<patience.attempts {
      try tell(request)
      let deadline = line.nowNanoseconds + patience.waitNanoseconds
      while let packet = try nextPacket(deadline) {
        guard let data = try answer(packet) else { continue }
        // Answers to the other attempts must not pass for those to the next request.
        if attempt > 0 { while try nextPacket(deadline) != nil {} }
        return data
      }
      hasHeard = hasHeard || line.heard > 0
    }
    throw hasHeard && decoder.statistics.frames == framesBefore ? .unreadable : .silent
  }

  /// Sends a request and awaits no answer.
  mutating func tell(
    _ request: (inout MutableSpan<UInt8>) -> Int
  ) throws(ServoRequestError) {
    do throws(BusError) {
      // Answers have no sequence number: a late one must not pass for the answer to this request.
      try line.discard()
      decoder.forget()
      var room = outgoing.mutableSpan
      let byteCount = request(&room)
      try line.send(
        byteCount, of: &room,
        deadlineNanoseconds: line.nowNanoseconds + ServoPatience.usual.waitNanoseconds)
    } catch {
      throw .bus(error)
    }
  }

  /// The next packet; `nil` at the deadline.
  private mutating func nextPacket(
    _ deadlineNanoseconds: UInt64
  ) throws(ServoRequestError) -> Decoder.Packet? {
    while true {
      if let packet = decoder.nextPacket() { return packet }
      do throws(BusError) {
        guard let byte = try line.byte(by: deadlineNanoseconds) else { return nil }
        decoder.push(byte)
      } catch {
        throw .bus(error)
      }
    }
  }
}

/// A decoder of the packets of one protocol.
protocol PacketDecoder {
  associatedtype Packet

  init()
  var statistics: FrameStatistics { get }
  mutating func push(_ byte: UInt8)
  mutating func forget()
  mutating func nextPacket() -> Packet?
}

extension DynamixelDecoder: PacketDecoder {}
extension FeetechDecoder: PacketDecoder {}
