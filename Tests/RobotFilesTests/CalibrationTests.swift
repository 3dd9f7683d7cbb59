import RobotDescription
import RobotFiles
import Settings
import Testing

@Suite struct CalibrationTests {
  private static func calibration(
    _ name: String, _ zeroTicks: Int16, isReversed: Bool = false
  ) -> JointCalibration {
    JointCalibration(name: Label(name) ?? Label("?"), zeroTicks: zeroTicks, isReversed: isReversed)
  }

  @Test func text_newZeros_changeTheirJointsAlone() throws {
    let text = RobotText().text
    let edited = try RobotFile.text(
      text, path: "robot.yaml",
      calibratedBy: [
        Self.calibration("left", 1990), Self.calibration("right", 2100, isReversed: true),
      ])
    let expected =
      RobotText().with(
        10,
        "  - { name: left, id: 1, zero_ticks: 1990, limits: [-1, 1], standing: 0.5, resting: 0 }"
      ).replacing("    id: 2\n", with: "    id: 2\n    direction: -1\n    zero_ticks: 2100\n")
    #expect(try Self.joints(edited) == Self.joints(expected))
    #expect(edited.split(separator: "\n").count == text.split(separator: "\n").count + 2)
  }

  private static func joints(_ text: String) throws -> [Joint] {
    let robot = try RobotFile.parse(text, path: "robot.yaml")
    return (0..<robot.jointCount).map { robot[joint: $0] }
  }

  @Test func text_asItIs_staysToTheByte() throws {
    let text = "# ä comment\n" + RobotText().text + "# the end"
    let same = try RobotFile.text(
      text, path: "robot.yaml",
      calibratedBy: [Self.calibration("left", 2048), Self.calibration("right", 2048)])
    #expect(same == text)
  }

  @Test func text_numbersWithComments_areReplacedInPlace() throws {
    let text = RobotText().first(
      9,
      then: [
        "  - name: left # the first",
        "    id: 1      # as on its label",
        "    zero_ticks: 5 # öld",
        "    direction: -1 # mirrored",
        "    limits: [-1, 1]",
        "    standing: 0",
        "    resting: 0",
        "  # and another",
        "  - { zero_ticks: 12, name: right, limits: [-1, 1], standing: 0, resting: 0, id: 2 }",
      ])
    let edited = try RobotFile.text(
      text, path: "robot.yaml",
      calibratedBy: [
        Self.calibration("left", 1234), Self.calibration("right", 7, isReversed: true),
      ])
    #expect(
      edited
        == text.replacing("ticks: 5 #", with: "ticks: 1234 #")
        .replacing("direction: -1 #", with: "direction: 1 #")
        .replacing("ticks: 12,", with: "ticks: 7,")
        .replacing("id: 2 }", with: "id: 2, direction: -1 }"))
  }

  @Test func text_anchoredJoint_isEdited() throws {
    let text = RobotText().with(
      10, "  - &one { name: left, id: 1, limits: [-1, 1], standing: 0.5, resting: 0 }")
    let edited = try RobotFile.text(
      text, path: "robot.yaml", calibratedBy: [Self.calibration("left", 9)])
    #expect(edited == text.replacing("id: 1,", with: "id: 1, zero_ticks: 9,"))
  }

  @Test(arguments: ["\r", "\u{2028}", "\u{85}"])
  func text_linesThatYAMLCountsOtherwise_areRefusedOrRight(end: String) {
    let text = "# one\(end)# two\(end)# three\(end)" + RobotText().text
    let edited = try? RobotFile.text(
      text, path: "robot.yaml", calibratedBy: [Self.calibration("left", 2009)])
    if let edited {
      let left = try? Self.joints(edited).first
      #expect(left?.servo.zeroTicks == 2009)
    }
  }

  @Test func text_aliasedJoint_isRefused() {
    let text = RobotText().first(
      9,
      then: [
        "  - &one { name: left, id: 1, limits: [-1, 1], standing: 0, resting: 0 }",
        "  - { <<: *one, name: right, id: 2 }",
      ])
    let error = #expect(throws: SettingsError.self) {
      _ = try RobotFile.text(
        text, path: "robot.yaml", calibratedBy: [Self.calibration("right", 1)])
    }
    #expect(error != nil)
  }
}
