public import ArgumentParser
internal import Foundation
internal import Realtime

extension ParsableCommand {
  /// Runs the command that the arguments name, and ends the program with its exit code.
  ///
  /// ArgumentParser's exit code for wrong use, 64, becomes 2.
  public static func runAndExit() -> Never {
    StandardStreams.prepare()
    ProgramStack.withRoom { parseAndRun() }
    end(.success)
  }

  private static func parseAndRun() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      let code = exitCode(for: error)
      let message = fullMessage(for: error)
      // Help and version are the result that the user asked for.
      if code.isSuccess {
        if !message.isEmpty, (try? Report.print(message)) == nil { end(Failure.failed) }
        end(code)
      }
      if !message.isEmpty { StandardStreams.tell(message) }
      if FileManager.default.currentDirectoryPath.isEmpty {
        StandardStreams.tell(
          "the working folder was deleted, so no relative path leads anywhere; go to another "
            + "folder, such as with 'cd ~'")
      }
      end(code == .validationFailure ? Failure.wrongUse : code)
    }
  }

  private static func end(_ code: ExitCode) -> Never { Foundation.exit(code.rawValue) }
}
