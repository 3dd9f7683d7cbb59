internal import ArgumentParser
internal import CommandSupport
internal import Foundation
internal import Locomotion
internal import Realtime
internal import Training

/// `tarsus-lab bench`: reproducible measurements of speed.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measures the speed of this machine.",
    discussion: """
      Example:
        tarsus-lab bench training --json
      """,
    subcommands: [TrainingBench.self])
}

/// `tarsus-lab bench training`: speed of training against the physics alone.
struct TrainingBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "training",
    abstract: "Compares the speed of training with that of the physics alone.",
    discussion: """
      Both run on the same bodies and threads, in turns in one run. The physics alone steps and
      resets the same batch without observation, reward or learning. After each update of the
      training it makes the same steps, from the same states under the same actions. Rates and
      their ratio are medians over the turns.

      A second ratio is against a physics under random actions. Its motion differs: a body that
      stands and walks has more contacts to solve than one that is thrown about.

      Example:
        tarsus-lab bench training --json
      """)

  @Option(help: "The task.")
  var task: String = "spider"
  @Option(help: "A YAML file of settings; later files override earlier ones.")
  var config: [String] = []
  @Option(help: "A setting, such as learner.discount=0.99; it overrides files.")
  var set: [String] = []
  @Option(help: "Turns of each.")
  var turns: Int = 9
  @Option(help: "Seconds of training in each turn.")
  var seconds: Double = 2
  @Option(help: "Threads; 0 uses every processor.")
  var threads: Int = 0
  @OptionGroup var output: FigureOptions

  func validate() throws {
    try Failure.check("--turns", turns, in: 1...1000)
    try checkThreads(threads)
    try Failure.check("--seconds", seconds: seconds, to: 1e4)
  }

  func run() throws {
    try Failure.reporting {
      let run = try RunConfiguration(task: task, files: config, settings: set)
      // As at the end of a training, the full share of the episodes is randomised.
      let trainingTask = try run.trainingTask().map {
        $0.changed { $0.randomisation.shareRamp = 0...0 }
      }
      let configuration = run.learner
      let trainer = try Trainer(
        task: trainingTask, configuration: configuration, seed: 0, stepsMax: 1_000_000_000,
        threadCount: threads)
      func physicsAlone() throws -> PhysicsAlone {
        PhysicsAlone(
          try trainingTask.makeEnvironments(
            count: configuration.environmentCount, seed: 0, threadCount: threads,
            isTraining: true))
      }
      let same = try physicsAlone()
      let random = try physicsAlone()
      var rates = (training: [Double](), same: [Double](), random: [Double]())
      // The first turn warms up.
      for turn in 0...turns {
        var nanoseconds = (training: UInt64(0), same: UInt64(0), random: UInt64(0))
        var steps = 0
        repeat {
          let start = trainer.simulations()
          nanoseconds.training += try time { _ = try trainer.update() }
          same.begin(at: start)
          nanoseconds.same += try time { _ = try same.run(following: trainer.actions) }
          nanoseconds.random += try time {
            _ = try random.run(ticks: configuration.ticksPerUpdate)
          }
          steps += configuration.environmentCount * configuration.ticksPerUpdate
        } while Double(nanoseconds.training) * 1e-9 < seconds
        guard turn > 0 else { continue }
        rates.training.append(Double(steps) / Double(nanoseconds.training) * 1e9)
        rates.same.append(Double(steps) / Double(nanoseconds.same) * 1e9)
        rates.random.append(Double(steps) / Double(nanoseconds.random) * 1e9)
      }
      let figures = TrainingBenchReport(
        task: task, threads: trainer.threadCount,
        environments: configuration.environmentCount,
        trainStepsPerSecond: median(rates.training), physicsStepsPerSecond: median(rates.same),
        ratio: median(zip(rates.training, rates.same).map { $0 / $1 }),
        randomPhysicsStepsPerSecond: median(rates.random),
        randomRatio: median(zip(rates.training, rates.random).map { $0 / $1 }))
      try output.print(figures)
    }
  }

  private func time(_ work: () throws -> Void) throws -> UInt64 {
    let start = MonotonicClock.machine.nowNanoseconds
    try work()
    return MonotonicClock.machine.nowNanoseconds - start
  }
}

/// Report of `bench training`.
struct TrainingBenchReport: Figures {
  let task: String
  let threads: Int
  let environments: Int
  let trainStepsPerSecond: Double
  let physicsStepsPerSecond: Double
  let ratio: Double
  let randomPhysicsStepsPerSecond: Double
  let randomRatio: Double

  var text: String {
    String(
      format: "%@, %d threads, %d environments: training %.0f steps/s, physics %.0f, ratio %.2f; "
        + "physics under random actions %.0f, ratio %.2f", task, threads, environments,
      trainStepsPerSecond, physicsStepsPerSecond, ratio, randomPhysicsStepsPerSecond, randomRatio)
  }
}
