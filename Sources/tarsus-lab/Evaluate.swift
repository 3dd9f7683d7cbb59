internal import ArgumentParser
internal import Foundation
internal import Locomotion
internal import PolicyNetwork
internal import RobotDescription
internal import Training

/// `tarsus-lab evaluate`: how a policy does in plain simulation.
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Runs a policy in plain simulation, without noise, and says how it did.",
    discussion: """
      Example:
        tarsus-lab evaluate spider.tarsus --command 0.15,0,0 --duration 15 --json
      """)

  @Argument(help: "A policy file.")
  var policy: String
  @Option(
    parsing: .unconditional,
    help: "Velocity: forward m/s, left m/s, turn rad/s; without it, drawn as in training.")
  var command: VelocityCommand?
  @Option(help: "Seconds of each episode.")
  var duration: Double = 15
  @Option(help: "Episodes.")
  var episodes: Int = 16
  @Option(help: "Decides how episodes start.")
  var seed: UInt64 = 0
  @Flag(help: "Start every episode in exactly the standing pose.")
  var exactStart = false
  @Flag(help: "Print the figures as JSON.")
  var json = false

  func validate() throws {
    if !(duration > 0 && duration < 1e5) {
      throw ValidationError("--duration: found \(duration), expected seconds above 0")
    }
    if !(1...4096).contains(episodes) {
      throw ValidationError("--episodes: found \(episodes), expected 1 to 4096")
    }
  }

  func run() throws {
    guard let data = FileManager.default.contents(atPath: policy) else {
      throw Failure.report(
        "policy \(policy): no such file; make one with 'tarsus-lab freeze'", Failure.wrongUse)
    }
    try Failure.reporting {
      let evaluation = try unsafe [UInt8](data).withUnsafeBytes {
        try evaluate(try unsafe PolicyFile(verifying: $0))
      }
      let report = EvaluationReport(evaluation)
      print(json ? try tarsus_lab.json(report) : report.text)
    }
  }

  private func evaluate(_ policy: PolicyFile) throws -> Evaluation {
    var configuration = TaskConfiguration()
    let period = Double(policy.contract.controlPeriodMicroseconds) * 1e-6
    configuration.episodeTicksMax = Int((duration / period).rounded(.up))
    if exactStart { configuration.startAngleNoiseRadians = 0 }
    let task = try BodyFiles(body: policy.contract.body.description).task(configuration)
    return try Evaluation.run(
      policy, task: task, command: command, episodes: episodes, seed: seed, threadCount: 0)
  }
}

/// What `evaluate` prints.
struct EvaluationReport: Codable {
  let episodes: Int
  let falls: Int
  let distanceMeanMetres: Double
  let distanceMinMetres: Double
  let returnMean: Double
  let returnDeviation: Double
  let lengthMean: Double

  init(_ evaluation: Evaluation) {
    episodes = evaluation.episodes
    falls = evaluation.falls
    distanceMeanMetres = evaluation.distanceMean
    distanceMinMetres = evaluation.distanceMin
    returnMean = evaluation.returnMean
    returnDeviation = evaluation.returnDeviation
    lengthMean = evaluation.lengthMean
  }

  var text: String {
    String(
      format: "%d episodes, %d falls; distance %.2f m (smallest %.2f); return %.2f ± %.2f",
      episodes, falls, distanceMeanMetres, distanceMinMetres, returnMean, returnDeviation)
  }
}
