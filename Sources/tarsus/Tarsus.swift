internal import ArgumentParser
internal import CommandSupport

/// The robot-side command.
@main
struct Tarsus: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tarsus",
    abstract: "Runs a trained policy on a legged robot over a serial line.",
    discussion: """
      Exit codes: 0 done, 1 failed, 2 wrong use, 3 refused for safety.

      Example:
        tarsus run spider.tarsus --robot sim/robots/spider.yaml --port /dev/ttyUSB0
      """,
    subcommands: [Run.self, Inspect.self, Log.self, Servo.self, Imu.self, Doctor.self, Bench.self])

  static func main() { runAndExit() }
}
