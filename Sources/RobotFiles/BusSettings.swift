internal import Settings

/// The connection to a robot: the devices on its line, and the ports.
public struct BusSettings: Equatable, Sendable {
  /// The devices on the line between host and robot.
  public enum LineProtocol: String, Sendable, CaseIterable {
    /// A board, with servos and IMU behind it.
    case board
    /// Dynamixel X servos.
    case dynamixel
    /// Feetech STS servos.
    case feetech
  }

  /// The devices on the line.
  public var lineProtocol = LineProtocol.board
  /// Bits per second of the line.
  public var baud: Int32 = 1_000_000
  /// The line's port; `nil` when the command line gives it.
  public var port: String?
  /// The port of the IMU, which a line of servos needs.
  public var imuPort: String?
  /// Bits per second of the IMU.
  public var imuBaud: Int32 = 115_200

  /// A board at 1 Mbit/s.
  public init() {}

  init(_ mapping: SettingsMapping<BusKey>) throws(SettingsError) {
    func baud(_ key: BusKey) throws(SettingsError) -> Int32? {
      guard let node = mapping[key] else { return nil }
      return Int32(try node.wholeNumber(in: 1_200...12_000_000))
    }
    lineProtocol = try mapping[.lineProtocol]?.choice() ?? lineProtocol
    self.baud = try baud(.baud) ?? self.baud
    imuBaud = try baud(.imuBaud) ?? imuBaud
    port = try mapping[.port]?.text("the name of a port") { !$0.isEmpty }
    imuPort = try mapping[.imuPort]?.text("the name of a port") { !$0.isEmpty }
  }
}

/// The keys of the connection.
enum BusKey: String, SettingsKey {
  case lineProtocol = "protocol"
  case baud
  case port
  case imuPort = "imu_port"
  case imuBaud = "imu_baud"
}
