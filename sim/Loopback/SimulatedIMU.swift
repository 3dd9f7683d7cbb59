internal import Glibc
package import WireProtocol

/// A simulated WitMotion IMU in the robot's body: it streams frames, and takes commands.
public struct SimulatedIMU: Sendable {
  /// Settings that a host can change.
  private struct Settings {
    var contents: UInt16
    var rateHertz: Int
    var baudRate: Int
  }

  /// Bytes sent and not taken yet.
  private(set) var bytes: [UInt8] = []
  /// True when it repeats its last values.
  var isFrozen = false
  /// True when its gyro is at full scale.
  var isAtRange = false
  /// True when acceleration has twice its length, and the quaternion half of its own.
  var isOfWrongLength = false
  private var settings: Settings
  /// Settings after a power cycle.
  private var kept: Settings
  private var decoder = WitMotionCommandDecoder()
  /// Time until which it takes settings.
  private var unlockedMicroseconds: UInt64 = 0
  private var nextMicroseconds: UInt64 = 0
  private var rate = SIMD3<Double>.zero
  private var attitude = SIMD4<Double>(1, 0, 0, 0)

  /// Bytes of five frames 200 times a second: those not taken within a second are lost.
  private static let byteCountMax = 11_000

  /// Makes an IMU.
  ///
  /// - Parameter isNew: `true` has the factory's settings, 10 readings a second at 9600 bit/s;
  ///   otherwise it sends angular rate and quaternion 200 times a second at 115 200.
  public init(isNew: Bool = false) {
    kept =
      isNew
      ? Settings(
        contents: Self.contents(.acceleration, .angularRate, .angle, .magneticField),
        rateHertz: 10, baudRate: 9_600)
      : Settings(
        contents: Self.contents(.angularRate, .quaternion), rateHertz: 200, baudRate: 115_200)
    settings = kept
  }

  private static func contents(_ kinds: WitMotionFrame.Kind...) -> UInt16 {
    kinds.reduce(0) { $0 | $1.contentBit }
  }

  /// Restarts, as after a power cycle.
  mutating func restart() {
    settings = kept
    unlockedMicroseconds = 0
  }

  /// Sends a reading when it is due.
  mutating func send(of robot: borrowing SimulatedRobot, nowMicroseconds: UInt64) {
    guard nowMicroseconds >= nextMicroseconds else { return }
    // Steps of the physics are no multiple of its period: a reading that is late makes the next
    // early.
    let period = 1_000_000 / UInt64(settings.rateHertz)
    nextMicroseconds = max(nextMicroseconds + period, nowMicroseconds)
    send(of: robot)
  }

  /// Sends a reading now.
  mutating func send(of robot: borrowing SimulatedRobot) {
    if bytes.count > Self.byteCountMax { bytes.removeAll(keepingCapacity: true) }
    if !isFrozen {
      rate = robot.angularRate
      attitude = robot.attitude
    }
    for kind in Self.kinds where settings.contents & kind.contentBit != 0 {
      append(kind, misreported(kind, Self.parts(kind, rate: rate, attitude: attitude)))
    }
  }

  /// The numbers of a frame, with the faults applied.
  private func misreported(
    _ kind: WitMotionFrame.Kind, _ parts: SIMD4<Double>
  ) -> SIMD4<Double> {
    switch kind {
    case .angularRate where isAtRange: SIMD4(1, 1, 1, 0)
    case .acceleration where isOfWrongLength: parts * 2
    // A quaternion longer than 1 does not fit into the frame.
    case .quaternion where isOfWrongLength: parts / 2
    default: parts
    }
  }

  private static let kinds: [WitMotionFrame.Kind] = [
    .acceleration, .angularRate, .angle, .magneticField, .quaternion,
  ]

  /// Receives one byte from the host.
  mutating func hear(_ byte: UInt8, at hostBaudRate: UInt32, nowMicroseconds: UInt64) {
    guard hears(hostBaudRate), let command = decoder.push(byte) else { return }
    if command == .unlock { unlockedMicroseconds = nowMicroseconds + 10_000_000 }
    guard nowMicroseconds < unlockedMicroseconds else { return }
    switch command.setting {
    case .save: kept = settings
    case .contents: settings.contents = command.value
    case .rate:
      settings.rateHertz = WitMotionCommand.hertz(ofNumber: command.value) ?? settings.rateHertz
    case .baudRate:
      settings.baudRate =
        WitMotionCommand.baudRate(ofNumber: command.value) ?? settings.baudRate
    case .unlock, nil: break
    }
  }

  /// Takes the bytes sent, for a host that listens at some baud rate; at another one they are
  /// garbage.
  mutating func take(at hostBaudRate: UInt32) -> [UInt8] {
    defer { bytes.removeAll(keepingCapacity: true) }
    return hears(hostBaudRate) ? bytes : bytes.map { $0 &* 37 ^ 0x5A }
  }

  private func hears(_ hostBaudRate: UInt32) -> Bool {
    hostBaudRate == 0 || LinePace.agree(hostBaudRate, UInt32(settings.baudRate))
  }

  /// The numbers of a frame, as parts of the kind's full scale.
  ///
  /// - Parameters:
  ///   - rate: Radians per second, in the body's frame.
  ///   - attitude: w, x, y, z, from the body to the world.
  package static func parts(
    _ kind: WitMotionFrame.Kind, rate: SIMD3<Double>, attitude: SIMD4<Double>
  ) -> SIMD4<Double> {
    let (w, x, y, z) = (attitude.x, attitude.y, attitude.z, attitude.w)
    // The world's upward axis in the body's frame.
    let up = SIMD3(2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y))
    switch kind {
    // At rest a body measures the upward force of the floor.
    case .acceleration: return SIMD4(up / WitMotionFrame.accelerationMaxGravities, 0)
    case .angularRate:
      return SIMD4(rate * (180 / .pi / WitMotionFrame.angularRateMaxDegreesPerSecond), 0)
    case .angle:
      let yaw = atan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z))
      return SIMD4(atan2(up.y, up.z), -asin(max(-1, min(1, up.x))), yaw, 0) / .pi
    // There is no field in the simulated world.
    case .magneticField: return .zero
    case .quaternion: return attitude
    }
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
