internal import ArgumentParser
internal import CommandSupport

/// The desk-side command.
@main
struct TarsusLab: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tarsus-lab",
    abstract: "Trains policies for legged robots, and simulates these robots on a serial line.",
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

  static func main() { runAndExit() }
}
