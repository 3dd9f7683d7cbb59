internal import WireProtocol

/// A WitMotion sensor in the robot's body: it sends by itself, and nobody asks it.
struct MotionSensor {
  /// Bytes that have been sent and are not taken yet.
  private(set) var bytes: [UInt8] = []
  /// Whether it says what it said before.
  var isFrozen = false
  private var nextMicroseconds: UInt64 = 0
  private var rate = SIMD3<Double>.zero
  private var attitude = SIMD4<Double>(1, 0, 0, 0)

  /// 200 times a second, the most that such a sensor can.
  private static let periodMicroseconds: UInt64 = 5_000
  /// What is not taken in a second is lost.
  private static let byteCountMax = 4_400

  /// Sends what it senses when its time has come.
  mutating func send(of robot: borrowing VirtualRobot, nowMicroseconds: UInt64) {
    guard nowMicroseconds >= nextMicroseconds else { return }
    nextMicroseconds = nowMicroseconds + Self.periodMicroseconds
    send(of: robot)
  }

  /// Sends what it senses now.
  mutating func send(of robot: borrowing VirtualRobot) {
    if bytes.count > Self.byteCountMax { bytes.removeAll(keepingCapacity: true) }
    if !isFrozen {
      rate = robot.angularRate * (180 / .pi / 2_000)
      attitude = robot.attitude
    }
    append(.angularRate, SIMD4(rate.x, rate.y, rate.z, 0))
    append(.quaternion, attitude)
  }

  /// Gives away what was sent.
  mutating func take() -> [UInt8] {
    defer { bytes.removeAll(keepingCapacity: true) }
    return bytes
  }

  /// - Parameter parts: Of the kind's full scale.
  private mutating func append(_ kind: WitMotionFrame.Kind, _ parts: SIMD4<Double>) {
    var counts = SIMD4<Int16>.zero
    for index in 0..<4 {
      counts[index] = Int16(min(max((parts[index] * 32_768).rounded(), -32_768), 32_767))
    }
    var buffer = InlineArray<11, UInt8>(repeating: 0)
    var span = buffer.mutableSpan
    _ = WitMotionFrame(kind, counts).encode(into: &span)
    for index in buffer.indices { bytes.append(buffer[index]) }
  }
}
