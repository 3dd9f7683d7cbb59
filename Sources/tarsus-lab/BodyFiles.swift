internal import CommandSupport
internal import Foundation
internal import Locomotion
internal import Realtime
internal import RobotDescription
internal import RobotFiles

/// Paths of a body's model in `sim/bodies` and of its robot file in `sim/robots`.
struct BodyFiles {
  let modelPath: String
  let robotPath: String

  /// Searches above the program itself, then in the working folder and above it.
  init(body: String) throws {
    try Self.checkName(body, what: "body")
    let files = ["sim/bodies/\(body).xml", "sim/robots/\(body).yaml"]
    guard let root = Self.root(holding: files) else {
      throw Failure.report(
        "body '\(body)': found no \(files[0]) with \(files[1]) above the program or the working "
          + "folder; a checkout of Tarsus has 'spider'", Failure.wrongUse)
    }
    modelPath = root + files[0]
    robotPath = root + files[1]
  }

  /// Path of a file of the project, searched in the same places.
  static func path(_ file: String, what: String) throws -> String {
    guard let root = root(holding: [file]) else {
      throw Failure.report(
        "\(what): found no \(file) above the working folder; tasks are spider, walker, "
          + TrainingTask.publishedNames.joined(separator: ", "), Failure.wrongUse)
    }
    return root + file
  }

  /// Path of the model of a body without a robot, searched in the same places.
  static func modelPath(body: String) throws -> String {
    try checkName(body, what: "body")
    let file = "sim/bodies/\(body).xml"
    guard let root = root(holding: [file]) else {
      throw Failure.report(
        "body '\(body)': found no \(file) above the working folder; a checkout of Tarsus has "
          + "it", Failure.wrongUse)
    }
    return root + file
  }

  /// Refuses a name that would lead out of the folder: untrusted files contain names.
  static func checkName(_ name: String, what: String) throws {
    let isPlain = name.unicodeScalars.allSatisfy { $0 != "/" && !StandardStreams.isControl($0) }
    guard !isPlain || name.isEmpty || name.hasPrefix(".") else { return }
    throw Failure.report(
      "\(what) '\(StandardStreams.line(name))': expected a plain name without '/', such as "
        + "'spider'", Failure.wrongUse)
  }

  /// The nearest folder, with its slash, that contains all the files.
  ///
  /// The program's own folder comes first, so that the working folder changes no result. A note
  /// says when the working folder has files of the same names.
  private static func root(holding files: [String]) -> String? {
    let own = root(holding: files, above: Folders.ofProgram)
    let others = root(holding: files, above: FileManager.default.currentDirectoryPath)
    if let own, let others, own != others {
      note("\(files[0]): taken from \(own), where the program is; not from \(others)")
    }
    return own ?? others
  }

  private static func root(holding files: [String], above start: String) -> String? {
    for folder in Folders.upwards(from: start) {
      let root = folder.hasSuffix("/") ? folder : folder + "/"
      if files.allSatisfy({ FileManager.default.fileExists(atPath: root + $0) }) { return root }
    }
    return nil
  }

  /// Makes the task of the body's robot.
  func task(_ configuration: TaskConfiguration) throws -> LocomotionTask {
    LocomotionTask(
      robot: try RobotFile.load(path: robotPath), modelPath: modelPath, robotPath: robotPath,
      configuration: configuration)
  }
}
