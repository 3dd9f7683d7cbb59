internal import Glibc
internal import WireProtocol

/// A WitMotion sensor in the robot's body: it sends by itself, and is told what.
public struct MotionSensor: Sendable {
  /// Bytes that have been sent and are not taken yet.
  private(set) var bytes: [UInt8] = []
  /// Whether it says what it said before.
  var isFrozen = false
  private var contents: UInt16
  private var rateHertz: Int
  private var baudRate: Int
  private var decoder = WitMotionCommandDecoder()
  /// Until when it takes settings.
  private var unlockedMicroseconds: UInt64 = 0
  private var nextMicroseconds: UInt64 = 0
  private var rate = SIMD3<Double>.zero
  private var attitude = SIMD4<Double>(1, 0, 0, 0)

  /// Bytes of five frames 200 times a second: what is not taken in a second is lost.
  private static let byteCountMax = 11_000

  /// Makes a sensor.
  ///
  /// - Parameter isNew: As it comes from the factory, with 10 readings a second at 9600 bit/s;
  ///   otherwise it sends angular rate and quaternion 200 times a second at 115 200.
  public init(isNew: Bool = false) {
    contents =
      isNew
      ? Self.contents(.acceleration, .angularRate, .angle, .magneticField)
      : Self.contents(.angularRate, .quaternion)
    rateHertz = isNew ? 10 : 200
    baudRate = isNew ? 9_600 : 115_200
  }

  private static func contents(_ kinds: WitMotionFrame.Kind...) -> UInt16 {
    kinds.reduce(0) { $0 | $1.contentBit }
  }

  /// Sends what it senses when its time has come.
  mutating func send(of robot: borrowing VirtualRobot, nowMicroseconds: UInt64) {
    guard nowMicroseconds >= nextMicroseconds else { return }
    // Steps of the physics are no multiple of its period: what is late now is early next time.
    let period = 1_000_000 / UInt64(rateHertz)
    nextMicroseconds = max(nextMicroseconds + period, nowMicroseconds)
    send(of: robot)
  }

  /// Sends what it senses now.
  mutating func send(of robot: borrowing VirtualRobot) {
    if bytes.count > Self.byteCountMax { bytes.removeAll(keepingCapacity: true) }
    if !isFrozen {
      rate = robot.angularRate * (180 / .pi / 2_000)
      attitude = robot.attitude
    }
    // At rest a body feels the floor push upwards.
    append(.acceleration, seen(SIMD3(0, 0, 1.0 / 16)))
    append(.angularRate, rate)
    append(.angle, angles)
    // The field of middle Europe, which points into the floor.
    append(.magneticField, seen(SIMD3(0.006, 0, -0.013)))
    append(.quaternion, attitude)
  }

  /// Takes one byte from the host.
  mutating func hear(_ byte: UInt8, at hostBaudRate: UInt32, nowMicroseconds: UInt64) {
    guard hears(hostBaudRate), let command = decoder.push(byte) else { return }
    if command == .unlock {
      unlockedMicroseconds = nowMicroseconds + 10_000_000
    }
    guard nowMicroseconds < unlockedMicroseconds else { return }
    switch command.register {
    case 0x02: contents = command.value
    case 0x03: rateHertz = WitMotionCommand.rateHertz(command.value) ?? rateHertz
    case 0x04: baudRate = WitMotionCommand.baudRate(command.value) ?? baudRate
    default: break
    }
  }

  /// Gives away what was sent; a host that listens at another speed makes nothing of it.
  mutating func take(at hostBaudRate: UInt32) -> [UInt8] {
    defer { bytes.removeAll(keepingCapacity: true) }
    return hears(hostBaudRate) ? bytes : []
  }

  private func hears(_ hostBaudRate: UInt32) -> Bool {
    hostBaudRate == 0 || abs(Double(hostBaudRate) / Double(baudRate) - 1) < 0.03
  }

  /// A direction of the world as the body sees it.
  private func seen(_ world: SIMD3<Double>) -> SIMD3<Double> {
    let (w, x, y, z) = (attitude.x, attitude.y, attitude.z, attitude.w)
    let vector = SIMD3(-x, -y, -z)
    let twice = 2 * Self.cross(vector, world)
    return world + w * twice + Self.cross(vector, twice)
  }

  private static func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
  }

  /// Roll, pitch and yaw, of half a turn.
  private var angles: SIMD3<Double> {
    let (w, x, y, z) = (attitude.x, attitude.y, attitude.z, attitude.w)
    let roll = atan2(2 * (w * x + y * z), 1 - 2 * (x * x + y * y))
    let pitch = asin(max(-1, min(1, 2 * (w * y - x * z))))
    let yaw = atan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z))
    return SIMD3(roll, pitch, yaw) / .pi
  }

  private mutating func append(_ kind: WitMotionFrame.Kind, _ parts: SIMD3<Double>) {
    append(kind, SIMD4(parts, 0))
  }

  /// - Parameter parts: Of the kind's full scale.
  private mutating func append(_ kind: WitMotionFrame.Kind, _ parts: SIMD4<Double>) {
    guard contents & kind.contentBit != 0 else { return }
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
