internal import Foundation

/// Folders in which the program searches its files.
enum Folders {
  /// A folder and all above it, the nearest first.
  ///
  /// - Parameter path: An absolute path; any other, such as that of a deleted working folder, gives
  ///   no folders.
  static func upwards(from path: String) -> [String] {
    guard path.hasPrefix("/") else { return [] }
    var names = path.split(separator: "/")
    var folders = ["/" + names.joined(separator: "/")]
    while names.popLast() != nil { folders.append("/" + names.joined(separator: "/")) }
    return folders
  }

  /// Folder of this program, with symbolic links resolved.
  static var ofProgram: String {
    let program = Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0])
    return program.resolvingSymlinksInPath().deletingLastPathComponent().path
  }
}
