public import SerialLink

/// Test of an adapter for echoes, which needs no servo.
public enum EchoProbe {
  /// Bytes that begin no packet of any protocol, so that no servo takes them for a request.
  private static let bytes: InlineArray<8, UInt8> = [
    0x00, 0x25, 0x4A, 0x6F, 0x14, 0x39, 0x5E, 0x03,
  ]
  /// Longer than the slowest adapter holds bytes back.
  private static let waitNanoseconds: UInt64 = 100_000_000

  /// Sends a few bytes, and returns whether they are echoed.
  public static func echoes(_ port: consuming SerialPort) throws(BusError) -> Bool {
    var line = SerialLine(port: port)
    var room = bytes
    var span = room.mutableSpan
    let deadline = line.nowNanoseconds + waitNanoseconds
    let byteCount = span.count
    try line.send(byteCount, of: &span, deadlineNanoseconds: deadline)
    while !line.echoes, try line.receive(deadlineNanoseconds: deadline) > 0 {
      while line.nextByte() != nil {}
    }
    return line.echoes
  }
}
