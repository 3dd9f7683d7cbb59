/// How a robot is reached: what is on its line, and which ports these are.
public struct BusSettings: Equatable, Sendable {
  /// What is on the line between host and robot.
  public enum LineProtocol: String, Sendable, CaseIterable {
    /// A board, with servos and motion sensor behind it.
    case board
    /// Dynamixel X servos.
    case dynamixel
    /// Feetech STS servos.
    case feetech
  }

  /// What is on the line.
  public var lineProtocol = LineProtocol.board
  /// Bits per second of the line.
  public var baud: Int32 = 1_000_000
  /// The line's port; `nil` where the file leaves it to the command line.
  public var port: String?
  /// The motion sensor's port, which a line of servos needs.
  public var imuPort: String?
  /// Bits per second of the motion sensor.
  public var imuBaud: Int32 = 115_200

  /// A board at 1 Mbit/s.
  public init() {}

  init(_ mapping: FileMapping<BusKey>) throws(RobotFileError) {
    func baud(_ key: BusKey) throws(RobotFileError) -> Int32? {
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

/// Keys of the line.
enum BusKey: String, FileKey {
  case lineProtocol = "protocol"
  case baud
  case port
  case imuPort = "imu_port"
  case imuBaud = "imu_baud"
}
