public import Locomotion
public import ParallelArrays

/// Trains a policy: collects rollouts in many simulations and learns from each.
public final class Trainer {
  /// The task that is learned.
  public let task: TrainingTask
  /// Settings of the learner.
  public let configuration: LearnerConfiguration
  /// Decides everything random.
  public let seed: UInt64
  /// Environment steps after which training is complete.
  public let stepsMax: Int
  /// Environment steps so far.
  public internal(set) var steps = 0

  /// Checksum of the body's files when the training began.
  let bodyChecksum: UInt32
  let environments: any RestorableEnvironments
  /// What learns.
  let model: ActorCritic
  /// What is evaluated and frozen: a running mean of ``model``, or itself.
  let policy: ActorCritic
  let learner: A2C
  var normaliser: ObservationNormaliser {
    didSet { takeNormaliserNumbers() }
  }
  /// What of ``normaliser`` the workers use: means, then factors.
  let normaliserNumbers: SliceBuffer<Float>
  /// Where the noise of each simulation's actions comes from.
  let noise: SliceBuffer<RandomSource>
  let rollout: Rollout
  private let workers: [RolloutWorker]

  /// Makes the simulations and an untrained policy.
  ///
  /// - Parameters:
  ///   - stepsMax: Environment steps of the whole training, which set the pace of every decay.
  ///   - threadCount: 0 takes every processor; it changes no result.
  public init(
    task: TrainingTask, configuration: LearnerConfiguration, seed: UInt64, stepsMax: Int,
    threadCount: Int
  ) throws {
    try configuration.validate()
    self.task = task
    self.configuration = configuration
    self.seed = seed
    self.stepsMax = stepsMax
    bodyChecksum = try task.bodyChecksum()
    let count = configuration.environmentCount
    environments = try task.makeEnvironments(
      count: count, seed: seed, threadCount: threadCount, isTraining: true)
    let environments = environments
    func makeModel() -> ActorCritic {
      ActorCritic(
        observationWidth: environments.observationWidth,
        privilegedWidth: environments.privilegedWidth, actionSpace: environments.actionSpace,
        configuration: configuration, seed: seed)
    }
    let model = makeModel()
    let head = model.makeHead(environments.actionSpace, configuration)
    self.model = model
    policy = configuration.averageShare > 0 ? makeModel() : model
    learner = A2C(
      model: model, head: head, configuration: configuration,
      sliceCount: Self.gradientSliceCount(configuration), seed: seed)
    normaliser = ObservationNormaliser(width: environments.observationWidth)
    normaliserNumbers = SliceBuffer(normaliser.numbers)
    noise = SliceBuffer(repeating: RandomSource(seed: seed, stream: 0), count: count)
    for index in 0..<count {
      noise[index] = RandomSource(seed: ~seed, stream: UInt64(index))
    }
    rollout = Rollout(
      timeCount: configuration.ticksPerUpdate, environmentCount: count,
      observationWidth: environments.observationWidth,
      actionWidth: environments.actionSpace.width, actorWidth: model.actorWidth)
    let noise = noise
    let normaliserNumbers = normaliserNumbers
    let workerCount = Self.workerCount(environmentCount: count)
    let actions = SliceBuffer<Float>(
      repeating: 0, count: count * environments.actionSpace.width)
    workers = (0..<workerCount).map {
      RolloutWorker(
        environments: environments,
        range: ($0 * count / workerCount)..<(($0 + 1) * count / workerCount), model: model,
        head: head, noise: noise, actions: actions, normaliser: normaliserNumbers)
    }
  }

  /// The actions of the last rollout: `[configuration.ticksPerUpdate, count, width]`.
  public var actions: SliceBuffer<Float> { rollout.actions }

  /// The simulations as they stand between two updates.
  public func simulations() -> EnvironmentsSnapshot { environments.snapshot() }

  /// Threads that share the work.
  public var threadCount: Int { environments.threadCount }

  /// Collects one rollout and learns from it.
  ///
  /// - Throws: ``TrainingError/diverged(step:term:)`` when a number of the learner is not finite or
  ///   has exploded; the trainer is of no use then.
  public func update() throws -> TrainingProgress {
    let progress = min(1, Float(steps) / Float(max(1, stepsMax)))
    environments.setProgress(progress)
    learner.head.beginRollout(noise)
    for time in 0..<rollout.timeCount {
      environments.concurrently(workers.count) { index in
        if time > 0 { workers[index].observe(rollout, time: time - 1) }
        workers[index].act(rollout, time: time)
      }
      try environments.advance()
    }
    environments.concurrently(workers.count) { index in
      workers[index].observe(rollout, time: rollout.timeCount - 1)
      workers[index].estimateLast(rollout)
    }
    let report = learner.update(rollout, progress: progress) {
      environments.concurrently($0, $1)
    }
    steps += rollout.sampleCount
    try checkDivergence(report)
    averageWeights()
    if configuration.observationNormalisation {
      let rows = unsafe UnsafeBufferPointer(
        start: rollout.observations.base, count: rollout.observations.count)
      normaliser.add(unsafe rows.span)
    }
    return TrainingProgress(
      steps: steps, episodes: environments.takeEpisodes(), report: report)
  }

  private func averageWeights() {
    guard policy !== model else { return }
    let updateCount = Float(steps / rollout.sampleCount)
    let share = 1 / max(1, configuration.averageShare * updateCount)
    for index in 0..<model.parameters.count {
      policy.parameters[index] += share * (model.parameters[index] - policy.parameters[index])
    }
  }

  private func takeNormaliserNumbers() {
    for (index, number) in normaliser.numbers.enumerated() { normaliserNumbers[index] = number }
  }

  /// Beyond this, a number of the learner has exploded.
  private static let explodedMin: Float = 1e8

  private func checkDivergence(_ report: UpdateReport) throws(TrainingError) {
    let terms = [
      // The critic first: what is wrong with it is in the advantages, and so in the policy's loss.
      ("the critic's loss", report.valueLoss), ("the policy's loss", report.policyLoss),
      ("the entropy", report.entropy), ("the gradient's norm", report.gradientNorm),
      ("the KL divergence of the update", report.kl),
      ("the deviation of the actions", report.deviation),
    ]
    for (name, value) in terms where !(abs(value) < Self.explodedMin) {
      throw .diverged(step: steps, term: name)
    }
    for index in 0..<model.parameters.count
    where !(abs(model.parameters[index]) < Self.explodedMin) {
      throw .diverged(step: steps, term: "a weight of the networks")
    }
  }

  /// Parts of the simulations that act at the same time: a fixed number, so that the number of
  /// threads does not change a result, of at least four simulations each.
  static func workerCount(environmentCount: Int) -> Int {
    slices(of: environmentCount, widthMin: 4)
  }

  /// Parts into which a gradient step's samples are cut for the threads, likewise.
  static func gradientSliceCount(_ configuration: LearnerConfiguration) -> Int {
    // Slices are run where simulations are: their number divides that of the simulations.
    let sampleCount = configuration.environmentCount * configuration.ticksPerUpdate
    let wanted = max(1, sampleCount / configuration.minibatches / 32)
    return slices(
      of: configuration.environmentCount,
      widthMin: (configuration.environmentCount + wanted - 1) / wanted)
  }

  /// The largest number of equal parts, at most 8, each at least `widthMin` wide.
  private static func slices(of count: Int, widthMin: Int) -> Int {
    (1...8).last { count % $0 == 0 && count / $0 >= widthMin } ?? 1
  }
}
