import RobotDescription
import Testing

@testable import tarsus

@Suite struct CommandMessageTests {
  private static func message(_ text: String) throws(CommandError) -> CommandMessage {
    try CommandMessage(json: Array(text.utf8))
  }

  @Test func message_whole_isACommand() throws {
    let message = try Self.message(#" {"forward": 0.1, "yaw_rate" :-3e-1,"left":null} "# + "\r")
    #expect(message.command == VelocityCommand(forward: 0.1, yawRate: -0.3))
    #expect(!message.mustSit)
  }

  @Test func message_sit_sitsDown() throws {
    #expect(try Self.message(#"{"sit": true}"#).mustSit)
    #expect(try !Self.message(#"{"sit": false}"#).mustSit)
    #expect(try !Self.message("{}").mustSit)
  }

  @Test(arguments: [
    ("walk", "command: found 'walk', expected one object of JSON in a line"),
    ("", "command: found '', expected one object of JSON in a line"),
    ("[1]", "command: found '[1]', expected one object of JSON in a line"),
    (#"{"forward": 0.1"#, "command: found '"),
    (#"{"forward": 0.1} {"sit": true}"#, "command: found '"),
    (#"{"forward": 0.1,}"#, "command: found '"),
    (#"{"speed": 1}"#, "command: found the key 'speed', expected forward, left, yaw_rate, sit"),
    (#"{"token": "a"}"#, "command: found '"),
    (#"{"forw\u0061rd": 1}"#, #"command: found the key 'forw\u0061rd', expected forward"#),
    (#"{"a\"b": 1}"#, #"command: found the key 'a\"b', expected forward"#),
    (#"{"forward": "fast"}"#, #"command: found '{"forward": "fast"}', expected numbers"#),
    (#"{"forward": true}"#, #"command: found '{"forward": true}', expected numbers"#),
    (#"{"sit": 1}"#, #"command: found '{"sit": 1}', expected numbers, and true or false"#),
    (#"{"forward": {"forward": 1}}"#, "command: found '"),
    (#"{"forward": 1e999}"#, #"command: found '{"forward": 1e999}', expected numbers"#),
    (#"{"forward": 1e39}"#, #"command: found '{"forward": 1e39}', expected numbers"#),
    (#"{"forward": NaN}"#, "command: found '"), (#"{"forward": 0x10}"#, "command: found '"),
    (#"{"forward": +1}"#, "command: found '"), (#"{"forward": 01}"#, "command: found '"),
    (#"{"forward": .5}"#, "command: found '"), (#"{"forward": 1.}"#, "command: found '"),
    (#"{"forward": 1e}"#, "command: found '"), (#"{"forward": -}"#, "command: found '"),
    (
      #"{"forward": 1, "forward": 2}"#,
      #"command: found '{"forward": 1, "forward": 2}', expected the key 'forward' once"#
    ),
    (#"{"sit": false, "sit": false, "sit": 0, "sit": 0, "sit": true}"#, "command: found '"),
  ])
  func message_bad_saysWhy(text: String, sentence: String) {
    let error = #expect(throws: CommandError.self) { try Self.message(text) }
    #expect(error?.description.hasPrefix(sentence) == true)
  }

  @Test func message_cutOffAnywhere_isRefused() {
    let whole = Array(#"{"forward": 0.25, "sit": true}"#.utf8)
    for count in 0..<whole.count {
      #expect(throws: CommandError.self) { try CommandMessage(json: whole.prefix(count)) }
    }
  }

  @Test func message_aByteTurnedToAnyOther_neverTraps() throws {
    let whole = Array(#"{"forward": 0.25, "sit": true}"#.utf8)
    var accepted = 0
    for place in whole.indices {
      for byte in 0...UInt8.max {
        var bytes = whole
        bytes[place] = byte
        if let message = try? CommandMessage(json: bytes) {
          accepted += 1
          #expect(message.command.forward.isFinite)
        }
      }
    }
    #expect(accepted > whole.count)
  }

  @Test func message_nestedDeeply_isRefused() {
    let deep = String(repeating: #"{"a":"#, count: 1_000)
    #expect(throws: CommandError.self) { try Self.message(deep) }
    #expect(throws: CommandError.self) { try Self.message(String(repeating: "[", count: 4_096)) }
  }

  // MARK: Lines

  @Test func cutter_bytesOneByOne_givesTheSameLines() {
    let stream = Array("one\n\ntwo\r\nthree\n".utf8)
    var whole = LineCutter(byteCountMax: 8)
    var single = LineCutter(byteCountMax: 8)
    let expected: [LineCutter.Line] = ["one", "two\r", "three"].map { .whole(Array($0.utf8)) }
    #expect(whole.take(stream) == expected)
    #expect(stream.flatMap { single.take([$0]) } == expected)
  }

  @Test func cutter_lineThatIsTooLong_isDroppedWithItsRest() {
    let command = #"{"sit":true}"#
    var cutter = LineCutter(byteCountMax: command.utf8.count)
    // The beginning of the first is a command, and so is the end of the second.
    let stream =
      command + " \n" + String(repeating: " ", count: 12) + command + "\n" + command + "\n"
    #expect(
      cutter.take(Array(stream.utf8)) == [.tooLong, .tooLong, .whole(Array(command.utf8))])
  }

  @Test func cutter_end_givesTheLastLine() {
    var cutter = LineCutter(byteCountMax: 4)
    #expect(cutter.take(Array("last".utf8)) == [])
    #expect(cutter.end() == .whole(Array("last".utf8)))
    #expect(cutter.end() == nil)
  }
}
