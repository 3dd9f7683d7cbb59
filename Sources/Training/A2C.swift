internal import Foundation
internal import ParallelArrays

/// Synchronous advantage actor-critic (Mnih et al. 2016, arXiv 1602.01783): one gradient step per
/// rollout on the loss
///
///     − mean(A · log π(a|s)) − c_entropy · mean(H(π)) + c_value · mean((R − V(s))²)
///
/// with advantages A and returns R from ``AdvantageEstimator``, held fixed. With a clip, the first
/// term is that of PPO (Schulman et al. 2017, arXiv 1707.06347),
///
///     − mean(min(ρ · A, clamp(ρ, 1 − ε, 1 + ε) · A)),   ρ = π(a|s) / π_drawn(a|s)
///
/// and a rollout may be gone over several times in minibatches. At ρ = 1 both have one gradient.
final class A2C {
  let model: ActorCritic
  let head: any PolicyHead
  /// One for the actor and one for the critic, or one for both on a shared trunk.
  let optimisers: [any Optimiser]
  let learningRate: LearningRate
  /// The gradient of the last step's loss, before clipping.
  let gradient: SliceBuffer<Float>
  var returnNormaliser: ReturnNormaliser
  /// Decides how minibatches are drawn.
  var shuffle: RandomSource

  private let configuration: LearnerConfiguration
  let slices: [GradientSlice]
  private let order: SliceBuffer<Int32>
  /// The actor's optimiser when it is K-FAC.
  private let natural: NaturalGradient?
  private let seed: UInt64
  private let stepSize: Int

  init(
    model: ActorCritic, head: any PolicyHead, configuration: LearnerConfiguration,
    sliceCount: Int, seed: UInt64
  ) {
    self.model = model
    self.head = head
    self.configuration = configuration
    natural =
      configuration.optimiser == .kfac
      ? NaturalGradient(model: model, configuration: configuration) : nil
    optimisers = model.parts.enumerated().map { [natural] index, part in
      if index == 0, let natural { return natural }
      return switch configuration.optimiser {
      case .adam, .kfac: Adam(start: part.lowerBound, parameterCount: part.count)
      case .rmsprop: RMSprop(start: part.lowerBound, parameterCount: part.count)
      }
    }
    self.seed = seed
    learningRate = LearningRate(configuration)
    gradient = SliceBuffer(repeating: 0, count: model.parameters.count)
    returnNormaliser = ReturnNormaliser(environmentCount: configuration.environmentCount)
    shuffle = RandomSource(seed: seed, stream: .max - 1)
    let sampleCount = configuration.environmentCount * configuration.ticksPerUpdate
    order = SliceBuffer(repeating: 0, count: sampleCount)
    for index in 0..<sampleCount { order[index] = Int32(index) }
    stepSize = sampleCount / configuration.minibatches
    let rowsMax = (sampleCount + sliceCount - 1) / sliceCount
    slices = (0..<sliceCount).map { _ in
      GradientSlice(
        model: model, rowsMax: rowsMax, hasFactorSums: configuration.optimiser == .kfac)
    }
  }

  /// Learns from one rollout.
  ///
  /// - Parameters:
  ///   - progress: Share of the training that is done, from 0 to 1.
  ///   - concurrently: Runs a function for each slice index, on as many threads as there are.
  func update(
    _ rollout: Rollout, progress: Float, concurrently: (Int, (Int) -> Void) -> Void
  ) -> UpdateReport {
    estimateAdvantages(rollout)
    var report = UpdateReport()
    report.learningRate = learningRate.value(progress: progress)
    for _ in 0..<configuration.epochs {
      if configuration.minibatches > 1 { shuffleOrder() }
      for first in stride(from: 0, to: rollout.sampleCount, by: stepSize) {
        let usableCount = (first..<(first + stepSize)).reduce(0) {
          $0 + (rollout.isUsable[Int(order[$1])] ? 1 : 0)
        }
        guard usableCount > 0 else { continue }
        let perSample = 1 / Float(usableCount)
        concurrently(slices.count) { index in
          let rows = Self.part(index, of: slices.count, count: stepSize)
          computeGradient(
            slices[index], rollout, (first + rows.lowerBound)..<(first + rows.upperBound),
            perSample: perSample)
        }
        sumGradients()
        report.add(slices, gradientNorm: gradientNorm(0..<gradient.count))
        if let natural {
          natural.factors.add(slices.compactMap(\.factorSums), rowCount: stepSize)
          natural.kl = learningRate.klTarget(progress: progress)
        }
        stepParts(progress: progress)
      }
    }
    for _ in 1..<configuration.criticPasses {
      for part in 0..<configuration.criticMinibatches {
        stepCritic(
          rollout,
          Self.part(part, of: configuration.criticMinibatches, count: rollout.sampleCount),
          progress: progress, concurrently: concurrently)
      }
    }
    report.kl = measureKL(rollout, concurrently: concurrently)
    report.explainedVariance = explainedVariance(rollout)
    report.deviation = meanDeviation(rollout)
    if report.hasStepped {
      learningRate.steer(kl: report.kl, progress: progress)
    }
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
      lambda: configuration.lambda, rewardScale: scale, usesBaseline: configuration.baseline)
    if configuration.advantageNormalisation { normaliseAdvantages(rollout) }
  }

  private func normaliseAdvantages(_ rollout: Rollout) {
    let usable = (0..<rollout.sampleCount).filter { rollout.isUsable[$0] }
    guard !usable.isEmpty else { return }
    let count = Float(usable.count)
    let mean = usable.reduce(Float(0)) { $0 + rollout.advantages[$1] / count }
    let variance = usable.reduce(Float(0)) {
      let difference = rollout.advantages[$1] - mean
      return $0 + difference * difference / count
    }
    let factor = 1 / (variance.squareRoot() + 1e-8)
    let largest = configuration.advantageMax > 0 ? configuration.advantageMax : .infinity
    for index in usable {
      let normalised = (rollout.advantages[index] - mean) * factor
      rollout.advantages[index] = min(max(normalised, -largest), largest)
    }
  }

  /// Draws an order of the samples, from their own: no state but ``shuffle`` outlives an update.
  private func shuffleOrder() {
    for index in 0..<order.count { order[index] = Int32(index) }
    for index in stride(from: order.count - 1, to: 0, by: -1) {
      let other = Int.random(in: 0...index, using: &shuffle)
      (order[index], order[other]) = (order[other], order[index])
    }
  }

  /// The gradient of the loss over one slice of a step's samples.
  private func computeGradient(
    _ slice: GradientSlice, _ rollout: Rollout, _ places: Range<Int>, perSample: Float
  ) {
    let rows = places.count
    let input: UnsafePointer<Float>
    let actions: UnsafePointer<Float>
    if configuration.minibatches == 1 {
      unsafe input = UnsafePointer(
        rollout.normalised.base + places.lowerBound * rollout.observationWidth)
      unsafe actions = UnsafePointer(
        rollout.actions.base + places.lowerBound * rollout.actionWidth)
    } else {
      slice.gather(rollout, order, places)
      unsafe input = UnsafePointer(slice.input.base)
      unsafe actions = UnsafePointer(slice.actions.base)
    }
    slice.begin()
    unsafe slice.networks.forward(input, rows: rows)
    head.prepare(slice.head)
    unsafe head.score(actions, slice.networks, slice.head, rows: rows)
    for row in 0..<rows {
      let sample = Int(order[places.lowerBound + row])
      let weight = rollout.isUsable[sample] ? perSample : 0
      policyLoss(slice, rollout, row: row, sample: sample, weight: weight)
      entropyLoss(slice, row: row, weight: weight)
      valueLoss(slice, rollout, row: row, sample: sample, weight: weight)
    }
    unsafe head.backward(
      actions, slice.networks, slice.head, rows: rows, slopes: slice.slopes, into: slice.gradient)
    unsafe slice.networks.backward(input, rows: rows, into: slice.gradient)
    if let natural, let factorSums = slice.factorSums {
      var random = RandomSource(
        seed: seed &+ UInt64(natural.factors.updateCount), stream: UInt64(places.lowerBound))
      head.drawScores(slice.networks, slice.head, rows: rows, random: &random)
      unsafe slice.networks.actor.propagate(
        UnsafePointer(model.parameters.base), rows: rows)
      unsafe factorSums.compute(slice.networks.actor, input, rows: rows)
    }
  }

  /// A gradient step of the critic alone, on some samples of the rollout that follow one another.
  private func stepCritic(
    _ rollout: Rollout, _ samples: Range<Int>, progress: Float,
    concurrently: (Int, (Int) -> Void) -> Void
  ) {
    let usableCount = samples.reduce(0) { $0 + (rollout.isUsable[$1] ? 1 : 0) }
    guard usableCount > 0 else { return }
    let perSample = 1 / Float(usableCount)
    concurrently(slices.count) { index in
      let slice = slices[index]
      let part = Self.part(index, of: slices.count, count: samples.count)
      let first = samples.lowerBound + part.lowerBound
      let input = unsafe UnsafePointer(
        rollout.normalised.base + first * rollout.observationWidth)
      slice.begin()
      unsafe slice.networks.forwardCritic(input, rows: part.count)
      for row in 0..<part.count {
        let sample = first + row
        valueLoss(
          slice, rollout, row: row, sample: sample,
          weight: rollout.isUsable[sample] ? perSample : 0)
      }
      unsafe slice.networks.backwardCritic(input, rows: part.count, into: slice.gradient)
    }
    sumGradients()
    stepPart(1, learningRate: learningRate.criticValue(progress: progress))
  }

  /// − A · log π(a|s), or PPO's clipped form of it, and its derivative in `log π(a|s)`.
  private func policyLoss(
    _ slice: GradientSlice, _ rollout: Rollout, row: Int, sample: Int, weight: Float
  ) {
    let advantage = rollout.advantages[sample]
    let logProbability = slice.head.logProbabilities[row]
    guard configuration.clip > 0 else {
      slice.policyLoss -= weight * advantage * logProbability
      slice.slopes.logProbability[row] = -weight * advantage
      return
    }
    let ratio = exp(logProbability - rollout.logProbabilities[sample])
    let clipped = min(max(ratio, 1 - configuration.clip), 1 + configuration.clip)
    let isCutOff = clipped * advantage < ratio * advantage
    slice.policyLoss -= weight * (isCutOff ? clipped : ratio) * advantage
    slice.slopes.logProbability[row] = isCutOff ? 0 : -weight * ratio * advantage
  }

  /// − c_entropy · H(π), and its derivative in H.
  private func entropyLoss(_ slice: GradientSlice, row: Int, weight: Float) {
    slice.entropy += weight * slice.head.entropies[row]
    slice.slopes.entropy[row] = -weight * configuration.entropyWeight
  }

  /// c_value · (R − V(s))², and its derivative in V(s).
  private func valueLoss(
    _ slice: GradientSlice, _ rollout: Rollout, row: Int, sample: Int, weight: Float
  ) {
    let error = slice.networks.value(row) - rollout.returns[sample]
    slice.valueLoss += weight * error * error
    slice.networks.setValueGradient(weight * configuration.valueWeight * 2 * error, row)
  }

  private func sumGradients() {
    let first = slices[0].gradient
    for index in 0..<gradient.count { gradient[index] = first[index] }
    for slice in slices.dropFirst() {
      let part = slice.gradient
      for index in 0..<gradient.count { gradient[index] += part[index] }
    }
  }

  /// Steps actor and critic, each with its gradient clipped by its own norm.
  private func stepParts(progress: Float) {
    stepPart(0, learningRate: learningRate.value(progress: progress))
    for index in model.logDeviations {
      model.parameters[index] = max(model.parameters[index], configuration.logDeviationMin)
    }
    if model.parts.count > 1 {
      stepPart(1, learningRate: learningRate.criticValue(progress: progress))
    }
  }

  private func stepPart(_ index: Int, learningRate: Float) {
    let norm = gradientNorm(model.parts[index])
    let normMax = configuration.gradientNormMax
    optimisers[index].step(
      model.parameters, gradient: gradient, factor: norm > normMax ? normMax / norm : 1,
      learningRate: learningRate)
  }

  private func gradientNorm(_ part: Range<Int>) -> Float {
    var sum = 0.0
    for index in part { sum += Double(gradient[index]) * Double(gradient[index]) }
    return Float(sum.squareRoot())
  }

  /// The part of `count` rows that a slice takes; the parts differ by one row at most.
  static func part(_ index: Int, of sliceCount: Int, count: Int) -> Range<Int> {
    (index * count / sliceCount)..<((index + 1) * count / sliceCount)
  }
}
