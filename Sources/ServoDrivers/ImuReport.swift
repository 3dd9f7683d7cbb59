internal import WireProtocol

/// Summary of the bytes of a WitMotion IMU on a line of its own, to tell what is wrong with it.
public struct ImuReport: Equatable, Sendable {
  /// Number of bytes, those of no frame included.
  public var byteCount: UInt32 = 0
  /// Kinds of frames that came, with the bits of the IMU's contents setting.
  var contents: UInt16 = 0
  /// Baud rate of the port.
  public let baudRate: Int32

  /// Makes an empty summary.
  @_noAllocation
  public init(baudRate: Int32) { self.baudRate = baudRate }

  @_noAllocation
  mutating func add(_ kind: WitMotionFrame.Kind) { contents |= kind.contentBit }

  /// True when angular rate and quaternion came, which a walk needs.
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

  /// One sentence: found, expected, cure.
  public var description: String {
    "IMU: found \(found) at \(baudRate) bit/s, expected angular rate and quaternion; \(cure)"
  }

  private var found: String {
    if byteCount == 0 { return "not a byte" }
    let names = Self.kinds.filter { contents & $0.kind.contentBit != 0 }.map(\.name)
    if names.isEmpty { return "\(byteCount) bytes that are no frames of a WitMotion IMU" }
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
