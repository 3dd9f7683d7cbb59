internal import CommandSupport
internal import RobotFiles

extension Failure {
  /// Reads a robot file.
  static func loadSetup(_ path: String) throws -> RobotSetup {
    do {
      return try RobotFile.loadSetup(path: path)
    } catch {
      throw report(error, wrongUse)
    }
  }
}
