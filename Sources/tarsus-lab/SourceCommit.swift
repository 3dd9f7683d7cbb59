internal import Foundation

/// The commit of Tarsus that a program comes from.
enum SourceCommit {
  /// The commit of the checkout that holds the program, with `-dirty` where files differ from it; `nil`
  /// where that cannot be told, as for a program that was installed elsewhere.
  ///
  /// The working folder has no say: it may be in a repository of the user's own.
  static func ofProgram() -> String? { above(Folders.ofProgram) }

  /// The commit of the checkout of Tarsus that holds a folder.
  static func above(_ folder: String) -> String? {
    // A copy of Tarsus inside another repository has no commit of its own.
    guard let root = Folders.upwards(from: folder).first(where: isRepository),
      isTarsus(root)
    else { return nil }
    return described(root)
  }

  /// `.git` is a file in a worktree and in a submodule.
  private static func isRepository(_ folder: String) -> Bool {
    FileManager.default.fileExists(atPath: folder + "/.git")
  }

  private static func isTarsus(_ folder: String) -> Bool {
    ["Package.swift", "Sources/tarsus-lab/SourceCommit.swift"].allSatisfy {
      FileManager.default.fileExists(atPath: folder + "/" + $0)
    }
  }

  private static func described(_ folder: String) -> String? {
    let git = Process()
    git.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    // The commit alone: a tag may stand elsewhere tomorrow.
    git.arguments = [
      "git", "-C", folder, "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*",
    ]
    // Called by a hook of another repository, git would take that one.
    git.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("GIT_") }
    git.currentDirectoryURL = URL(fileURLWithPath: folder)
    let pipe = Pipe()
    git.standardOutput = pipe
    git.standardError = FileHandle.nullDevice
    guard (try? git.run()) != nil else { return nil }
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    git.waitUntilExit()
    guard git.terminationStatus == 0 else { return nil }
    return String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
