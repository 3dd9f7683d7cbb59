internal import Foundation

/// Folders in which a program looks for what belongs to it.
enum Folders {
  /// A folder and all above it, the nearest first.
  ///
  /// - Parameter path: One that does not begin at the root gives none: a working folder that was
  ///   deleted has no path, and above it there is nothing.
  static func upwards(from path: String) -> [String] {
    guard path.hasPrefix("/") else { return [] }
    var names = path.split(separator: "/")
    var folders = ["/" + names.joined(separator: "/")]
    while names.popLast() != nil { folders.append("/" + names.joined(separator: "/")) }
    return folders
  }

  /// The folder of this program, free of symbolic links.
  static var ofProgram: String {
    let program = Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0])
    return program.resolvingSymlinksInPath().deletingLastPathComponent().path
  }
}
