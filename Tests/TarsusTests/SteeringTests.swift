import RobotControl
import RobotDescription
import Testing

@testable import tarsus

/// Keys and sticks, by a clock of the test.
@Suite struct SteeringTests {
  private static let range = CommandRange(
    lower: VelocityCommand(forward: -0.1, left: -0.2, yawRate: -0.5),
    upper: VelocityCommand(forward: 0.25, left: 0.2, yawRate: 0.5))
  private static let second: UInt64 = 1_000_000_000

  // MARK: Keys

  @Test func keys_pressed_changeTheSpeedByAFifthAndNeverPassTheRange() {
    var keys = KeyboardCommand(range: Self.range)
    func command() -> VelocityCommand { keys.command(at: 0) }
    keys.press(UInt8(ascii: "w"), at: 0)
    #expect(abs(command().forward - 0.05) < 1e-6)
    for _ in 0..<20 { keys.press(UInt8(ascii: "s"), at: 0) }
    #expect(command().forward == -0.1)
    for _ in 0..<20 { keys.press(UInt8(ascii: "a"), at: 0) }
    #expect(command().yawRate == 0.5)
    keys.press(UInt8(ascii: "e"), at: 0)
    #expect(abs(command().left + 0.04) < 1e-6)
    keys.press(UInt8(ascii: " "), at: 0)
    #expect(command() == VelocityCommand())
    #expect(!keys.wantsToSit)
    keys.press(UInt8(ascii: "x"), at: 0)
    #expect(keys.wantsToSit)
  }

  @Test func keys_aSecondAfterTheLast_stand() {
    var keys = KeyboardCommand(range: Self.range)
    #expect(!keys.isHeld(at: 0))
    for _ in 0..<5 { keys.press(UInt8(ascii: "w"), at: Self.second) }
    #expect(keys.command(at: 2 * Self.second - 1) == VelocityCommand(forward: 0.25))
    #expect(keys.isHeld(at: 2 * Self.second - 1))
    #expect(keys.command(at: 2 * Self.second) == VelocityCommand())
    #expect(!keys.isHeld(at: 2 * Self.second))
  }

  @Test func keys_heldBeyondASecond_goOn() {
    var keys = KeyboardCommand(range: Self.range)
    for moment in 0..<20 { keys.press(UInt8(ascii: "w"), at: UInt64(moment) * Self.second / 2) }
    // A key without a meaning keeps the speed as well.
    for moment in 20..<40 { keys.press(UInt8(ascii: "h"), at: UInt64(moment) * Self.second / 2) }
    #expect(keys.command(at: 20 * Self.second) == VelocityCommand(forward: 0.25))
  }

  @Test func keys_afterALapse_beginFromStanding() {
    var keys = KeyboardCommand(range: Self.range)
    for _ in 0..<5 { keys.press(UInt8(ascii: "w"), at: 0) }
    keys.press(UInt8(ascii: "h"), at: 3 * Self.second)
    #expect(keys.command(at: 3 * Self.second) == VelocityCommand())
  }

  // MARK: Sticks

  /// A pad whose button is held from the beginning.
  private static func pad(_ map: GamepadMap = GamepadMap()) -> GamepadCommand {
    var pad = GamepadCommand(range: range, map: map)
    pad.take(event: [0, 0, 0, 0, 1, 0, 1, map.holdButton], at: 0)
    return pad
  }

  private static func expectClose(_ found: VelocityCommand, _ expected: VelocityCommand) {
    #expect(abs(found.forward - expected.forward) < 1e-4)
    #expect(abs(found.left - expected.left) < 1e-4)
    #expect(abs(found.yawRate - expected.yawRate) < 1e-4)
  }

  @Test(arguments: [
    // Left stick all the way up, half down, all the way right; right stick left; near the middle.
    ([0, 0, 0, 0, 0x01, 0x80, 2, 1], VelocityCommand(forward: 0.25)),
    ([0, 0, 0, 0, 0x00, 0x40, 2, 1], VelocityCommand(forward: -0.05)),
    ([0, 0, 0, 0, 0xFF, 0x7F, 2, 0], VelocityCommand(left: -0.2)),
    ([0, 0, 0, 0, 0x00, 0x80, 0x82, 3], VelocityCommand(yawRate: 0.5)),
    ([0, 0, 0, 0, 0x00, 0x0C, 2, 1], VelocityCommand()),
  ])
  func stick_pushed_isThatShareOfTheRange(event: [UInt8], command: VelocityCommand) {
    var pad = Self.pad()
    pad.take(event: event, at: 0)
    Self.expectClose(pad.command(at: 0), command)
  }

  @Test func stick_pushedWithoutTheButton_stands() {
    var pad = GamepadCommand(range: Self.range, map: GamepadMap())
    pad.take(event: [0, 0, 0, 0, 0x01, 0x80, 2, 1], at: 0)
    #expect(pad.command(at: 0) == VelocityCommand())
    pad.take(event: [0, 0, 0, 0, 1, 0, 1, 4], at: 1)
    Self.expectClose(pad.command(at: 1), VelocityCommand(forward: 0.25))
    pad.take(event: [0, 0, 0, 0, 0, 0, 1, 4], at: 2)
    #expect(pad.command(at: 2) == VelocityCommand())
  }

  @Test func button_heldWhenTheDeviceIsOpened_isPressedAnewFirst() {
    var pad = GamepadCommand(range: Self.range, map: GamepadMap())
    pad.take(event: [0, 0, 0, 0, 1, 0, 0x81, 4], at: 0)
    #expect(!pad.isHeld(at: 0))
  }

  /// The kernel drops events that nobody reads in time, and then tells how things are.
  @Test func button_letUpInALostEvent_stands() {
    var pad = Self.pad()
    pad.take(event: [0, 0, 0, 0, 0x01, 0x80, 2, 1], at: 0)
    #expect(pad.command(at: 1) != VelocityCommand())
    pad.take(event: [0, 0, 0, 0, 0, 0, 0x81, 4], at: 1)
    #expect(pad.command(at: 1) == VelocityCommand())
  }

  @Test func pad_clockBeforeTheLastEvent_isThatOfTheEvent() {
    var pad = Self.pad()
    pad.take(event: [0, 0, 0, 0, 1, 0, 1, 4], at: Self.second)
    #expect(pad.isHeld(at: 0))
  }

  @Test func pad_outOfRange_standsAfterThreeSecondsUntilItsNextEvent() {
    var pad = Self.pad()
    pad.take(event: [0, 0, 0, 0, 0x01, 0x80, 2, 1], at: Self.second)
    #expect(pad.isHeld(at: 4 * Self.second - 1))
    #expect(!pad.isHeld(at: 4 * Self.second))
    #expect(pad.command(at: 4 * Self.second) == VelocityCommand())
    pad.take(event: [0, 0, 0, 0, 0x02, 0x80, 2, 1], at: 5 * Self.second)
    Self.expectClose(pad.command(at: 5 * Self.second), VelocityCommand(forward: 0.25))
  }

  @Test func pad_clockBehindTheLastEvent_isHeld() {
    var pad = Self.pad()
    pad.take(event: [0, 0, 0, 0, 0x01, 0x80, 2, 1], at: 2 * Self.second)
    #expect(pad.isHeld(at: Self.second))
    Self.expectClose(pad.command(at: Self.second), VelocityCommand(forward: 0.25))
  }

  @Test func pad_released_isHeldAnewFirst() {
    var pad = Self.pad()
    pad.take(event: [0, 0, 0, 0, 1, 0, 1, 1], at: 0)
    #expect(pad.wantsToSit)
    pad.release()
    #expect(!pad.wantsToSit && !pad.isHeld(at: 0))
  }

  @Test func pad_mappedOtherwise_followsItsMap() throws {
    var pad = Self.pad(try GamepadMap("/dev/pad,hold=7,sit=2,forward=-4,turn=2"))
    pad.take(event: [0, 0, 0, 0, 0xFF, 0x7F, 2, 4], at: 0)
    pad.take(event: [0, 0, 0, 0, 0x00, 0x80, 2, 2], at: 0)
    // No longer the one that turns.
    pad.take(event: [0, 0, 0, 0, 0xFF, 0x7F, 2, 3], at: 0)
    Self.expectClose(pad.command(at: 0), VelocityCommand(forward: 0.25, yawRate: 0.5))
    pad.take(event: [0, 0, 0, 0, 1, 0, 1, 1], at: 0)
    #expect(!pad.wantsToSit)
    pad.take(event: [0, 0, 0, 0, 1, 0, 1, 2], at: 0)
    #expect(pad.wantsToSit)
  }

  @Test func stick_button1_sitsDown() {
    var pad = GamepadCommand(range: Self.range, map: GamepadMap())
    pad.take(event: [0, 0, 0, 0, 1, 0, 1, 0], at: 0)
    #expect(!pad.wantsToSit)
    pad.take(event: [0, 0, 0, 0, 1, 0, 1, 1], at: 0)
    #expect(pad.wantsToSit)
  }

  // MARK: What is shown

  @Test func statusLine_ofAPad_saysWhoSteersAndWhetherItIsHeld() throws {
    let mailbox = CommandMailbox()
    let feed = try CommandFeed(
      .gamepad(GamepadMap()), constant: VelocityCommand(), mailbox: mailbox)
    var status = LoopStatus()
    status.state = .running
    status.command = VelocityCommand(forward: 0.15)
    status.supplyMillivolts = 7_420
    status.hottestServoCelsius = 41
    mailbox.hold = .held
    let held = StatusPrinter.text(status, steering: feed.steering)
    #expect(held.hasPrefix("running · 0.15,0.0,0.0 by gamepad, held · 7.4 V · 41 °C"))
    mailbox.hold = .released
    let released = StatusPrinter.text(status, steering: feed.steering)
    #expect(released.contains("by gamepad, not held"))
  }
}
