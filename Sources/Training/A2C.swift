internal import Locomotion
internal import Foundation

/// Synchronous advantage actor-critic (Mnih et al. 2016, arXiv 1602.01783): one gradient step per
/// rollout on the loss
///
///     − mean(A · log π(a|s)) − c_entropy · mean(H(π)) + c_value · mean((R − V(s))²)
///
/// with advantages A and returns R from ``GeneralizedAdvantage``, A normalised and held fixed.
/// The learning rate is steered so that the policy moves by a set divergence per step.
final class A2C {
  /// What an update did.
  struct Report: Sendable {
    var divergence: Float = 0
    var explainedVariance: Float = 0
    var deviation: Float = 0
    var policyLoss: Float = 0
    var valueLoss: Float = 0
    var gradientNorm: Float = 0
    var learningRate: Float = 0
  }

  let model: ActorCritic
  let optimiser: Adam
  var learningRate: Float
  private let configuration: LearnerConfiguration
  private let slices: [Slice]
  /// The gradient of the last update's loss, before clipping.
  let gradient: SliceBuffer<Float>

  /// A part of the batch with working memory of its own.
  ///
  /// The number of slices is fixed, and their gradients are added in order, so that threads do not
  /// change a bit.
  final class Slice {
    let rows: Range<Int>
    let actor: NetworkWorkspace
    let critic: NetworkWorkspace
    let gradient: SliceBuffer<Float>
    var policyLoss: Float = 0
    var valueLoss: Float = 0
    var divergence: Float = 0

    init(model: ActorCritic, rows: Range<Int>) {
      self.rows = rows
      actor = NetworkWorkspace(shape: model.actor, rowsMax: rows.count)
      critic = NetworkWorkspace(shape: model.critic, rowsMax: rows.count)
      gradient = SliceBuffer(repeating: 0, count: model.parameters.count)
    }
  }

  init(model: ActorCritic, configuration: LearnerConfiguration, sliceCount: Int) {
    self.model = model
    self.configuration = configuration
    optimiser = Adam(parameterCount: model.parameters.count)
    learningRate = configuration.learningRate
    gradient = SliceBuffer(repeating: 0, count: model.parameters.count)
    let width = configuration.environmentCount * configuration.ticksPerUpdate / sliceCount
    slices = (0..<sliceCount).map {
      Slice(model: model, rows: ($0 * width)..<(($0 + 1) * width))
    }
  }

  /// Learns from one rollout.
  ///
  /// - Parameters:
  ///   - divergenceTarget: In nats, for the steering of the learning rate.
  ///   - concurrently: Runs a function for each slice index, on as many threads as there are.
  func update(
    _ rollout: Rollout, divergenceTarget: Float,
    concurrently: (Int, (Int) -> Void) -> Void
  ) -> Report {
    estimateAdvantages(rollout)
    concurrently(slices.count) { computeGradient(slices[$0], rollout) }
    sumGradients()
    var report = Report()
    report.learningRate = learningRate
    report.gradientNorm = optimiser.step(
      model.parameters, gradient: gradient, learningRate: learningRate,
      normMax: configuration.gradientNormMax)
    concurrently(slices.count) { measureDivergence(slices[$0], rollout) }
    for slice in slices {
      report.divergence += slice.divergence / Float(rollout.sampleCount)
      report.policyLoss += slice.policyLoss / Float(rollout.sampleCount)
      report.valueLoss += slice.valueLoss / Float(rollout.sampleCount)
    }
    report.explainedVariance = explainedVariance(rollout)
    for index in model.logDeviations {
      report.deviation += exp(model.parameters[index]) / Float(model.logDeviations.count)
    }
    steer(divergence: report.divergence, target: divergenceTarget)
    return report
  }

  private func estimateAdvantages(_ rollout: Rollout) {
    let advantages = rollout.advantages
    GeneralizedAdvantage.estimate(
      rewards: rollout.rewards, ended: rollout.ended, values: rollout.values,
      lastValues: rollout.lastValues, discount: configuration.discount,
      lambda: configuration.lambda, advantages: advantages, returns: rollout.returns)
    let count = Float(rollout.sampleCount)
    var mean: Float = 0
    for index in 0..<rollout.sampleCount { mean += advantages[index] / count }
    var variance: Float = 0
    for index in 0..<rollout.sampleCount {
      variance += (advantages[index] - mean) * (advantages[index] - mean) / count
    }
    let factor = 1 / (variance.squareRoot() + 1e-8)
    for index in 0..<rollout.sampleCount { advantages[index] = (advantages[index] - mean) * factor }
  }

  /// The gradient of the loss over one slice of the samples.
  private func computeGradient(_ slice: Slice, _ rollout: Rollout) {
    let rows = slice.rows.count
    let parameters = unsafe UnsafePointer(model.parameters.base)
    let input = unsafe UnsafePointer(
      rollout.normalised.base + slice.rows.lowerBound * model.actor.inputWidth)
    unsafe slice.actor.forward(parameters, input, rows: rows)
    unsafe slice.critic.forward(parameters, input, rows: rows)
    for index in 0..<slice.gradient.count { slice.gradient[index] = 0 }
    policyLoss(slice, rollout)
    valueLoss(slice, rollout)
    unsafe slice.actor.backward(parameters, input, rows: rows, into: slice.gradient.base)
    unsafe slice.critic.backward(parameters, input, rows: rows, into: slice.gradient.base)
  }

  /// − A · log π(a|s) − c_entropy · H(π), and its gradient in the means and deviations.
  private func policyLoss(_ slice: Slice, _ rollout: Rollout) {
    let actionWidth = model.logDeviations.count
    let perSample = 1 / Float(rollout.sampleCount)
    slice.policyLoss = 0
    for (action, parameter) in model.logDeviations.enumerated() {
      let logDeviation = model.parameters[parameter]
      let inverseDeviation = exp(-logDeviation)
      var deviationGradient: Float = 0
      for (row, sample) in slice.rows.enumerated() {
        let advantage = rollout.advantages[sample]
        let drawn = rollout.actions[sample * actionWidth + action]
        let mean = slice.actor.output[row * actionWidth + action]
        rollout.means[sample * actionWidth + action] = mean
        let slope = DiagonalGaussian.gradient(
          drawn, mean: mean, inverseDeviation: inverseDeviation)
        slice.actor.outputGradient[row * actionWidth + action] =
          -advantage * slope.mean * perSample
        deviationGradient -=
          (advantage * slope.logDeviation + configuration.entropyWeight) * perSample
        slice.policyLoss -=
          advantage
          * DiagonalGaussian.logProbability(drawn, mean: mean, logDeviation: logDeviation)
          + configuration.entropyWeight * DiagonalGaussian.entropy(logDeviation: logDeviation)
      }
      slice.gradient[parameter] = deviationGradient
    }
  }

  /// c_value · (R − V(s))², and its gradient in the values.
  private func valueLoss(_ slice: Slice, _ rollout: Rollout) {
    let perSample = 1 / Float(rollout.sampleCount)
    slice.valueLoss = 0
    for (row, sample) in slice.rows.enumerated() {
      let error = slice.critic.output[row] - rollout.returns[sample]
      slice.valueLoss += error * error
      slice.critic.outputGradient[row] =
        configuration.valueWeight * 2 * error * perSample
    }
  }

  private func sumGradients() {
    for index in 0..<gradient.count {
      var sum: Float = 0
      for slice in slices { sum += slice.gradient[index] }
      gradient[index] = sum
    }
  }

  /// Divergence of the policy after the update from that before, over one slice of the samples.
  private func measureDivergence(_ slice: Slice, _ rollout: Rollout) {
    let actionWidth = model.logDeviations.count
    let input = unsafe UnsafePointer(
      rollout.normalised.base + slice.rows.lowerBound * model.actor.inputWidth)
    unsafe slice.actor.forward(
      UnsafePointer(model.parameters.base), input, rows: slice.rows.count)
    slice.divergence = 0
    for action in 0..<actionWidth {
      let after = model.parameters[model.logDeviations.lowerBound + action]
      let before = rollout.logDeviations[action]
      for (row, sample) in slice.rows.enumerated() {
        slice.divergence += DiagonalGaussian.divergence(
          old: (rollout.means[sample * actionWidth + action], before),
          new: (slice.actor.output[row * actionWidth + action], after))
      }
    }
  }

  /// 1 − variance(R − V) / variance(R): how much of the returns the critic foresaw.
  private func explainedVariance(_ rollout: Rollout) -> Float {
    func variance(_ value: (Int) -> Float) -> Float {
      let count = Float(rollout.sampleCount)
      let mean = (0..<rollout.sampleCount).reduce(Float(0)) { $0 + value($1) / count }
      return (0..<rollout.sampleCount).reduce(Float(0)) {
        $0 + (value($1) - mean) * (value($1) - mean) / count
      }
    }
    let total = variance { rollout.returns[$0] }
    guard total > 0 else { return 0 }
    return 1 - variance { rollout.returns[$0] - rollout.values[$0] } / total
  }

  /// Moves the learning rate when an update changed the policy by far more or less than wanted.
  private func steer(divergence: Float, target: Float) {
    if divergence > 2 * target {
      learningRate = max(configuration.learningRateMin, learningRate / 1.5)
    } else if divergence < target / 2 {
      learningRate = min(configuration.learningRateMax, learningRate * 1.5)
    }
  }
}
