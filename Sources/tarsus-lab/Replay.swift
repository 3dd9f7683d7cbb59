internal import ArgumentParser
internal import CommandSupport
internal import Foundation
internal import Locomotion
internal import RobotDescription
internal import Training
internal import Viewer

/// `tarsus-lab replay`: a policy in motion, as an HTML page.
struct Replay: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes one HTML file that shows a policy, or a run's model, in motion.",
    discussion: """
      The file is self-contained: the body in 3D, joints, speed and feet over time, and for a run
      its learning curves. Open it in any browser.

      Example:
        tarsus-lab replay sim/policies/spider.tarsus --command 0.2,0,0 --html walk.html
        tarsus-lab replay runs/ant --best --duration 30 --html ant.html
      """)

  @OptionGroup var model: ModelOptions
  @Option(help: "The file to write.")
  var html: String
  @Flag(help: "Replace an existing file.")
  var force = false
  @Option(
    parsing: .unconditional,
    help: "\(VelocityCommand.argumentHelp); default: drawn as in training.")
  var command: VelocityCommand?
  @Option(help: "Seconds to record; less when the body falls.")
  var duration: Double = 15
  @Option(help: "Seed of the episode's start.")
  var seed: UInt64 = 0
  @Flag(help: "Draw body, servos, sensors and pushes, from the task's ranges.")
  var randomize = false

  func validate() throws {
    try Failure.check("--duration", seconds: duration, to: 1_000)
  }

  func run() throws {
    try Failure.reporting {
      try checkFree(html, what: "page", isReplacing: force)
      let simulated = try SimulatedPolicy.found(model)
      try simulated.refuse([("--command", command != nil), ("--randomize", randomize)])
      let recording = try simulated.recording(
        command: command, seconds: duration, seed: seed, isRandomised: randomize)
      let page = try recording.page()
      try writeFile(Data(page.utf8), to: html, what: "page", isReplacing: force)
      try Report.print(
        "\(html): \(page.utf8.count / 1024) KiB, \(recording.facts.joined(separator: ", "))")
    }
  }
}
