import ArgumentParser
import Foundation
import Testing
import WireProtocol

@testable import tarsus_lab

/// Policies whose body is a name that no policy file should have are refused, sound as they are.
@Suite struct ForeignPolicyTests {
  /// The shipped policy of the spider under another name of as many bytes.
  private static func policy(body: String) throws -> [UInt8] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    var bytes = [UInt8](
      try Data(contentsOf: folder.appending(path: "sim/policies/spider.tarsus")))
    let old = [6] + Array("spider".utf8)
    let new = [6] + Array(body.utf8)
    #expect(new.count == old.count)
    for place in 0..<1_000 where Array(bytes[place..<(place + old.count)]) == old {
      bytes.replaceSubrange(place..<(place + old.count), with: new)
    }
    let checksum = unsafe bytes.dropLast(4).withUnsafeBytes { unsafe CRC32.checksum($0) }
    for index in 0..<4 {
      bytes[bytes.count - 4 + index] = UInt8(truncatingIfNeeded: checksum >> (8 * index))
    }
    return bytes
  }

  @Test(arguments: [("Ant-v5", Int32(3)), ("../abc", 2), ("spidex", 2)])
  func found_bodyThatIsNone_isRefused(body: String, exitCode: Int32) throws {
    let path = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString).tarsus"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(try Self.policy(body: body)).write(to: URL(fileURLWithPath: path))
    let error = #expect(throws: ExitCode.self) {
      _ = try SimulatedPolicy.found(try ModelOptions.parse([path]))
    }
    #expect(error?.rawValue == exitCode)
  }
}
