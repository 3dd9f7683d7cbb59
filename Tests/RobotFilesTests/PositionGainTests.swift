import Settings
import Foundation
import RobotDescription
import RobotFiles
import Testing
import WireProtocol

/// Gains for one kind of servo and for both, and zeros that put limits outside one turn.
@Suite struct PositionGainTests {
  private static func setup(
    _ gain: String, bus: String? = nil
  ) throws(SettingsError) -> RobotSetup {
    var text = RobotText().with(7, "  position_gain: \(gain)")
    if let bus { text += "bus: { protocol: \(bus) }\n" }
    return try RobotFile.parseSetup(text, path: "r.yaml")
  }

  /// The sentence about a gain, less the path; `nil` for one that is taken.
  private static func refusal(_ gain: String, bus: String? = nil) -> String? {
    sentence { () throws(SettingsError) in _ = try setup(gain, bus: bus) }
  }

  /// The same for servos that the gain is to be for.
  private static func refusal(
    of setup: RobotSetup, servos: ServoFamily, isBehindBoard: Bool = false
  ) -> String? {
    sentence { () throws(SettingsError) in
      _ = try setup.robot(servos: servos, isBehindBoard: isBehindBoard)
    }
  }

  private static func sentence(_ body: () throws(SettingsError) -> Void) -> String? {
    do throws(SettingsError) {
      try body()
      return nil
    } catch {
      return String(error.description.dropFirst("r.yaml:".count))
    }
  }

  @Test func robot_gainsOfBothKinds_hasThatOfItsServosAndTheFirstForPolicies() throws {
    let setup = try Self.setup("{ feetech: 32, dynamixel: 800 }")
    #expect(setup.robot[joint: 1].servo.positionGain == 32)
    #expect(try setup.robot(servos: .dynamixel)[joint: 1].servo.positionGain == 800)
    #expect(try setup.robot(servos: .feetech)[joint: 1].servo.positionGain == 32)
    #expect(try setup.robot(servos: .feetech).servoMaxCelsius == setup.robot.servoMaxCelsius)
  }

  @Test func parse_gainBeyondTheRegisterOfTheBus_isRefused() {
    let refusal = Self.refusal("300", bus: "feetech")
    #expect(
      refusal?.hasPrefix(
        "7: position_gain: found 300, expected a whole number from 0 to 254, which p_coefficient "
          + "of feetech servos holds") == true)
    #expect(Self.refusal("254", bus: "feetech") == nil)
    #expect(Self.refusal("300", bus: "dynamixel") == nil)
  }

  @Test func parse_gainOfAKindBeyondItsRegister_isRefused() {
    #expect(
      Self.refusal("{ feetech: 255 }")
        == "7: feetech: found 255, expected a whole number from 0 to 254")
    #expect(
      Self.refusal("{}")
        == "7: position_gain: found an empty mapping, expected a gain for dynamixel, feetech or "
        + "both"
    )
  }

  @Test func parse_noGainForTheServosOfTheBus_isRefused() {
    #expect(
      Self.refusal("{ dynamixel: 800 }", bus: "feetech")
        == "7: position_gain: found none for feetech servos, expected one; add 'feetech'")
  }

  @Test func robot_numberAlone_isForTheServosOfTheBusAlone() throws {
    let wired = try Self.setup("200", bus: "feetech")
    #expect(try wired.robot(servos: .feetech)[joint: 0].servo.positionGain == 200)
    // 200 fits the other's register, and would be a quarter of what it needs.
    let other = Self.refusal(of: wired, servos: .dynamixel)
    #expect(other?.contains("expected a gain for dynamixel servos") == true)
    let board = try Self.setup("200")
    #expect(Self.refusal(of: board, servos: .dynamixel) != nil)
    #expect(
      try board.robot(servos: .dynamixel, isBehindBoard: true)[joint: 0].servo.positionGain == 200)
    let large = try Self.setup("300")
    #expect(Self.refusal(of: large, servos: .feetech, isBehindBoard: true) != nil)
  }

  @Test(arguments: ["spider", "walker"])
  func robot_shipped_hasAGainForEachKind(name: String) throws {
    let setup = try RobotFile.loadSetup(
      path: ShippedRobotTests.repository.appending(path: "sim/robots/\(name).yaml").path)
    for kind in ServoFamily.allCases {
      #expect(try setup.robot(servos: kind).jointCount == setup.robot.jointCount)
    }
  }

  // MARK: One turn

  @Test(arguments: [
    Refusal(
      13, "    limits: [-0.5, 3.2]",
      "13: limits: found 3.2 for joint right, at 4134 ticks of its servo, expected 0 to 4095 "
        + "ticks, one turn: -3.141 to 3.14 with zero_ticks 2048; narrow them, or find zero_ticks "
        + "again with 'tarsus servo calibrate'"),
    Refusal(
      12, "    id: 2\n    direction: -1\n    zero_ticks: 500",
      "15: limits: found 1.5 for joint right, at -478 ticks of its servo, expected 0 to 4095 "
        + "ticks, one turn: -5.514 to 0.766 with zero_ticks 500; narrow them, or find zero_ticks "
        + "again with 'tarsus servo calibrate'"),
  ])
  func parse_limitsOutsideOneTurn_areRefused(refusal: Refusal) { refusal.check() }

  @Test func text_zerosThatPutLimitsOutsideOneTurn_canBeMended() throws {
    let text = RobotText().with(12, "    id: 2\n    zero_ticks: 4000")
    #expect(throws: SettingsError.self) { try RobotFile.parse(text, path: "r.yaml") }
    let mended = try RobotFile.text(
      text, path: "r.yaml",
      calibratedBy: [
        JointCalibration(name: Label("right"), zeroTicks: 2048, isReversed: false)
      ])
    #expect(try RobotFile.parse(mended, path: "r.yaml")[joint: 1].servo.zeroTicks == 2048)
  }
}
