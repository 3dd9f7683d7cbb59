import Loopback
import WireProtocol

/// The host's side of a line of Dynamixel servos in memory.
struct DynamixelHost: ~Copyable {
  var line: SimulatedDynamixelLine
  /// Time of the bytes, in nanoseconds since the line started.
  var now: UInt64 = 0
  /// The time at which the last byte of the last answer was through.
  private(set) var lastDue: UInt64 = 0

  init(line: consuming SimulatedDynamixelLine) { self.line = line }

  /// A servo's answer.
  struct Answer {
    let id: UInt8
    let error: UInt8
    let data: [UInt8]
  }

  /// Sends a packet and returns the bytes that come back.
  @discardableResult
  mutating func bytes(
    _ id: UInt8, _ instruction: DynamixelInstruction, _ parameters: [UInt8] = []
  ) throws -> [UInt8] {
    var packet = [UInt8](repeating: 0, count: Dynamixel.packetByteCountMax)
    var span = packet.mutableSpan
    var writer = DynamixelPacketWriter(id: id, instruction, into: &span)
    for parameter in parameters { writer.append(parameter, to: &span) }
    let byteCount = writer.finish(&span)
    var replies = LoopbackReplies()
    for byte in packet[..<byteCount] { try line.receive(byte, at: now, replies: &replies) }
    lastDue = replies.lastDueNanoseconds ?? now
    return replies.bytes
  }

  /// Sends a packet and returns the answers.
  @discardableResult
  mutating func send(
    _ id: UInt8, _ instruction: DynamixelInstruction, _ parameters: [UInt8] = []
  ) throws -> [Answer] {
    var decoder = DynamixelDecoder()
    var answers: [Answer] = []
    for byte in try bytes(id, instruction, parameters) {
      decoder.push(byte)
      while let packet = decoder.nextPacket() {
        let status = try packet.status()
        let data = (0..<status.dataByteCount).map {
          packet.loadUInt8(at: status.dataOffset + $0)
        }
        answers.append(Answer(id: packet.id, error: status.error.byte, data: data))
      }
    }
    return answers
  }

  mutating func read(_ id: UInt8, _ address: Int, _ count: Int) throws -> [UInt8]? {
    try send(
      id, .read, [UInt8(address & 0xFF), UInt8(address >> 8), UInt8(count), 0]
    ).first?.data
  }

  @discardableResult
  mutating func write(_ id: UInt8, _ address: Int, _ data: [UInt8]) throws -> Answer? {
    try send(id, .write, [UInt8(address & 0xFF), UInt8(address >> 8)] + data).first
  }

  mutating func torque(_ value: UInt8) throws {
    try send(Dynamixel.broadcastID, .write, [64, 0, value])
  }

  mutating func positions() throws -> [Int32] {
    let ids = (1...12).map { UInt8($0) }
    return try send(Dynamixel.broadcastID, .syncRead, [132, 0, 4, 0] + ids).map {
      Self.number($0.data)
    }
  }

  mutating func goals(_ goals: [Int32]) throws {
    var parameters: [UInt8] = [116, 0, 4, 0]
    for (joint, goal) in goals.enumerated() {
      parameters.append(UInt8(joint + 1))
      for byte in 0..<4 { parameters.append(UInt8(truncatingIfNeeded: goal >> (8 * byte))) }
    }
    try send(Dynamixel.broadcastID, .syncWrite, parameters)
  }

  /// Lets time pass without a byte, as the server does: in steps of 5 ms.
  mutating func pass(milliseconds: Int) throws {
    for _ in 0..<(milliseconds / 5) {
      now += 5_000_000
      try line.advance(to: now)
    }
  }

  static func number(_ bytes: [UInt8]) -> Int32 {
    bytes.reversed().reduce(Int32(0)) { $0 << 8 | Int32($1) }
  }
}
