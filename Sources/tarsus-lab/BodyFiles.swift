internal import CommandSupport
internal import Foundation
internal import Locomotion
internal import Realtime
internal import RobotDescription
internal import RobotFiles

/// Where a body's model and its robot file are: `sim/bodies` and `sim/robots` of the project.
struct BodyFiles {
  let modelPath: String
  let robotPath: String

  /// Looks above the program itself, then in the working folder and those above it.
  init(body: String) throws {
    try Self.checkName(body, what: "body")
    let files = ["sim/bodies/\(body).xml", "sim/robots/\(body).yaml"]
    guard let root = Self.root(holding: files) else {
      throw Failure.report(
        "body '\(body)': found no \(files[0]) with \(files[1]) above the program or the working folder; "
          + "'spider' is there in a checkout of Tarsus", Failure.wrongUse)
    }
    modelPath = root + files[0]
    robotPath = root + files[1]
  }

  /// A file of the project, looked for in the same places.
  static func path(_ file: String, what: String) throws -> String {
    guard let root = root(holding: [file]) else {
      throw Failure.report(
        "\(what): found no \(file) above the working folder; there are spider, walker, "
          + TrainingTask.publishedNames.joined(separator: ", "), Failure.wrongUse)
    }
    return root + file
  }

  /// The model of a body that has no robot, looked for in the same places.
  static func modelPath(body: String) throws -> String {
    try checkName(body, what: "body")
    let file = "sim/bodies/\(body).xml"
    guard let root = root(holding: [file]) else {
      throw Failure.report(
        "body '\(body)': found no \(file) above the working folder; it is there in a checkout of "
          + "Tarsus", Failure.wrongUse)
    }
    return root + file
  }

  /// Refuses a name that would lead out of the folder: it may come from a file of somebody else.
  static func checkName(_ name: String, what: String) throws {
    let isPlain = name.unicodeScalars.allSatisfy { $0 != "/" && !StandardStreams.isControl($0) }
    guard !isPlain || name.isEmpty || name.hasPrefix(".") else { return }
    throw Failure.report(
      "\(what) '\(StandardStreams.line(name))': expected a plain name without '/', such as 'spider'",
      Failure.wrongUse)
  }

  /// The nearest folder, with its slash, that holds all the files.
  ///
  /// The program's own come first, so that the folder one stands in changes no result; that it has some
  /// of the same names is told.
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

  /// The task of the body's robot.
  func task(_ configuration: TaskConfiguration) throws -> LocomotionTask {
    LocomotionTask(
      robot: try RobotFile.load(path: robotPath), modelPath: modelPath, robotPath: robotPath,
      configuration: configuration)
  }
}
