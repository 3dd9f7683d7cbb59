internal import ArgumentParser

/// The robot-side command.
@main
struct Tarsus: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tarsus",
    abstract: "Runs a trained policy on a legged robot over a serial line.",
    discussion: """
      Exit codes: 0 done, 1 failed, 2 wrong use, 3 refused for safety.
      """,
    subcommands: [Run.self])
}
