internal import CommandSupport
internal import Foundation
internal import Locomotion
internal import RobotDescription
internal import RobotFiles

/// Where a body's model and its robot file are: `sim/bodies` and `sim/robots` of the project.
struct BodyFiles {
  let modelPath: String
  let robotPath: String

  /// Looks in the working folder and those above it, then above the program itself.
  init(body: String) throws {
    let files = ["sim/bodies/\(body).xml", "sim/robots/\(body).yaml"]
    guard let root = Self.root(holding: files) else {
      throw Failure.report(
        "body '\(body)': found no \(files[0]) with \(files[1]) above the working folder; "
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
    let file = "sim/bodies/\(body).xml"
    guard let root = root(holding: [file]) else {
      throw Failure.report(
        "body '\(body)': found no \(file) above the working folder; it is there in a checkout of "
          + "Tarsus", Failure.wrongUse)
    }
    return root + file
  }

  /// The nearest folder, with its slash, that holds all the files.
  private static func root(holding files: [String]) -> String? {
    for start in [FileManager.default.currentDirectoryPath, Folders.ofProgram] {
      for folder in Folders.upwards(from: start) {
        let root = folder.hasSuffix("/") ? folder : folder + "/"
        if files.allSatisfy({ FileManager.default.fileExists(atPath: root + $0) }) { return root }
      }
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
