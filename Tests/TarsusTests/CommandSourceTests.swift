import Foundation
import RobotControl
import RobotDescription
import Testing

@testable import tarsus

@Suite struct CommandSourceTests {
  private static let range = CommandRange(
    lower: VelocityCommand(forward: -0.1, left: -0.2, yawRate: -0.5),
    upper: VelocityCommand(forward: 0.25, left: 0.2, yawRate: 0.5))

  @Test(arguments: [
    ("constant", CommandSource.constant), ("script:walk.txt", .script(path: "walk.txt")),
    ("keyboard", .keyboard), ("gamepad", .gamepad(path: "/dev/input/js0")),
    ("gamepad:/dev/input/js1", .gamepad(path: "/dev/input/js1")), ("stdin", .standardInput),
    ("udp:9000", .udp(address: "127.0.0.1", port: 9_000)),
    ("udp:0.0.0.0:9000", .udp(address: "0.0.0.0", port: 9_000)),
  ])
  func init_sourceByName_isIt(text: String, source: CommandSource) {
    #expect(CommandSource(argument: text) == source)
  }

  @Test(arguments: ["", "joystick", "script", "script:", "udp", "udp:0", "udp:70000", "stdin:1"])
  func init_noSource_isNone(text: String) {
    #expect(CommandSource(argument: text) == nil)
  }

  // MARK: Scripts

  @Test func script_byTheClock_asksForTheLastStepBegun() throws {
    let script = try CommandScript(
      text: "# a walk\n0.5 0.15,0,0\n\n2 0,0,0.5  # turn\n3 end\n", path: "walk.txt")
    #expect(script.command(at: 0) == VelocityCommand())
    #expect(script.command(at: 0.5) == VelocityCommand(forward: 0.15))
    #expect(script.command(at: 1.99) == VelocityCommand(forward: 0.15))
    #expect(script.command(at: 2) == VelocityCommand(yawRate: 0.5))
    #expect(script.command(at: 3) == nil)
  }

  @Test(arguments: [
    ("0 0.15,0", "w:1: found '0.15,0', expected forward,left,turn, or end"),
    ("0 0.1,0,0\n\nsoon 0,0,0", "w:3: found 'soon 0,0,0', expected seconds that do not run"),
    ("1 0.1,0,0\n0.5 0,0,0", "w:2: found '0.5 0,0,0', expected seconds that do not run"),
    ("nan 0.1,0,0", "w:1: found 'nan 0.1,0,0', expected seconds"),
    ("# nothing", "w: found no command, expected lines such as"),
  ])
  func script_badLine_isNamed(text: String, sentence: String) {
    let error = #expect(throws: CommandError.self) {
      try CommandScript(text: text, path: "w")
    }
    #expect(error?.description.hasPrefix(sentence) == true)
  }

  // MARK: Messages

  @Test func message_whole_isACommand() throws {
    let message = try CommandMessage(
      json: Data(#"{"forward": 0.1, "yaw_rate": -0.3, "token": "abc"}"#.utf8))
    #expect(message.command == VelocityCommand(forward: 0.1, yawRate: -0.3))
    #expect(message.token == "abc" && message.sit == nil)
  }

  @Test(arguments: [
    ("walk", "command: found 'walk', expected one object of JSON in a line"),
    ("[1]", "command: found '[1]', expected one object of JSON in a line"),
    (#"{"speed": 1}"#, "command: found the key 'speed', expected forward, left, yaw_rate, sit"),
    (#"{"forward": "fast"}"#, #"command: found '{"forward": "fast"}', expected numbers"#),
    (#"{"forward": 1e999}"#, "command: found '"),
  ])
  func message_bad_saysWhy(text: String, sentence: String) {
    let error = #expect(throws: CommandError.self) { try CommandMessage(json: Data(text.utf8)) }
    #expect(error?.description.hasPrefix(sentence) == true)
  }

  // MARK: Keys and sticks

  @Test func keys_pressed_changeTheSpeedByAFifthAndNeverPassTheRange() {
    var manual = ManualCommand(range: Self.range)
    manual.press(UInt8(ascii: "w"))
    #expect(abs(manual.command.forward - 0.05) < 1e-6)
    for _ in 0..<20 { manual.press(UInt8(ascii: "s")) }
    #expect(manual.command.forward == -0.1)
    for _ in 0..<20 { manual.press(UInt8(ascii: "a")) }
    #expect(manual.command.yawRate == 0.5)
    manual.press(UInt8(ascii: "e"))
    #expect(abs(manual.command.left + 0.04) < 1e-6)
    manual.press(UInt8(ascii: " "))
    #expect(manual.command == VelocityCommand())
    #expect(!manual.wantsToSit)
    manual.press(UInt8(ascii: "x"))
    #expect(manual.wantsToSit)
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
    var manual = ManualCommand(range: Self.range)
    manual.take(event: event)
    #expect(abs(manual.command.forward - command.forward) < 1e-4)
    #expect(abs(manual.command.left - command.left) < 1e-4)
    #expect(abs(manual.command.yawRate - command.yawRate) < 1e-4)
  }

  @Test func stick_button1_sitsDown() {
    var manual = ManualCommand(range: Self.range)
    manual.take(event: [0, 0, 0, 0, 1, 0, 1, 0])
    #expect(!manual.wantsToSit)
    manual.take(event: [0, 0, 0, 0, 1, 0, 1, 1])
    #expect(manual.wantsToSit)
  }

  // MARK: From thread to tick

  @Test func mailbox_posted_isTakenOnce() {
    let mailbox = CommandMailbox()
    var last: UInt64 = 0
    #expect(mailbox.newest(since: &last) == nil)
    mailbox.post(VelocityCommand(forward: 0.1))
    mailbox.post(VelocityCommand(forward: 0.2, left: 0.3, yawRate: 0.4))
    #expect(
      mailbox.newest(since: &last) == VelocityCommand(forward: 0.2, left: 0.3, yawRate: 0.4))
    #expect(mailbox.newest(since: &last) == nil)
  }

  @Test func mailbox_writtenWhileItIsRead_givesWholeCommandsOnly() {
    let mailbox = CommandMailbox()
    let thread = Thread {
      for number in 1...200_000 {
        let value = Float(number)
        mailbox.post(VelocityCommand(forward: value, left: value, yawRate: value))
      }
    }
    thread.start()
    var last: UInt64 = 0
    var newest: Float = 0
    while newest < 200_000 {
      guard let command = mailbox.newest(since: &last) else { continue }
      #expect(command.left == command.forward && command.yawRate == command.forward)
      #expect(command.forward > newest)
      newest = command.forward
    }
  }

  @Test func feed_constant_isHandedOnAndAlwaysNew() throws {
    var feed = try CommandFeed(
      .constant, constant: VelocityCommand(forward: 9), range: Self.range, token: nil)
    let orders = feed.next(walkedSeconds: 2)
    #expect(orders == LoopOrders(command: VelocityCommand(forward: 9)))
  }

  @Test func feed_openToOthersWithoutAToken_isRefused() {
    let error = #expect(throws: CommandError.self) {
      _ = try CommandFeed(
        .udp(address: "0.0.0.0", port: 40_123), constant: VelocityCommand(), range: Self.range,
        token: nil)
    }
    #expect(error?.description.contains("TARSUS_TOKEN") == true)
  }
}
