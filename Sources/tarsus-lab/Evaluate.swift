internal import ArgumentParser
internal import CommandSupport
internal import Foundation
internal import Locomotion
internal import RobotDescription
internal import Training

/// `tarsus-lab evaluate`: figures of a policy or a run in plain simulation.
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Runs a policy, or a run's model, in plain simulation without noise.",
    discussion: """
      Prints the mean return, its standard deviation, the score (mean minus standard deviation),
      falls, and for legged bodies the velocity error and the cost of transport. By default an
      episode lasts 20 s and draws a new command. --randomize varies body, servos and sensors in
      each episode and pushes the body, with the ranges of the run, or for a policy file those of
      sim/tasks.

      Errors of velocity and turning rate are those of averages over half a second; the first half
      second after a command does not count.

      Example:
        tarsus-lab evaluate sim/policies/spider.tarsus --episodes 100 --json
        tarsus-lab evaluate runs/walk --episodes 100 --randomize
        tarsus-lab evaluate runs/ant --best --episodes 20 --seed 5
        tarsus-lab evaluate spider.tarsus --command 0.15,0,0 --duration 15
      """)

  /// Seed of the episodes of a report.
  static let seedDefault: UInt64 = 1_000

  @OptionGroup var model: ModelOptions
  @Option(
    parsing: .unconditional,
    help: "\(VelocityCommand.argumentHelp); default: drawn as in training.")
  var command: VelocityCommand?
  @Option(help: "Seconds of each episode of a legged body; default: 20.")
  var duration: Double?
  @Option(help: "Episodes.")
  var episodes: Int = 20
  @Option(help: "Seed of the episodes' starts.")
  var seed: UInt64 = Self.seedDefault
  @Flag(help: "Draw body, servos, sensors and pushes for each episode, from the task's ranges.")
  var randomize = false
  @Flag(help: "Start every episode in exactly the standing pose.")
  var exactStart = false
  @OptionGroup var output: FigureOptions

  func validate() throws {
    try Failure.check("--duration", seconds: duration, to: 1e5)
    try Failure.check("--episodes", episodes, in: 1...4096)
  }

  func run() throws {
    try Failure.reporting {
      let policy = try SimulatedPolicy.found(model)
      try policy.refuse([
        ("--command", command != nil), ("--duration", duration != nil),
        ("--randomize", randomize), ("--exact-start", exactStart),
      ])
      let evaluation = try policy.evaluate(command: command, episodes: episodes, seed: seed) {
        $0.evaluated(
          seconds: duration ?? LocomotionTask.evaluationSeconds, isRandomised: randomize,
          isExactStart: exactStart)
      }
      try output.print(EvaluationReport(evaluation))
    }
  }
}

extension LocomotionTask {
  /// Default length of an evaluation's episodes, in seconds.
  static let evaluationSeconds = 20.0

  /// Makes the task of an evaluation: long episodes with one command each.
  func evaluated(
    seconds: Double = evaluationSeconds, isRandomised: Bool = false, isExactStart: Bool = false
  ) -> LocomotionTask {
    let period = Double(robot.controlPeriodSeconds)
    return changed {
      $0.episodeTicksMax = max(1, Int((seconds / period).rounded()))
      $0.commandIntervalTicks = 0
      $0.standingShare = 0
      $0.randomisation.isOn = isRandomised
      $0.randomisation.share = 1
      $0.randomisation.shareRamp = 0...0
      if isExactStart { $0.startAngleNoiseRadians = 0 }
    }
  }

  /// Makes a task of the same body with other settings.
  func changed(_ change: (inout TaskConfiguration) -> Void) -> LocomotionTask {
    var configuration = self.configuration
    change(&configuration)
    return LocomotionTask(
      robot: robot, modelPath: modelPath, robotPath: robotPath, configuration: configuration)
  }
}

extension TrainingTask {
  /// Changes the task of a legged body; other tasks stay.
  func map(_ change: (LocomotionTask) -> LocomotionTask) -> TrainingTask {
    guard case .legged(let task) = self else { return self }
    return .legged(change(task))
  }
}

/// Report of `evaluate`; its property names are the keys of the JSON.
struct EvaluationReport: Codable, Figures {
  let episodes: Int
  let falls: Int
  let distanceMeanMetres: Double
  let distanceMinMetres: Double
  let returnMean: Double
  let returnDeviation: Double
  let score: Double
  let lengthMean: Double
  let velocityErrorRms: Double?
  let yawRateErrorRms: Double?
  let costOfTransport: Double?
  let slipPerDistance: Double?
  let footLiftMeanMetres: Double?
  let targetChangeMean: Double?

  init(_ evaluation: Evaluation) {
    episodes = evaluation.episodes
    falls = evaluation.falls
    distanceMeanMetres = evaluation.distanceMean
    distanceMinMetres = evaluation.distanceMin
    returnMean = evaluation.returnMean
    returnDeviation = evaluation.returnStandardDeviation
    score = evaluation.returnMean - evaluation.returnStandardDeviation
    lengthMean = evaluation.lengthMean
    velocityErrorRms = evaluation.motion?.velocityErrorRMS
    yawRateErrorRms = evaluation.motion?.yawRateErrorRMS
    slipPerDistance = evaluation.motion?.slipPerDistance
    footLiftMeanMetres = evaluation.motion?.footLiftMean
    costOfTransport = evaluation.motion?.costOfTransport
    targetChangeMean = evaluation.motion?.targetChangeMean
  }

  var text: String {
    var text = String(
      format: "%d episodes, %d falls; return %.2f ± %.2f (score %.2f), length %.0f", episodes,
      falls, returnMean, returnDeviation, score, lengthMean)
    if let velocityErrorRms, let yawRateErrorRms {
      text += String(
        format: "; velocity error %.3f m/s, %.3f rad/s", velocityErrorRms, yawRateErrorRms)
    }
    if let costOfTransport, let slipPerDistance, let targetChangeMean {
      text += String(
        format: "; cost of transport %.2f, foot slip %.2f m/m, action rate %.4f rad/tick",
        costOfTransport, slipPerDistance, targetChangeMean)
    }
    if let footLiftMeanMetres {
      text += String(format: ", foot clearance %.1f mm", 1_000 * footLiftMeanMetres)
    }
    return text
  }
}
