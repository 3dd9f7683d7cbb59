import Foundation
import Physics

/// The spider of `sim/bodies`, and models written for one test.
enum SpiderModel {
  static let path = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "sim/bodies/spider.xml").path

  /// Runs `body` with the path of a file that holds `text` and exists as long as the call.
  static func withFile<Result: ~Copyable>(
    _ text: String, _ body: (_ path: String) throws -> Result
  ) throws -> Result {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).xml")
    try Data(text.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    return try body(file.path)
  }

  /// Error of a model that holds `text`; `nil` when it is accepted.
  static func refusal(of text: String) throws -> (path: String, error: PhysicsError)? {
    try withFile(text) { path in
      do throws(PhysicsError) {
        _ = try BodyModel(path: path)
        return nil
      } catch {
        return (path, error)
      }
    }
  }
}
