internal import ArgumentParser
internal import CRealtime
internal import Foundation
internal import Locomotion
internal import Training

/// `tarsus-lab bench`: figures that anyone can measure again.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measures how fast this machine is at what Tarsus does.",
    discussion: """
      Example:
        tarsus-lab bench training --json
      """,
    subcommands: [TrainingBench.self])
}

/// `tarsus-lab bench training`: training against the physics it is made of.
struct TrainingBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "training",
    abstract: "Compares the speed of training with that of the physics alone.",
    discussion: """
      Both run on the same bodies and threads, in turns in one run; physics alone is the same
      batch stepped and reset under random actions, without observation, reward or learning.
      Rates are medians over the turns, and so is the ratio of each turn's two.

      A body that stands and walks has more contacts to solve than one that random actions throw
      about, which makes the ratio smaller. The physics' share of the time of training is the
      ratio to physics alone in the very same motion.

      Example:
        tarsus-lab bench training --json
      """)

  @Option(help: "The task.")
  var task: String = "spider"
  @Option(help: "A YAML file of settings; the last wins.")
  var config: [String] = []
  @Option(help: "A setting, such as learner.discount=0.99; it wins over files.")
  var set: [String] = []
  @Option(help: "Turns of each.")
  var turns: Int = 9
  @Option(help: "Seconds of each turn.")
  var seconds: Double = 2
  @Option(help: "Threads; 0 takes every processor.")
  var threads: Int = 0
  @Flag(help: "Print the figures as JSON.")
  var json = false

  func validate() throws {
    if !(1...1000).contains(turns) {
      throw ValidationError("--turns: found \(turns), expected 1 to 1000")
    }
    try checkThreads(threads)
    if !(seconds > 0 && seconds < 1e4) {
      throw ValidationError("--seconds: found \(seconds), expected seconds above 0")
    }
  }

  func run() throws {
    try Failure.reporting {
      let run = try RunConfiguration(task: task, files: config, settings: set)
      let trainingTask = try run.trainingTask()
      let configuration = run.learner
      let trainer = try Trainer(
        task: trainingTask, configuration: configuration, seed: 0, stepsMax: 1_000_000_000,
        threadCount: threads)
      trainer.clock = { realtimeMonotonicNanoseconds() }
      let physics = PhysicsAlone(
        try trainingTask.makeEnvironments(
          count: configuration.environmentCount, seed: 0, threadCount: threads, isTraining: true))
      _ = try rate { try trainer.update().steps }
      _ = try rate { try physics.run(ticks: configuration.ticksPerUpdate) }
      var training: [Double] = []
      var alone: [Double] = []
      var shares: [Double] = []
      for _ in 0..<turns {
        alone.append(try rate { try physics.run(ticks: configuration.ticksPerUpdate) })
        let (start, before) = (realtimeMonotonicNanoseconds(), trainer.physicsNanoseconds)
        training.append(try rate { try trainer.update().steps })
        let physicsNanoseconds = Double(trainer.physicsNanoseconds - before)
        shares.append(physicsNanoseconds / Double(realtimeMonotonicNanoseconds() - start))
      }
      let report = TrainingBenchReport(
        task: task, threads: trainer.threadCount,
        environments: configuration.environmentCount,
        trainStepsPerSecond: median(training), physicsStepsPerSecond: median(alone),
        ratio: median(zip(training, alone).map { $0 / $1 }), physicsShare: median(shares))
      print(json ? try tarsus_lab.json(report) : report.text)
    }
  }

  /// Steps per second of `work`, which returns the steps it has made in all, over one turn.
  private func rate(_ work: () throws -> Int) throws -> Double {
    let start = realtimeMonotonicNanoseconds()
    let first = try work()
    let begun = realtimeMonotonicNanoseconds()
    var last = first
    var now = begun
    repeat {
      last = try work()
      now = realtimeMonotonicNanoseconds()
    } while Double(now - start) * 1e-9 < seconds
    return Double(last - first) / (Double(now - begun) * 1e-9)
  }

  private func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return sorted.count % 2 == 1
      ? sorted[sorted.count / 2]
      : (sorted[sorted.count / 2 - 1] + sorted[sorted.count / 2]) / 2
  }
}

/// What `bench training` prints.
struct TrainingBenchReport: Codable {
  let task: String
  let threads: Int
  let environments: Int
  let trainStepsPerSecond: Double
  let physicsStepsPerSecond: Double
  let ratio: Double
  let physicsShare: Double

  var text: String {
    String(
      format: "%@, %d threads, %d environments: training %.0f steps/s, physics %.0f, ratio %.2f; "
        + "physics took %.2f of the training", task, threads, environments, trainStepsPerSecond,
      physicsStepsPerSecond, ratio, physicsShare)
  }
}
