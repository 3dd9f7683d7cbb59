internal import Foundation

/// Source commit of this program.
enum SourceCommit {
  /// Commit of the checkout that contains the program, with `-dirty` when files differ from it.
  ///
  /// `nil` when it is unknown, as for an installed program. The working folder does not matter: it
  /// may belong to a repository of the user.
  static func ofProgram() -> String? { above(Folders.ofProgram) }

  /// Commit of the checkout of Tarsus that contains a folder.
  static func above(_ folder: String) -> String? {
    // A copy of Tarsus inside another repository has no own commit.
    guard let root = Folders.upwards(from: folder).first(where: isRepository),
      isTarsus(root)
    else { return nil }
    return described(root)
  }

  /// Checks for `.git`, which is a file in worktrees and submodules.
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
    // Without tags: these may move.
    git.arguments = [
      "git", "-C", folder, "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*",
    ]
    // Inside a hook of another repository, these variables would select that one.
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
