import RobotDescription
import RobotFiles
import Settings
import Testing

struct RobotFileTests {
  @Test func parse_goodFile_givesEveryNumber() throws {
    let robot = try RobotFile.parse(RobotText().text, path: "r.yaml")
    #expect(robot.body == Label("biped"))
    #expect(robot.controlPeriodMicroseconds == 20_000)
    #expect(robot.supplyMinMillivolts == 6_500)
    #expect(robot.jointCount == 2)
    #expect(
      robot[joint: 1]
        == Joint(
          name: Label("right"),
          servo: ServoCalibration(id: 2, isReversed: false, zeroTicks: 2048, positionGain: 800),
          lowerLimitRadians: -0.5, upperLimitRadians: 1.5, standingRadians: 0.25,
          restingRadians: -0.25, slewMaxRadiansPerSecond: 8))
  }

  @Test func parse_warnings_areReadOrHaveDefaults() throws {
    var robot = try RobotFile.parse(RobotText().text, path: "r.yaml")
    #expect(robot.supplyWarningMillivolts == 0)
    #expect(robot.servoWarningCelsius == 55 && robot.servoMaxCelsius == 65)
    let cool = "supply_min_volts: 6.5\nsupply_warning_volts: 6.8\nservo_max_celsius: 50"
    robot = try RobotFile.parse(RobotText().with(3, cool), path: "r.yaml")
    #expect(robot.supplyWarningMillivolts == 6_800)
    #expect(robot.servoWarningCelsius == 50 && robot.servoMaxCelsius == 50)
    robot = try RobotFile.parse(
      RobotText().with(3, cool + "\nservo_warning_celsius: 45"), path: "r.yaml")
    #expect(robot.servoWarningCelsius == 45)
  }

  @Test func parse_plausibleLimits_areReadOrHaveDefaults() throws {
    var robot = try RobotFile.parse(RobotText().text, path: "r.yaml")
    #expect(robot.plausible == PlausibleLimits())
    let text = "supply_min_volts: 6.5\nplausible: {joint_radians_per_second_max: 12, "
    robot = try RobotFile.parse(
      RobotText().with(3, text + "arming_margin_radians: 0.1}"), path: "r.yaml")
    #expect(robot.plausible.jointSpeedMaxRadiansPerSecond == 12)
    #expect(robot.plausible.armingMarginRadians == 0.1)
    #expect(
      robot.plausible.followingErrorMaxRadians == PlausibleLimits().followingErrorMaxRadians)
    #expect(throws: SettingsError.self) {
      _ = try RobotFile.parse(
        RobotText().with(3, text + "gyro_radians_per_second_max: 0}"), path: "r.yaml")
    }
  }

  @Test(
    arguments: zip(["10", "30", "60.0", "500", "5e1"], [100_000, 33_333, 16_667, 2_000, 20_000]))
  func parse_controlRate_becomesTheNearestPeriod(rate: String, microseconds: UInt32) throws {
    let text = RobotText().with(2, "control_rate_hz: \(rate)")
    #expect(
      try RobotFile.parse(text, path: "r.yaml").controlPeriodMicroseconds == microseconds)
  }

  @Test func parse_ownValue_winsOverTheDefault() throws {
    let text = RobotText().with(12, "    id: 2\n    direction: -1\n    zero_ticks: 2000")
    let servo = try RobotFile.parse(text, path: "r.yaml")[joint: 1].servo
    #expect(servo == ServoCalibration(id: 2, isReversed: true, zeroTicks: 2000, positionGain: 800))
  }

  @Test func parse_defaultsForPosesAndLimits_serveEveryJoint() throws {
    let text = RobotText().first(
      8,
      then: [
        "  limits: [-2, 2]", "  standing: 1", "  resting: 0", "joints:",
        "  - { name: left, id: 1 }",
      ])
    let joint = try RobotFile.parse(text, path: "r.yaml")[joint: 0]
    #expect(joint.lowerLimitRadians == -2)
    #expect(joint.upperLimitRadians == 2)
    #expect(joint.standingRadians == 1)
  }

  @Test func parse_nameOf31Bytes_isTaken() throws {
    let name = String(repeating: "n", count: 31)
    let text = RobotText().with(11, "  - name: \(name)")
    #expect(try RobotFile.parse(text, path: "r.yaml")[joint: 1].name.description == name)
  }

  @Test func parse_32Joints_areTaken() throws {
    let text = RobotText().first(9, then: RobotText.joints(count: 32))
    #expect(try RobotFile.parse(text, path: "r.yaml").jointCount == 32)
  }

  @Test func parse_windowsLineEnds_countAsOneLine() {
    let text = RobotText().with(12, "    id: 300").replacing("\n", with: "\r\n")
    let error = #expect(throws: SettingsError.self) {
      try RobotFile.parse(text, path: "r.yaml")
    }
    #expect(error?.line == 12)
  }

  @Test func parse_textCutAnywhere_neverTraps() {
    let text = RobotText().text
    for end in text.indices {
      _ = try? RobotFile.parse(String(text[..<end]), path: "r.yaml")
    }
  }

  @Test(arguments: ["[", "{a: ", "- "])
  func parse_deepNesting_isRefused(opening: String) {
    #expect(throws: SettingsError.self) {
      try RobotFile.parse(String(repeating: opening, count: 20_000), path: "r.yaml")
    }
  }
}
