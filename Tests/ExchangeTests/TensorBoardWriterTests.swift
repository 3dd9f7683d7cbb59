import Foundation
import Testing

@testable import Exchange

@Suite struct TensorBoardWriterTests {
  /// A folder that goes with the test.
  private final class Folder {
    let path: String

    init() throws {
      let location = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
      try FileManager.default.createDirectory(at: location, withIntermediateDirectories: true)
      path = location.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  // What TensorBoard 2.21.0's own RecordWriter makes of the same events.
  private static let version: [UInt8] = [
    0x18, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xA3, 0x7F, 0x4B, 0x22,
    0x09, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xF8, 0x3F,  // 1: 1.5 s
    0x1A, 0x0D, 0x62, 0x72, 0x61, 0x69, 0x6E, 0x2E, 0x45, 0x76, 0x65, 0x6E, 0x74, 0x3A, 0x32,
    0x2A, 0x28, 0x64, 0x6C,
  ]
  private static let start: [UInt8] = [
    0x10, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x95, 0xFB, 0xFE, 0x18,
    0x09, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xF8, 0x3F,  // 1: 1.5 s
    0x10, 0xAD, 0x02,  // 2: step 301
    0x3A, 0x02, 0x08, 0x01,  // 7: a session starts
    0xD1, 0x79, 0x49, 0xD4,
  ]
  private static let scalars: [UInt8] = [
    0x24, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x42, 0x2B, 0x80, 0x4D,
    0x09, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x04, 0x40,  // 1: 2.5 s
    0x10, 0x80, 0x08,  // 2: step 1024
    0x2A, 0x16,  // 5: two values
    0x0A, 0x0A, 0x0A, 0x03, 0x61, 0x2F, 0x62, 0x15, 0x00, 0x00, 0x40, 0xBF,  // a/b: -0.75
    0x0A, 0x08, 0x0A, 0x01, 0x63, 0x15, 0x00, 0x00, 0x00, 0x00,  // c: 0
    0xC4, 0xC2, 0xA6, 0xF5,
  ]

  private static func bytes(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  @Test func file_oneStep_isGoldenBytes() throws {
    let folder = try Folder()
    let writer = try TensorBoardWriter(folder: folder.path, afterStep: 300, wallTime: 1.5)
    #expect(try Self.bytes(writer.path) == Self.version + Self.start)
    try writer.add(step: 1024, wallTime: 2.5, [("a/b", -0.75), ("c", 0)])
    #expect(try Self.bytes(writer.path) == Self.version + Self.start + Self.scalars)
  }

  @Test func add_manySteps_eachIsInTheFileAtOnce() throws {
    let folder = try Folder()
    let writer = try TensorBoardWriter(folder: folder.path, afterStep: 0, wallTime: 0)
    for step in 1...20 {
      // Events of many lengths, so that a length needs one byte and then two.
      let scalars = (0..<step).map { (String(repeating: "x", count: $0), Float(step)) }
      try writer.add(step: step, wallTime: Double(step), scalars)
      #expect(EventFile.events(in: try Self.bytes(writer.path)).count == 2 + step)
    }
  }

  @Test func file_cutOffAnywhere_isReadableToTheLastWholeEvent() throws {
    let folder = try Folder()
    let writer = try TensorBoardWriter(folder: folder.path, afterStep: 300, wallTime: 1.5)
    try writer.add(step: 1024, wallTime: 2.5, [("a/b", -0.75), ("c", 0)])
    let bytes = try Self.bytes(writer.path)
    let ends = [Self.version.count, Self.version.count + Self.start.count, bytes.count]
    for byteCount in 0...bytes.count {
      let events = EventFile.events(in: Array(bytes.prefix(byteCount)))
      #expect(events.count == ends.count { $0 <= byteCount })
    }
  }

  @Test func init_secondFileInTheSameSecond_comesAfterTheFirst() throws {
    let folder = try Folder()
    let first = try TensorBoardWriter(folder: folder.path, afterStep: 0, wallTime: 12.25)
    let second = try TensorBoardWriter(folder: folder.path, afterStep: 0, wallTime: 12.75)
    #expect(first.path < second.path)
    #expect(first.path.contains("/events.out.tfevents.0000000012."))
  }

  @Test func init_noSuchFolder_throwsNotCreated() throws {
    let folder = try Folder()
    let error = #expect(throws: TensorBoardError.self) {
      _ = try TensorBoardWriter(folder: folder.path + "/none", afterStep: 0, wallTime: 0)
    }
    guard case .notCreated(let path, let reason) = error else {
      Issue.record("found \(String(describing: error)), expected notCreated")
      return
    }
    #expect(path.hasPrefix(folder.path + "/none/events.out.tfevents."))
    #expect(!reason.isEmpty)
  }

  @Test func append_fullDevice_throwsNotWritten() throws {
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: "/dev/full"))
    let error = #expect(throws: TensorBoardError.self) {
      try TensorBoardWriter.append([Tensorboard_Event()], to: file, path: "full", step: 7)
    }
    guard case .notWritten(path: "full", step: 7, _) = error else {
      Issue.record("found \(String(describing: error)), expected notWritten")
      return
    }
  }

  @Test(arguments: [
    (
      TensorBoardError.notCreated(path: "a/b", reason: "no such folder"),
      "event file a/b: cannot be created: no such folder; choose a writable folder"
    ),
    (
      TensorBoardError.notWritten(path: "a/b", step: 7, reason: "no space left"),
      "event file a/b: step 7 cannot be added: no space left; free disk space, and begin a new file"
    ),
  ])
  func description_anyError_saysTheCure(error: TensorBoardError, sentence: String) {
    #expect(error.description == sentence)
  }
}
