import Foundation
import Testing

@testable import tarsus_lab

/// The git of this machine.
private enum Git {
  /// Output of git; `nil` when it fails.
  static func run(_ arguments: [String], in folder: String) -> String? {
    let git = Process()
    git.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    let settings = ["user.name=test", "user.email=test", "commit.gpgsign=false"]
    git.arguments = ["git", "-C", folder] + settings.flatMap { ["-c", $0] } + arguments
    git.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("GIT_") }
    let pipe = Pipe()
    git.standardOutput = pipe
    git.standardError = FileHandle.nullDevice
    guard (try? git.run()) != nil else { return nil }
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    git.waitUntilExit()
    return git.terminationStatus == 0
      ? String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
      : nil
  }
}

/// Repositories made by git; where there is no git, no commit can be told.
@Suite(.enabled(if: Git.run(["--version"], in: "/") != nil)) struct SourceCommitTests {
  /// A folder to be filled, which goes when it is done.
  private static func inFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "commit-\(UUID().uuidString)"
    ).path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try write("own", "\(folder)/own.txt")
    try body(folder)
  }

  private static func write(_ text: String, _ path: String) throws {
    let file = URL(fileURLWithPath: path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: file, atomically: true, encoding: .utf8)
  }

  private static func addTarsus(to folder: String) throws {
    try write("package", "\(folder)/Package.swift")
    try write("source", "\(folder)/Sources/tarsus-lab/SourceCommit.swift")
    try write("program", "\(folder)/.build/release/tarsus-lab")
    try write(".build\n", "\(folder)/.gitignore")
  }

  /// - Returns: The commit.
  private static func commit(_ folder: String) throws -> String {
    _ = try #require(Git.run(["init", "--quiet"], in: folder))
    _ = try #require(Git.run(["add", "--all"], in: folder))
    _ = try #require(Git.run(["commit", "--quiet", "--message", "first"], in: folder))
    return try #require(Git.run(["rev-parse", "--short=12", "HEAD"], in: folder))
  }

  @Test func above_checkoutOfTarsus_isItsCommit() throws {
    try Self.inFolder { folder in
      try Self.addTarsus(to: folder)
      let commit = try Self.commit(folder)
      #expect(SourceCommit.above("\(folder)/.build/release") == commit)
      _ = Git.run(["tag", "--annotate", "--message", "one", "v1"], in: folder)
      #expect(SourceCommit.above("\(folder)/.build/release") == commit)
      try Self.write("changed", "\(folder)/Package.swift")
      #expect(SourceCommit.above("\(folder)/.build/release") == "\(commit)-dirty")
    }
  }

  @Test func above_repositoryOfTheUser_isNone() throws {
    try Self.inFolder { folder in
      _ = try Self.commit(folder)
      #expect(SourceCommit.above(folder) == nil)
      try Self.write("program", "\(folder)/bin/tarsus-lab")
      #expect(SourceCommit.above("\(folder)/bin") == nil)
    }
  }

  @Test func above_copyOfTarsusInTheUsersRepository_isNone() throws {
    try Self.inFolder { folder in
      try Self.addTarsus(to: "\(folder)/tarsus")
      _ = try Self.commit(folder)
      #expect(SourceCommit.above("\(folder)/tarsus/.build/release") == nil)
    }
  }

  @Test func above_archive_isNone() throws {
    try Self.inFolder { folder in
      try Self.addTarsus(to: folder)
      #expect(SourceCommit.above("\(folder)/.build/release") == nil)
    }
  }
}
