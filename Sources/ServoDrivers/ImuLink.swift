public import SerialLink
public import WireProtocol

/// Access to a WitMotion IMU on a line of its own, to watch it and to set it up.
///
/// Nothing here is for the control loop.
public struct ImuLink: ~Copyable {
  private var line: SerialLine
  private var decoder = WitMotionDecoder()
  private var outgoing = InlineArray<5, UInt8>(repeating: 0)

  /// Takes an open port on which the IMU sends.
  public init(port: consuming SerialPort) { line = SerialLine(port: port) }

  /// True when the adapter has echoed a command.
  public var echoes: Bool { line.echoes }

  /// Frames received from an IMU for some time.
  public struct Reading: Sendable {
    /// Number of frames of each kind.
    public var frames: [WitMotionFrame.Kind: Int] = [:]
    /// Number of frames of unknown kinds.
    public var unknownFrames = 0
    /// Last angular rate, in radians per second; `nil` when none came.
    public var angularRate: SIMD3<Float>?
    /// Last direction of gravity in the body's frame; `nil` when no quaternion came.
    public var down: SIMD3<Float>?
    /// Number of bytes, those of no frame included.
    public var byteCount = 0

    /// Readings per second, over the time for which they came.
    public func hertz(over nanoseconds: UInt64) -> Double {
      Double(frames.values.max() ?? 0) * 1e9 / Double(nanoseconds)
    }
  }

  /// Receives frames for some time from now on.
  public mutating func listen(nanoseconds: UInt64) throws(BusError) -> Reading {
    let end = line.nowNanoseconds + nanoseconds
    var reading = Reading()
    let unknownBefore = decoder.statistics.unknownFrames
    try line.discard()
    // A manual clock stands still meanwhile, and a sender has no end; no line brings more than
    // twice its speed.
    let byteCountMax = 512 + Int(line.baudRate) / 5 * Int(nanoseconds / 1_000_000) / 1_000
    while line.nowNanoseconds < end, reading.byteCount < byteCountMax {
      line.begin()
      guard try line.receive(deadlineNanoseconds: end) > 0 else { break }
      while let byte = line.nextByte() {
        reading.byteCount += 1
        decoder.push(byte)
        while let frame = decoder.nextFrame() {
          reading.frames[frame.kind, default: 0] += 1
          if case .angularRate = frame.kind {
            let values = frame.values
            reading.angularRate = SIMD3(values.x, values.y, values.z)
          }
          reading.down = frame.down ?? reading.down
        }
      }
    }
    reading.unknownFrames = Int(decoder.statistics.unknownFrames &- unknownBefore)
    return reading
  }

  /// Sends a command, and waits until the IMU has carried it out; it does not answer.
  public mutating func tell(_ command: WitMotionCommand) throws(BusError) {
    var room = outgoing.mutableSpan
    let byteCount = command.encode(into: &room)
    try line.send(
      byteCount, of: &room,
      deadlineNanoseconds: line.nowNanoseconds + Self.pauseNanoseconds)
    _ = try listen(nanoseconds: Self.pauseNanoseconds)
  }

  /// The vendor's own tools wait that long after a command.
  private static let pauseNanoseconds: UInt64 = 200_000_000
}
