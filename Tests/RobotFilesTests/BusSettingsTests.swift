import RobotFiles
import Settings
import Settings
import Testing

@Suite struct BusSettingsTests {
  private static func settings(_ lines: [String]) throws(SettingsError) -> BusSettings {
    // A gain that is for any servos.
    let text = RobotText().with(3, (["supply_min_volts: 6.5"] + lines).joined(separator: "\n"))
      .replacing("position_gain: 800", with: "position_gain: { dynamixel: 800, feetech: 32 }")
    return try RobotFile.parseSetup(text, path: "r.yaml").bus
  }

  @Test func bus_leftOut_isABoardAtOneMegabit() throws {
    let settings = try Self.settings([])
    #expect(settings == BusSettings())
    #expect(settings.lineProtocol == .board)
    #expect(settings.baud == 1_000_000)
    #expect(settings.port == nil)
  }

  @Test func bus_everyKey_isRead() throws {
    let settings = try Self.settings([
      "bus:", "  protocol: feetech", "  baud: 500000", "  port: usb:1a86:55d3",
      "  imu_port: /dev/ttyUSB1", "  imu_baud: 9600",
    ])
    var expected = BusSettings()
    expected.lineProtocol = .feetech
    expected.baud = 500_000
    expected.port = "usb:1a86:55d3"
    expected.imuPort = "/dev/ttyUSB1"
    expected.imuBaud = 9_600
    #expect(settings == expected)
  }

  @Test(arguments: [
    ("protocol: dynamixl", 5, "protocol", "one of board, dynamixel, feetech"),
    ("baud: 12", 5, "baud", "a whole number from 1200 to 12000000"),
    ("port: 7", 5, "port", "the name of a port"), ("pot: x", 5, "bus", "one of "),
  ]) func bus_badValue_isRefusedWithItsLine(
    line: String, number: Int, subject: String, expected: String
  ) {
    let error = #expect(throws: SettingsError.self) {
      try Self.settings(["bus:", "  \(line)"])
    }
    #expect(error?.line == number)
    #expect(error?.subject == subject)
    #expect(error?.expected.hasPrefix(expected) == true)
  }
}
