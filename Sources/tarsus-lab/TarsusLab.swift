internal import ArgumentParser

/// The desk-side command.
@main
struct TarsusLab: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tarsus-lab",
    abstract: "Trains policies for legged robots in simulation, and plays the robot on a wire.",
    discussion: """
      Exit codes: 0 done, 1 failed, 2 wrong use, 3 refused for safety.
      """,
    subcommands: [
      Train.self, Freeze.self, Evaluate.self, LoopbackCommand.self, Compare.self, Bench.self,
    ])
}
