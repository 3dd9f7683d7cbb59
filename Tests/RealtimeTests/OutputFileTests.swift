import Foundation
import Realtime
import Testing

/// A file is written whole or not at all, and none is lost unasked.
@Suite struct OutputFileTests {
  /// Runs `body` in a new folder, which is gone after the call.
  private static func inFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.path + "/output-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  private static func text(_ path: String) -> String? {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
  }

  private static func mode(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  @Test func write_fileIsThere_isRefusedAndItStays() throws {
    try Self.inFolder { folder in
      let path = folder + "/policy"
      try OutputFile.write(Array("old".utf8), to: path)
      #expect(throws: FileError(path: path, reason: .occupied)) {
        try OutputFile.write(Array("new".utf8), to: path)
      }
      #expect(Self.text(path) == "old")
      try OutputFile.replace(path, with: Array("new".utf8))
      #expect(Self.text(path) == "new")
    }
  }

  @Test func replace_aFile_keepsItsPermissions() throws {
    try Self.inFolder { folder in
      let path = folder + "/robot.yaml"
      try OutputFile.write([1], to: path)
      try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
      try OutputFile.replace(path, with: [2])
      #expect(try Self.mode(path) == 0o640)
    }
  }

  @Test func replace_aLink_writesTheFileThatItLeadsTo() throws {
    try Self.inFolder { folder in
      let files = FileManager.default
      try files.createDirectory(atPath: folder + "/real", withIntermediateDirectories: true)
      try OutputFile.write(Array("old".utf8), to: folder + "/real/robot")
      try files.createSymbolicLink(
        atPath: folder + "/real/second", withDestinationPath: "robot")
      try files.createSymbolicLink(
        atPath: folder + "/first", withDestinationPath: "real/second")
      try OutputFile.replace(folder + "/first", with: Array("new".utf8))
      #expect(Self.text(folder + "/real/robot") == "new")
      #expect(try files.destinationOfSymbolicLink(atPath: folder + "/first") == "real/second")
      #expect(
        try files.contentsOfDirectory(atPath: folder + "/real").sorted() == ["robot", "second"])
    }
  }

  @Test func replace_linkIntoItself_isRefused() throws {
    try Self.inFolder { folder in
      let link = folder + "/link"
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "link")
      #expect(throws: FileError(path: link, reason: .system(ELOOP))) {
        try OutputFile.replace(link, with: [1])
      }
    }
  }

  @Test func replace_thatFailsAtTheEnd_leavesNothingBehind() throws {
    try Self.inFolder { folder in
      let path = folder + "/taken"
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      #expect(throws: FileError(path: path, reason: .system(EISDIR))) {
        try OutputFile.replace(path, with: [1])
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["taken"])
    }
  }

  @Test func write_deviceThatIsFull_saysSo() {
    #expect(throws: FileError(path: "/dev/full", reason: .system(ENOSPC))) {
      try OutputFile.write([1], to: "/dev/full")
    }
  }

  @Test func checkFree_whatLosesNothing_isFree() throws {
    try Self.inFolder { folder in
      let path = folder + "/empty"
      try OutputFile.write([], to: path)
      for path in [path, folder + "/none", "/dev/null"] { try OutputFile.checkFree(path) }
    }
  }

  @Test func read_deviceWithoutEnd_isRefusedAtItsLimit() {
    #expect(throws: FileError(path: "/dev/zero", reason: .tooLong(byteCountMax: 100_000))) {
      _ = try InputFile.bytes(path: "/dev/zero", byteCountMax: 100_000)
    }
  }

  @Test func line_controlCharacters_areShown() {
    #expect(
      StandardStreams.line("a\n\u{1B}[2J\u{9B}\u{202E}b\tc")
        == "a\\u{a}\\u{1b}[2J\\u{9b}\\u{202e}b\\u{9}c")
  }
}
