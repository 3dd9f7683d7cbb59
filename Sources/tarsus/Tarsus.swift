internal import ArgumentParser
internal import Foundation

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
