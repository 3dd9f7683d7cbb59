public import ArgumentParser
internal import Foundation
internal import Locomotion
public import RobotDescription
internal import RobotFiles

/// Where a body's model and its robot file are: `sim/bodies` and `sim/robots` of the project.
struct BodyFiles {
  let modelPath: String
  let robotPath: String

  /// Looks in the working folder and those above it, then above the program itself.
  init(body: String) throws {
    let program = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    let starts = [
      URL(fileURLWithPath: FileManager.default.currentDirectoryPath),
      Bundle.main.executableURL?.resolvingSymlinksInPath() ?? program,
    ]
    for start in starts {
      var folder = start.standardizedFileURL
      while folder.path != "/" {
        let model = folder.appendingPathComponent("sim/bodies/\(body).xml").path
        let robot = folder.appendingPathComponent("sim/robots/\(body).yaml").path
        if FileManager.default.fileExists(atPath: model),
          FileManager.default.fileExists(atPath: robot)
        {
          modelPath = model
          robotPath = robot
          return
        }
        folder.deleteLastPathComponent()
      }
    }
    throw Failure.report(
      "body '\(body)': found no sim/bodies/\(body).xml with sim/robots/\(body).yaml above the "
        + "working folder; 'spider' is there in a checkout of Tarsus", Failure.wrongUse)
  }

  /// The task of the body's robot.
  func task(_ configuration: TaskConfiguration) throws -> LocomotionTask {
    LocomotionTask(
      robot: try RobotFile.load(path: robotPath), modelPath: modelPath,
      configuration: configuration)
  }
}

extension VelocityCommand: ExpressibleByArgument {
  /// Reads `0.15,0,0`.
  public init?(argument: String) { self.init(text: argument) }

  /// How the help writes a velocity.
  public var defaultValueDescription: String { "\(forward),\(left),\(yawRate)" }
}
