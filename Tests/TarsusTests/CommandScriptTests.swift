import Foundation
import RobotDescription
import Testing

@testable import tarsus

@Suite struct CommandScriptTests {
  @Test func script_byTheClock_asksForTheLastStepBegun() throws {
    let script = try CommandScript(
      text: "# a walk\n0.5 0.15,0,0\n\n2 0,0,0.5  # turn\n3 end\n", path: "walk.txt")
    #expect(script.command(at: 0) == VelocityCommand())
    #expect(script.command(at: 0.5) == VelocityCommand(forward: 0.15))
    #expect(script.command(at: 1.99) == VelocityCommand(forward: 0.15))
    #expect(script.command(at: 2) == VelocityCommand(yawRate: 0.5))
    #expect(script.command(at: 3) == nil)
  }

  @Test(arguments: ["0 0.15,0,0\n8 0,0,0\n", "0 0.15,0,0\n8 0.15,0,0", "0 0.15,0,0\n8 end"])
  func script_lastLine_endsItAtItsTime(text: String) throws {
    let script = try CommandScript(text: text, path: "w")
    #expect(script.command(at: 7.99) == VelocityCommand(forward: 0.15))
    #expect(script.command(at: 8) == nil)
    #expect(script.command(at: 1e9) == nil)
  }

  @Test func script_linesOfWindows_areLines() throws {
    let script = try CommandScript(text: "0 0.15,0,0\r\n5 end\r\n", path: "w")
    #expect(script.endSeconds == 5)
  }

  @Test(arguments: [
    ("0 0.15,0", "w:1: found '0.15,0', expected forward,left,turn, or end"),
    ("0 0.1,0,0\n\nsoon 0,0,0", "w:3: found 'soon 0,0,0', expected seconds that do not run"),
    ("1 0.1,0,0\n0.5 0,0,0", "w:2: found '0.5 0,0,0', expected seconds that do not run"),
    ("nan 0.1,0,0", "w:1: found 'nan 0.1,0,0', expected seconds"),
    ("inf 0.1,0,0", "w:1: found 'inf 0.1,0,0', expected seconds"),
    ("1e7 0.1,0,0", "w:1: found '1e7 0.1,0,0', expected seconds"),
    ("-1 0.1,0,0", "w:1: found '-1 0.1,0,0', expected seconds"),
    ("0 nan,0,0", "w:1: found 'nan,0,0', expected forward,left,turn"),
    ("0 1e39,0,0", "w:1: found '1e39,0,0', expected forward,left,turn"),
    ("0 0.1,0,0\u{0}", "w:1: found '0 0.1,0,0\u{0}', expected seconds"),
    ("0 0.1,0,0\n2 end\n3 0,0,0", "w:3: found '3 0,0,0' after the end, expected nothing"),
    ("0 0.1,0,0", "w: the script ends at 0 s, with its last line's time; expected one more line"),
    ("0 end", "w: the script ends at 0 s"),
    ("# nothing", "w: found no command, expected lines such as"),
    ("", "w: found no command, expected lines such as"),
  ])
  func script_badLine_isNamed(text: String, sentence: String) {
    let error = #expect(throws: CommandError.self) {
      try CommandScript(text: text, path: "w")
    }
    #expect(error?.description.hasPrefix(sentence) == true)
  }

  @Test func script_longLine_isShownInPart() {
    let error = #expect(throws: CommandError.self) {
      try CommandScript(text: String(repeating: "x", count: 100_000), path: "w")
    }
    #expect((error?.description.count ?? .max) < 300)
  }

  // MARK: Files

  /// The error for a file with these bytes.
  private static func refusal(of bytes: [UInt8]) throws -> String? {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(
      "script-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(bytes).write(to: file)
    let error = #expect(throws: CommandError.self) { try CommandScript.load(file.path) }
    return error?.description.replacing(file.path, with: "w")
  }

  @Test func load_moreThanAMegabyte_isRefused() throws {
    let line = Array("0 0.15,0,0 # again\n".utf8)
    let bytes = Array(repeating: line, count: CommandScript.byteCountMax / line.count + 1)
    let sentence = try Self.refusal(of: Array(bytes.joined()))
    #expect(
      sentence == "w: found more than 1048576 bytes, expected fewer; expected a script of commands")
  }

  @Test func load_deviceWithoutAnEnd_isRefused() {
    #expect(throws: CommandError.self) { try CommandScript.load("/dev/zero") }
  }

  @Test func load_folder_isRefused() {
    let error = #expect(throws: CommandError.self) { try CommandScript.load("/tmp") }
    #expect(error?.description.hasPrefix("/tmp: Is a directory") == true)
  }

  @Test func load_noUTF8_isRefused() throws {
    let sentence = try Self.refusal(of: [0x30, 0x20, 0xFF, 0xFE])
    #expect(sentence == "w: found bytes that are not UTF-8, expected a script of commands")
  }

  @Test func load_markOfSomeEditors_isSkipped() throws {
    let sentence = try Self.refusal(of: [0xEF, 0xBB, 0xBF] + Array("0 fast".utf8))
    #expect(sentence?.hasPrefix("w:1: found 'fast', expected forward,left,turn") == true)
  }
}
