import Foundation
import Physics
import Testing

@testable import Viewer

@Suite struct RecordingTests {
  private static let shape = SceneShape(
    kind: .box, size: [1, 1, 1], colour: [1, 0, 0, 1], part: 1, position: [0, 0, 0],
    attitude: [1, 0, 0, 0])

  private static func recording(name: String = "box", frames: Int = 3) -> Recording {
    var recording = Recording(
      name: name,
      scene: Scene(shapes: [shape], jointNames: ["hip"], footNames: ["toe"], tickSeconds: 0.02))
    for index in 0..<frames {
      var frame = SceneFrame(partPoses: Array(repeating: Float(index), count: 14))
      frame.jointAngles = [0.5]
      frame.feet = [true]
      recording.frames.append(frame)
    }
    return recording
  }

  /// Data that the page's script gets.
  private static func data(of page: String) throws -> [String: Any] {
    let start = try #require(page.range(of: "type=\"application/json\">")).upperBound
    let end = try #require(page.range(of: "</script>", range: start..<page.endIndex)).lowerBound
    let json = try JSONSerialization.jsonObject(with: Data(page[start..<end].utf8))
    return try #require(json as? [String: Any])
  }

  @Test func page_frames_areInTheOrderOfTheGroups() throws {
    let data = try Self.data(of: try Self.recording().page())
    let groups = try #require(data["groups"] as? [[String: Any]])
    #expect(
      groups.map { $0["name"] as? String }
        == ["parts", "angles", "targets", "velocity", "command", "feet"])
    #expect(groups.map { $0["width"] as? Int } == [14, 1, 0, 0, 0, 1])
    let bytes = try #require(Data(base64Encoded: data["frames"] as? String ?? ""))
    let numbers = stride(from: 0, to: bytes.count, by: 4).map { at in
      Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[at + $1]) << (8 * $1) })
    }
    let row: (Float) -> [Float] = { Array(repeating: $0, count: 14) + [0.5, 1] }
    #expect(numbers == row(0) + row(1) + row(2))
  }

  @Test func page_nothingFromElsewhere_isReferred() throws {
    let page = try Self.recording().page()
    #expect(!page.contains("http://") && !page.contains("https://") && !page.contains("src="))
  }

  @Test func page_nameLikeATag_endsNoScript() throws {
    let name = "</script><b>&"
    let page = try Self.recording(name: name).page()
    #expect(try Self.data(of: page)["name"] as? String == name)
    #expect(page.contains("<title>&lt;/script>&lt;b>&amp;</title>"))
  }

  @Test(arguments: ["TITLE", "STYLE", "RECORDING", "SCRIPT-2", "SCRIPT RECORDING STYLE TITLE"])
  func page_nameLikeAMarkOfTheTemplate_isOnlyAName(name: String) throws {
    let page = try Self.recording(name: name).page()
    #expect(try Self.data(of: page)["name"] as? String == name)
    #expect(page.contains("<title>\(name)</title>"))
    // The same bytes as with any other name, but for its two places.
    let plain = try Self.recording(name: "").page()
    #expect(page.utf8.count == plain.utf8.count + 2 * name.utf8.count)
  }

  @Test func page_noFrame_isRefused() {
    #expect(throws: PageError.empty) { try Self.recording(frames: 0).page() }
  }

  @Test func page_frameOfAnotherBody_isRefused() {
    var recording = Self.recording()
    recording.frames[2].partPoses.removeLast()
    #expect(throws: PageError.framesDiffer(frame: 2)) { try recording.page() }
  }

  @Test func page_tooManyFrames_isRefusedWithTheCure() throws {
    let error = #expect(throws: PageError.self) { try Self.recording(frames: 40_000).page() }
    guard case .tooLarge(let byteCount, let seconds) = error else {
      Issue.record("found \(String(describing: error)), expected that it is too large")
      return
    }
    #expect(byteCount > Recording.byteCountMax && seconds == 800)
    #expect("\(try #require(error))".contains("--duration"))
  }
}
