/// A frame of the stream of a WitMotion IMU (WIT standard protocol).
public struct WitMotionFrame: Equatable, Sendable {
  /// Quantity in a frame; the raw values are the vendor's.
  public enum Kind: UInt8, Sendable {
    /// Acceleration along x, y, z, and temperature.
    case acceleration = 0x51
    /// Angular rate about x, y, z, and voltage.
    case angularRate = 0x52
    /// Roll, pitch, yaw, and version.
    case angle = 0x53
    /// Magnetic field along x, y, z, and temperature.
    case magneticField = 0x54
    /// Quaternion: w, x, y, z.
    case quaternion = 0x59

    @_noAllocation
    init?(code: UInt8) { self.init(rawValue: code) }

    /// Its bit in the setting of the stream's contents.
    public var contentBit: UInt16 { @_noAllocation get { 1 &<< UInt16(rawValue - 0x50) } }
  }

  /// Quantity of the numbers.
  public let kind: Kind
  /// Four numbers as they came.
  public let counts: SIMD4<Int16>

  /// Makes a frame from its numbers.
  @_noAllocation
  public init(_ kind: Kind, _ counts: SIMD4<Int16>) {
    self.kind = kind
    self.counts = counts
  }

  /// Full scale of an acceleration, in multiples of gravity.
  public static var accelerationMaxGravities: Double { @_noAllocation get { 16 } }
  /// Full scale of an angular rate, in degrees per second.
  public static var angularRateMaxDegreesPerSecond: Double { @_noAllocation get { 2_000 } }

  /// The numbers in SI units.
  ///
  /// Metres per second squared, radians per second, radians, counts, and parts of one; the fourth
  /// number is meaningful for a quaternion only.
  public var values: SIMD4<Float> {
    @_noAllocation get {
      let scale: Float =
        switch kind {
        case .acceleration: Float(Self.accelerationMaxGravities) * 9.80665 / 32_768
        case .angularRate:
          Float(Self.angularRateMaxDegreesPerSecond) * Float.pi / 180 / 32_768
        case .angle: Float.pi / 32_768
        case .magneticField: 1
        case .quaternion: 1 / 32_768
        }
      var values = SIMD4<Float>.zero
      // From `Int`: other whole numbers bring an array with them on a 32-bit core.
      for index in 0..<4 { values[index] = Float(Int(counts[index])) * scale }
      return values
    }
  }

  /// Direction of gravity in the body's frame, a unit vector; `nil` without a quaternion of length
  /// 1.
  public var down: SIMD3<Float>? {
    @_noAllocation get {
      guard case .quaternion = kind else { return nil }
      let values = values
      let (w, x, y, z) = (values.x, values.y, values.z, values.w)
      // An IMU that is starting sends zeros, which would pass for level.
      let square = w * w + x * x + y * y + z * z
      guard square > 0.8 && square < 1.2 else { return nil }
      // The last row of the rotation, turned round; of a quaternion of length 1 whatever came.
      let twice = 2 / square
      return SIMD3(
        twice * (w * y - x * z), -twice * (w * x + y * z), twice * (x * x + y * y) - 1)
    }
  }

  /// Bytes of a frame.
  public static var byteCount: Int { @_noAllocation get { 11 } }

  /// Writes the frame, and returns its size in bytes.
  ///
  /// - Parameter buffer: At least ``byteCount`` bytes.
  @_noAllocation
  public func encode(into buffer: inout MutableSpan<UInt8>) -> Int {
    buffer[0] = 0x55
    buffer[1] = kind.rawValue
    var sum = buffer[0] &+ buffer[1]
    for index in 0..<4 {
      let field = UInt16(bitPattern: counts[index])
      buffer[2 + 2 * index] = UInt8(truncatingIfNeeded: field)
      buffer[3 + 2 * index] = UInt8(truncatingIfNeeded: field >> 8)
      sum = sum &+ buffer[2 + 2 * index] &+ buffer[3 + 2 * index]
    }
    buffer[10] = sum
    return Self.byteCount
  }
}
