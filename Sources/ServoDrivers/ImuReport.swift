internal import WireProtocol

/// What came from a WitMotion IMU on a line of its own: to tell why it is of no use.
public struct ImuReport: Equatable, Sendable {
  /// Bytes, whatever they were.
  public var byteCount: UInt32 = 0
  /// The kinds of frames that came, a bit for each as the sensor's setting of its contents has them.
  var contents: UInt16 = 0
  /// Bits per second at which the port was read.
  public let baudRate: Int32

  /// Nothing so far.
  @_noAllocation
  public init(baudRate: Int32) { self.baudRate = baudRate }

  @_noAllocation
  mutating func add(_ kind: WitMotionFrame.Kind) { contents |= kind.contentBit }

  /// Whether both came that a walk needs.
  public var isComplete: Bool { contents & Self.needed == Self.needed }

  private static var needed: UInt16 {
    WitMotionFrame.Kind.angularRate.contentBit | WitMotionFrame.Kind.quaternion.contentBit
  }
}

extension ImuReport: CustomStringConvertible {
  private static let kinds: [(kind: WitMotionFrame.Kind, name: String)] = [
    (.acceleration, "acceleration"), (.angularRate, "angular rate"), (.angle, "angle"),
    (.magneticField, "magnetic field"), (.quaternion, "quaternion"),
  ]

  /// One sentence: what was seen, what was expected, the cure.
  public var description: String {
    "IMU: found \(found) at \(baudRate) bit/s, expected angular rate and quaternion; \(cure)"
  }

  private var found: String {
    if byteCount == 0 { return "not a byte" }
    let names = Self.kinds.filter { contents & $0.kind.contentBit != 0 }.map(\.name)
    if names.isEmpty { return "\(byteCount) bytes that are no frames of a WitMotion sensor" }
    return isComplete
      ? "\(names.joined(separator: ", ")), and then nothing more"
      : "\(names.joined(separator: ", ")) alone"
  }

  private var cure: String {
    if byteCount == 0 { return "check its power, its wires and its port ('tarsus servo ports')" }
    if isComplete { return "check its plug with 'tarsus imu monitor'" }
    return "set it up with 'tarsus imu set-up'"
  }
}
