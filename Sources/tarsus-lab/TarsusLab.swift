internal import ArgumentParser
internal import Foundation

/// The desk-side command.
@main
struct TarsusLab: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tarsus-lab",
    abstract: "Trains policies for legged robots in simulation, and plays the robot on a wire.",
    discussion: """
      Exit codes: 0 done, 1 failed, 2 wrong use, 3 refused for safety.

      Example:
        tarsus-lab train spider --out runs/first
        tarsus-lab freeze runs/first --out spider.tarsus
        tarsus-lab loopback spider --link spider.port
      """,
    subcommands: [
      Train.self, Freeze.self, Evaluate.self, Replay.self, LoopbackCommand.self, Campaign.self,
      Compare.self,
      Bench.self, Steps.self,
    ])

  /// Runs the command, and turns ArgumentParser's exit code for wrong use, 64, into 2.
  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
      FileHandle.standardError.write(Data("\(fullMessage(for: error))\n".utf8))
      exit(withError: Failure.wrongUse)
    }
  }
}
