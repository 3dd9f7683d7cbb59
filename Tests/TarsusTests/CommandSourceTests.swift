import Testing

@testable import tarsus

@Suite struct CommandSourceTests {
  @Test(arguments: [
    ("constant", CommandSource.constant), ("script:walk.txt", .script(path: "walk.txt")),
    ("keyboard", .keyboard), ("gamepad", .gamepad(GamepadMap())), ("stdin", .standardInput),
    ("udp:9000", .udp(address: "127.0.0.1", port: 9_000)),
    ("udp:0.0.0.0:9000", .udp(address: "0.0.0.0", port: 9_000)),
  ])
  func init_sourceByName_isIt(text: String, source: CommandSource) throws {
    #expect(try CommandSource(text) == source)
  }

  @Test(arguments: [
    ("", "found '', expected constant, script:FILE"), ("joystick", "found 'joystick', expected"),
    ("script", "found 'script', expected"), ("script:", "found 'script:', expected"),
    ("udp", "found 'udp', expected"), ("udp:0", "found udp:0, expected udp:PORT"),
    ("udp:70000", "found udp:70000, expected udp:PORT"), ("stdin:1", "found 'stdin:1', expected"),
  ])
  func init_noSource_saysWhichThereAre(text: String, sentence: String) {
    let error = #expect(throws: CommandError.self) { try CommandSource(text) }
    #expect(error?.description.hasPrefix(sentence) == true)
  }

  // MARK: Gamepads

  @Test func gamepad_deviceAlone_keepsTheUsualMap() throws {
    var map = GamepadMap()
    map.device = "/dev/input/js1"
    #expect(try CommandSource("gamepad:/dev/input/js1") == .gamepad(map))
  }

  @Test func gamepad_allSettings_areTaken() throws {
    let map = try GamepadMap("/dev/pad,hold=5,sit=2,forward=4,left=-3,turn=-0,quiet=1.5")
    #expect(map.device == "/dev/pad")
    #expect(map.holdButton == 5 && map.sitButton == 2 && map.quietSeconds == 1.5)
    #expect(map.forward == GamepadMap.Axis(number: 4))
    #expect(map.left == GamepadMap.Axis(number: 3, isReversed: true))
    #expect(map.turn == GamepadMap.Axis(number: 0, isReversed: true))
  }

  @Test func gamepad_settingsWithoutADevice_areOfTheFirst() throws {
    let map = try GamepadMap("hold=6")
    #expect(map.device == "/dev/input/js0" && map.holdButton == 6)
  }

  @Test(arguments: [
    ("/dev/pad,hold=x", "gamepad: found hold=x, expected a number from 0 to 63"),
    ("/dev/pad,turn=64", "gamepad: found turn=64, expected a number from 0 to 63"),
    ("/dev/pad,turn=--1", "gamepad: found turn=-1, expected a number"),
    ("/dev/pad,fire=1", "gamepad: found 'fire=', expected hold, sit, forward, left, turn or quiet"),
    ("/dev/pad,hold", "gamepad: found 'hold', expected a setting such as hold=4"),
    ("/dev/pad,hold=1", "gamepad: found button 1 for hold and for sit, expected two buttons"),
    ("/dev/pad,quiet=nan", "gamepad: found quiet=nan, expected seconds from 0.5 to 60"),
    ("/dev/pad,quiet=1e9", "gamepad: found quiet=1e9, expected seconds from 0.5 to 60"),
    ("/dev/pad,", "gamepad: found '', expected a setting"),
  ])
  func gamepad_badSetting_isNamed(text: String, sentence: String) {
    let error = #expect(throws: CommandError.self) { try GamepadMap(text) }
    #expect(error?.description.hasPrefix(sentence) == true)
  }

  @Test(arguments: ["/tmp", "/dev/null", "/etc/passwd", "/dev/ptmx"])
  func joystick_whatIsNone_isRefused(path: String) {
    let error = #expect(throws: CommandError.self) { try Joystick.open(GamepadMap(path)) }
    #expect(
      error?.description.hasPrefix("gamepad: found '\(path)', which is not a joystick") == true)
  }

  @Test func joystick_thatIsNotThere_saysTheCure() {
    let error = #expect(throws: CommandError.self) {
      try Joystick.open(GamepadMap("/dev/input/none"))
    }
    #expect(error?.description.contains("plug it in") == true)
  }

  @Test func joystick_withoutTheAxesOrButtonsOfTheMap_isRefused() throws {
    try Joystick.check(GamepadMap(), axes: 4, buttons: 5)
    let axis = #expect(throws: CommandError.self) {
      try Joystick.check(GamepadMap(), axes: 2, buttons: 12)
    }
    #expect(axis?.description.contains("has 2 axes") == true)
    let button = #expect(throws: CommandError.self) {
      try Joystick.check(GamepadMap(), axes: 6, buttons: 4)
    }
    #expect(button?.description.contains("has 4 buttons") == true)
  }
}
