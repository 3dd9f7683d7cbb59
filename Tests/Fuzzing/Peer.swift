import Glibc

/// The device on the servo line; it answers as the input says.
class Peer {
  /// Takes what the host has written.
  func hear(_ request: UnsafeRawBufferPointer) {}

  /// The host has read everything and wants more.
  func linger() {}

  /// Sends an answer; the input says what befalls it on its way, 0 nothing.
  ///
  /// - Parameters:
  ///   - right: The answer's fields, header and payload, which may come to be any others.
  ///   - frame: Puts fields into a frame whose length and checksum are right.
  final func reply(_ right: [UInt8], frame: ([UInt8]) -> [UInt8]) {
    var answer = right
    switch fields.byte() & 0x0F {
    case 1: return
    case 2: for index in answer.indices { answer[index] = fields.byte() }
    case 3: answer = fields.bytes(Int(fields.byte()))
    case 4: patch(&answer, byteCount: 1)
    case 5: patch(&answer, byteCount: 2)
    case 6: patch(&answer, byteCount: 4)
    case 7:
      for _ in 0..<(1 + Int(fields.byte() & 0x03)) { patch(&answer, byteCount: 2) }
    case 8:
      Line.send(frame(answer))
      patch(&answer, byteCount: 1)
    case 9: Line.send(fields.bytes(Int(fields.byte() & 0x3F)))
    case 10:
      let whole = frame(answer)
      return Line.send(whole.prefix(Int(fields.byte()) % (whole.count + 1)))
    case 11: Line.stall(nanoseconds: UInt64(fields.byte()) * 1_000_000)
    case 12: Line.readError = -Int64(fields.byte() & 1 == 0 ? EIO : EBADF)
    case 13:
      Line.writeError = [-Int64(EIO), 0, -Int64(EBADF), -Int64(ENODEV)][Int(fields.byte() & 3)]
    case 14:
      // Now and then so many that they have no end for who reads them.
      let count = fields.byte()
      let bytes = frame(answer)
      for _ in 0..<(count < 0xF8 ? Int(count & 3) : 400) { Line.send(bytes) }
    default: break
    }
    Line.send(frame(answer))
  }

  private func patch(_ answer: inout [UInt8], byteCount: Int) {
    let place = Int(fields.byte())
    for byte in 0..<byteCount where !answer.isEmpty {
      answer[(place + byte) % answer.count] = fields.byte()
    }
  }
}

/// A WitMotion IMU on the other line: it sends whenever it is read, and then falls silent once.
final class ImuPeer {
  private var pending: [UInt8] = []
  private var next = 0
  private var hasSent = false
  private var count: UInt8 = 0

  func read(_ bytes: UnsafeMutableRawPointer, _ capacity: Int, _ deadline: UInt64) -> Int64 {
    if next == pending.count && !hasSent { stream() }
    let byteCount = min(capacity, pending.count - next)
    guard byteCount > 0 else {
      hasSent = false
      Line.nowNanoseconds = max(Line.nowNanoseconds, deadline)
      return 0
    }
    for index in 0..<byteCount {
      bytes.storeBytes(of: pending[next + index], toByteOffset: index, as: UInt8.self)
    }
    next += byteCount
    return Int64(byteCount)
  }

  /// A level sensor at rest, whose last digit is noise; or whatever the input says.
  private func stream() {
    pending.removeAll(keepingCapacity: true)
    next = 0
    hasSent = true
    count &+= 1
    switch fields.byte() & 0x07 {
    case 1: return
    case 2:
      for _ in 0..<Int(fields.byte() & 0x0F) { pending += WitMotionWire.frame(fields.bytes(9)) }
    case 3: pending += fields.bytes(Int(fields.byte()))
    case 4: pending += WitMotionWire.frame(turning(fields.word(), fields.word(), fields.word()))
    case 5:
      hasSent = false
      return pending += WitMotionWire.frame(fields.bytes(9))
    default: break
    }
    pending += WitMotionWire.frame(turning(UInt16(count & 3), 0, 0))
    pending += WitMotionWire.frame([0x59, 0xFF, 0x7F, 0, 0, 0, 0, 0, 0])
  }

  private func turning(_ x: UInt16, _ y: UInt16, _ z: UInt16) -> [UInt8] {
    [0x52] + littleEndian(x) + littleEndian(y) + littleEndian(z) + [0, 0]
  }
}

/// The two bytes of a number, the lower first.
func littleEndian(_ value: UInt16) -> [UInt8] {
  [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
}
