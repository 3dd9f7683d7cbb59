public import Locomotion
public import ParallelArrays

/// Trains a policy: runs ``A2C`` on many environments, and keeps the state of the training.
public final class Trainer {
  /// The task that is learned.
  public let task: TrainingTask
  /// Settings of the learner.
  public let configuration: LearnerConfiguration
  /// Seed of everything random.
  public let seed: UInt64
  /// Environment steps after which training is complete.
  public let stepsMax: Int
  /// Environment steps so far.
  public internal(set) var steps = 0

  /// Checksum of the body's files when the training began.
  let bodyChecksum: UInt32
  let environments: any RestorableEnvironments
  /// The model that learns.
  let model: ActorCritic
  /// The model that is evaluated and frozen: a running mean of ``model``, or ``model`` itself.
  let policy: ActorCritic
  let learner: A2C
  var normaliser: ObservationNormaliser {
    didSet { takeNormaliserNumbers() }
  }
  /// ``ObservationNormaliser/numbers`` of ``normaliser``, shared with the rollout's slices.
  let normaliserNumbers: SliceBuffer<Float>
  /// Random source of each environment's actions.
  let noise: SliceBuffer<RandomSource>
  private let collector: RolloutCollector

  /// Makes the environments and an untrained policy.
  ///
  /// - Parameters:
  ///   - stepsMax: Environment steps of the whole training; every schedule runs over them.
  ///   - threadCount: 0 uses every processor; the number changes no result.
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
    collector = RolloutCollector(
      environments: environments, model: model, head: head, ticks: configuration.ticksPerUpdate,
      noise: noise, normaliser: normaliserNumbers)
  }

  /// Actions of the last rollout: `[configuration.ticksPerUpdate, count, width]`.
  public var actions: SliceBuffer<Float> { rollout.actions }

  var rollout: Rollout { collector.rollout }

  /// Takes a snapshot of the environments between two updates.
  public func simulations() -> EnvironmentsSnapshot { environments.snapshot() }

  /// Threads of the pool.
  public var threadCount: Int { environments.threadCount }

  /// Makes one update: collects a rollout and learns from it.
  ///
  /// - Throws: ``TrainingError/diverged(step:term:)`` when a number of the learner is not finite or
  ///   has exploded; the trainer is unusable then.
  public func update() throws -> TrainingProgress {
    let progress = min(1, Float(steps) / Float(max(1, stepsMax)))
    environments.setProgress(progress)
    let report = try learner.iterate(collector, progress: progress)
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

  /// Size from which a number of the learner has exploded.
  private static let explodedMin: Float = 1e8

  private func checkDivergence(_ report: UpdateReport) throws(TrainingError) {
    let terms = [
      // The critic first: its faults spread to the advantages, and so to the policy's loss.
      ("the critic's loss", report.valueLoss), ("the policy's loss", report.policyLoss),
      ("the entropy", report.entropy), ("the gradient's norm", report.gradientNorm),
      ("the KL divergence of the update", report.kl),
      ("the standard deviation of the actions", report.standardDeviation),
    ]
    for (name, value) in terms where !(abs(value) < Self.explodedMin) {
      throw .diverged(step: steps, term: name)
    }
    for index in 0..<model.parameters.count
    where !(abs(model.parameters[index]) < Self.explodedMin) {
      throw .diverged(step: steps, term: "a weight of the networks")
    }
  }

  /// Slices into which a gradient step's samples are cut: a fixed number, as for the rollout.
  static func gradientSliceCount(_ configuration: LearnerConfiguration) -> Int {
    // Slices run on the pool of the environments: their number divides that of the environments.
    let sampleCount = configuration.environmentCount * configuration.ticksPerUpdate
    let wanted = max(1, sampleCount / configuration.minibatches / 32)
    return RolloutCollector.equalParts(
      of: configuration.environmentCount,
      widthMin: (configuration.environmentCount + wanted - 1) / wanted)
  }
}
