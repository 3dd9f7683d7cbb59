internal import ParallelArrays

/// The learner: synchronous advantage actor-critic (A2C), or PPO by its settings.
///
/// A2C (Mnih et al. 2016, arXiv 1602.01783) makes one gradient step per rollout on the loss
///
///     − mean(A · log π(a|s)) − c_entropy · mean(H(π)) + c_value · mean((R − V(s))²)
///
/// with advantages A and returns R from ``AdvantageEstimator``, held fixed. With a clip, the first
/// term is that of PPO (Schulman et al. 2017, arXiv 1707.06347),
///
///     − mean(min(ρ · A, clamp(ρ, 1 − ε, 1 + ε) · A)),   ρ = π(a|s) / π_drawn(a|s)
///
/// and an update may pass over its rollout several times in minibatches. At ρ = 1 both terms have
/// the same gradient.
final class A2C {
  let model: ActorCritic
  let head: any PolicyHead
  /// One for the actor and one for the critic, or one for both on a shared trunk.
  let optimisers: [any Optimiser]
  let learningRate: LearningRate
  let configuration: LearnerConfiguration
  /// The gradient of the last step's loss, before clipping.
  let gradient: SliceBuffer<Float>
  let slices: [GradientSlice]
  /// The samples in the order of the minibatches.
  let order: SliceBuffer<Int32>
  var returnNormaliser: ReturnNormaliser
  /// Draws the minibatches.
  var shuffle: RandomSource

  init(
    model: ActorCritic, head: any PolicyHead, configuration: LearnerConfiguration,
    sliceCount: Int, seed: UInt64
  ) {
    self.model = model
    self.head = head
    self.configuration = configuration
    learningRate = LearningRate(configuration)
    gradient = SliceBuffer(repeating: 0, count: model.parameters.count)
    returnNormaliser = ReturnNormaliser(environmentCount: configuration.environmentCount)
    shuffle = RandomSource(seed: seed, stream: .max - 1)
    let sampleCount = configuration.environmentCount * configuration.ticksPerUpdate
    order = SliceBuffer(repeating: 0, count: sampleCount)
    for index in 0..<sampleCount { order[index] = Int32(index) }
    let rowsMax = (sampleCount + sliceCount - 1) / sliceCount
    slices = (0..<sliceCount).map { GradientSlice(index: $0, model: model, rowsMax: rowsMax) }
    optimisers = model.makeOptimisers(
      configuration, head: head, sliceCount: sliceCount, rowsMax: rowsMax, seed: seed)
  }

  /// Collects n steps of every environment and learns from them: one iteration of the algorithm.
  ///
  /// - Parameter progress: Share of the training that is done, from 0 to 1.
  func iterate(_ collector: RolloutCollector, progress: Float) throws -> UpdateReport {
    let rollout = try collector.collect()
    collector.bootstrap()
    return update(rollout, progress: progress, concurrently: collector.concurrently)
  }

  /// Learns from one rollout: advantages, then for each minibatch the gradient and a step.
  ///
  /// - Parameter concurrently: Runs a function for each slice index, on all threads.
  func update(
    _ rollout: Rollout, progress: Float, concurrently: (Int, (Int) -> Void) -> Void
  ) -> UpdateReport {
    estimateAdvantages(rollout)
    var report = UpdateReport(learningRate: learningRate.value(progress: progress))
    for _ in 0..<configuration.epochs {
      for minibatch in drawMinibatches() {
        guard computeGradient(rollout, minibatch, concurrently: concurrently) else { continue }
        report.add(slices, gradientNorm: gradientNorm(0..<gradient.count))
        for part in model.parts.indices { step(part, progress: progress) }
        model.limitLogStandardDeviations(min: configuration.logDeviationMin)
      }
    }
    for _ in 1..<configuration.criticPasses {
      for part in 0..<configuration.criticMinibatches {
        let samples = Self.part(
          part, of: configuration.criticMinibatches, count: rollout.sampleCount)
        guard computeCriticGradient(rollout, samples, concurrently: concurrently) else { continue }
        step(1, progress: progress)
      }
    }
    measure(rollout, into: &report, concurrently: concurrently)
    if report.hasStepped { learningRate.steer(kl: report.kl, progress: progress) }
    return report
  }

  private func estimateAdvantages(_ rollout: Rollout) {
    var scale: Float = 1
    if configuration.returnNormalisation {
      returnNormaliser.add(rollout, discount: configuration.discount)
      scale = returnNormaliser.scale
    }
    AdvantageEstimator.estimate(
      rollout, configuration.estimator, discount: configuration.discount,
      lambda: configuration.lambda, rewardScale: scale)
    if !configuration.baseline { rollout.replaceAdvantagesByReturns() }
    if configuration.advantageNormalisation {
      rollout.normaliseAdvantages(max: configuration.advantageMax)
    }
  }

  /// Places in ``order`` of the minibatches of one epoch, shuffled where there are several.
  private func drawMinibatches() -> [Range<Int>] {
    if configuration.minibatches > 1 {
      // Each draw starts from the samples' own order: only `shuffle` is kept between updates.
      for index in 0..<order.count { order[index] = Int32(index) }
      for index in stride(from: order.count - 1, to: 0, by: -1) {
        let other = Int.random(in: 0...index, using: &shuffle)
        (order[index], order[other]) = (order[other], order[index])
      }
    }
    return (0..<configuration.minibatches).map {
      Self.part($0, of: configuration.minibatches, count: order.count)
    }
  }

  /// Steps one part of the model along its gradient, which is clipped by its own norm.
  private func step(_ part: Int, progress: Float) {
    let norm = gradientNorm(model.parts[part])
    let normMax = configuration.gradientNormMax
    optimisers[part].step(
      model.parameters, gradient: gradient,
      StepSize(
        learningRate: part == 0
          ? learningRate.value(progress: progress) : learningRate.criticValue(progress: progress),
        gradientScale: norm > normMax ? normMax / norm : 1,
        klTarget: learningRate.klTarget(progress: progress)))
  }

  private func gradientNorm(_ part: Range<Int>) -> Float {
    var sum = 0.0
    for index in part { sum += Double(gradient[index]) * Double(gradient[index]) }
    return Float(sum.squareRoot())
  }

  /// One of `partCount` parts of `count` rows or environments, which differ by one at most.
  static func part(_ index: Int, of partCount: Int, count: Int) -> Range<Int> {
    (index * count / partCount)..<((index + 1) * count / partCount)
  }
}
