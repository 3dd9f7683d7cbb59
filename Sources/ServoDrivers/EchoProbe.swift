public import SerialLink

/// Whether an adapter sends back what it is sent, found out without a servo.
public enum EchoProbe {
  /// Bytes with which no packet of any protocol begins, so that no servo takes them for a request.
  private static let bytes: InlineArray<8, UInt8> = [
    0x00, 0x25, 0x4A, 0x6F, 0x14, 0x39, 0x5E, 0x03,
  ]
  /// More than the slowest adapter keeps bytes for.
  private static let waitNanoseconds: UInt64 = 100_000_000

  /// Sends a few bytes, and says whether they come back.
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
